# SPDX-License-Identifier: Apache-2.0
# The forecasting engine: supporting data in, assessments out. Depends on the C++ library, tl::expected, pugixml and
# expat, and on nothing of the host.
set(VACCINE_ENGINE_SOURCES
  best_series.cpp civil_date.cpp conditional_skip.cpp engine.cpp evaluate_dose.cpp explain.cpp forecast.cpp load.cpp
  load_antigen.cpp load_schedule.cpp load_series_dose.cpp load_skip.cpp reference_date.cpp series_points.cpp
  series_walk.cpp text.cpp vaccine_group.cpp xml_element.cpp)
list(TRANSFORM VACCINE_ENGINE_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/src/engine/)
# Cases and their comparison, behind the command relais-vaccine and its tests.
set(VACCINE_CASES_SOURCES cdsi_cases.cpp cdsi_compare.cpp cdsi_report.cpp csv.cpp evaluate.cpp inspect.cpp)
list(TRANSFORM VACCINE_CASES_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/src/command/)
# The French schedule on top of the engine; adds JSON.
set(VACCINE_CALENDAR_SOURCES answer.cpp cases.cpp explain.cpp facts.cpp load_calendar.cpp translate.cpp)
list(TRANSFORM VACCINE_CALENDAR_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/src/calendar_fr/)
# What the plugin adds: the record of a slice, what to propose, visits, sentences. On the SDK's headers; without the
# plugin's entry.
set(VACCINE_RECALL_SOURCES codes.cpp history.cpp judge.cpp report.cpp risks.cpp settings.cpp visits.cpp words.cpp)
list(TRANSFORM VACCINE_RECALL_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/src/recall/)
# What the schedule needs of the rest to be read: files, and nothing of cases.
set(VACCINE_SCHEDULE_SOURCES
  src/calendar_fr/answer.cpp src/calendar_fr/explain.cpp src/calendar_fr/facts.cpp src/calendar_fr/load_calendar.cpp
  src/calendar_fr/translate.cpp src/command/csv.cpp)
list(TRANSFORM VACCINE_SCHEDULE_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
