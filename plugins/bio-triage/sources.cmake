# SPDX-License-Identifier: Apache-2.0
# The rules without the plugin's entry: the plugin and its tests are built from the same list.
set(BIO_TRIAGE_SOURCES
  src/analytes.cpp src/catalogue.cpp src/changes.cpp src/egfr.cpp src/measure.cpp src/rank.cpp src/reasons.cpp
  src/rules_a.cpp src/rules_c.cpp src/rules_combi.cpp src/rules_d.cpp src/rules_d_words.cpp src/rules_f.cpp
  src/rules_i.cpp src/rules_j.cpp src/rules_t.cpp src/rules_x.cpp src/rules_x_doctor.cpp src/situation.cpp
  src/text_fr.cpp src/thresholds.cpp src/title.cpp src/triage.cpp src/units.cpp src/words.cpp)
list(TRANSFORM BIO_TRIAGE_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
