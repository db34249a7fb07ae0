// SPDX-License-Identifier: Apache-2.0
// Small rules of agendas that several pieces ask.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "practice/database.h"
#include "scheduling/agenda_rows.h"
#include "scheduling/agenda_store.h"

namespace relais::scheduling {

// An id that a person or an editor chose: it stands in the ledger and in lists of ids.
inline bool is_agenda_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

// The doctor whose fiche decides about an agenda.
inline const std::string& answering_doctor(const v1::Schedule& schedule) {
  return schedule.doctor_id().empty() ? schedule.person_id() : schedule.doctor_id();
}
inline bool is_doctors(const v1::Schedule& schedule) { return schedule.doctor_id().empty(); }

// Whether appointments of this type are put into this agenda.
inline bool serves(const v1::Schedule& schedule, const v1::AppointmentType& type) {
  if (!type.place().empty() && type.place() != schedule.place()) return false;
  const auto& people = type.person_ids();
  if (!people.empty()) return std::ranges::find(people, schedule.person_id()) != people.end();
  return is_doctors(schedule) == (type.role() == v1::ROLE_DOCTOR);
}

// A hold past its end, as it is told.
inline void lapse(v1::Hold& hold, Instant now) {
  if (hold.state() == v1::BOOKING_STATE_HELD && hold.expires_ms() <= practice::to_ms(now))
    hold.set_state(v1::BOOKING_STATE_LAPSED);
}

inline rows::Where where_of(const AgendaFilter& filter) {
  rows::Where where;
  where.any_of("schedule_id", filter.schedule_ids);
  if (!filter.patient_id.empty()) where.text("patient_id =", filter.patient_id);
  if (filter.from_ms) where.number("end_ms >", *filter.from_ms);
  if (filter.until_ms) where.number("start_ms <", *filter.until_ms);
  if (filter.changed_after > 0) where.number("changed >", filter.changed_after);
  return where;
}

}  // namespace relais::scheduling
