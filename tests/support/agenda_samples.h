// SPDX-License-Identifier: Apache-2.0
// Fictitious agendas, and instants as the clocks of Paris show them.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "domain/civil_time.h"
#include "relais/v1/scheduling.pb.h"

namespace relais::test {

// "2026-11-23T09:00" in Paris.
inline std::int64_t paris(const std::string& text) {
  const auto moment = fiche::parse_moment(text);
  REQUIRE(moment);
  return fiche::to_instant(moment->at, "Europe/Paris").time_since_epoch().count();
}

inline v1::Opening opening(int weekday, const std::string& start, const std::string& end,
                           v1::SlotKind kind = v1::SLOT_KIND_ROUTINE, int minutes = 15) {
  v1::Opening made;
  made.set_weekday(weekday);
  made.set_start(start);
  made.set_end(end);
  made.set_kind(kind);
  made.set_slot_minutes(minutes);
  return made;
}

// Of Dr Marchand: mornings for everybody, unplanned care from 14:00, long visits from 16:00, nobody's appointment from
// 17:00, Monday to Friday.
inline v1::Schedule doctors_agenda(const std::string& doctor = "marchand") {
  v1::Schedule made;
  made.set_id(doctor + "-cabinet");
  made.set_person_id(doctor);
  made.set_place("Cabinet fictif");
  made.set_recalls_per_day(4);
  for (int day = 1; day <= 5; ++day) {
    *made.add_openings() = opening(day, "09:00", "12:00");
    *made.add_openings() = opening(day, "14:00", "16:00", v1::SLOT_KIND_UNPLANNED);
    *made.add_openings() = opening(day, "16:00", "17:00", v1::SLOT_KIND_LONG, 30);
    *made.add_openings() = opening(day, "17:00", "18:00", v1::SLOT_KIND_WALK_IN);
    *made.add_openings() = opening(day, "18:00", "18:30", v1::SLOT_KIND_PRO);
  }
  return made;
}

// Of the assistant Julie Perrin, Monday, Tuesday, Thursday: 09:00 to 12:00, five minutes a step.
inline v1::Schedule assistants_agenda() {
  v1::Schedule made;
  made.set_id("perrin-cabinet");
  made.set_person_id("perrin");
  made.set_doctor_id("marchand");
  made.set_recalls_per_day(10);
  for (const int day : {1, 2, 4}) *made.add_openings() = opening(day, "09:00", "12:00", v1::SLOT_KIND_ASSISTANT, 5);
  return made;
}

inline v1::Slot slot(const std::string& schedule, const std::string& start, int minutes = 15) {
  v1::Slot made;
  made.set_schedule_id(schedule);
  made.set_start_ms(paris(start));
  made.set_end_ms(made.start_ms() + std::int64_t{minutes} * 60'000);
  return made;
}

}  // namespace relais::test
