// SPDX-License-Identifier: Apache-2.0
// Small calendars and agendas. Fictitious.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "domain/civil_time.h"
#include "scheduling/formats/exchange.h"

namespace relais::scheduling::formats {

inline Instant utc(const std::string& text) {
  const auto at = fiche::parse_instant(text);
  REQUIRE(at);
  return *at;
}

// From 1 October 2026 for a year.
inline Window window() { return {utc("2026-09-30T22:00:00Z"), utc("2027-09-30T22:00:00Z"), "Europe/Paris"}; }

inline std::string calendar(const std::string& inside) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//FR\r\n" + inside + "END:VCALENDAR\r\n";
}
inline std::string event(const std::string& lines, const std::string& uid = "e1") {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20261001T080000Z\r\n" + lines + "END:VEVENT\r\n";
}

inline BusyCalendar read(const std::string& text, const Window& over = window()) {
  const auto found = read_icalendar(text, over);
  INFO((found ? std::string() : std::string(stable_code(found.error().code)) + " " + found.error().detail));
  REQUIRE(found);
  return *found;
}
// The one event of a calendar, as "start/end" in UTC.
inline std::vector<std::string> times(const BusyCalendar& busy) {
  REQUIRE(busy.events.size() == 1);
  std::vector<std::string> all;
  for (const auto& one : busy.events[0].occurrences)
    all.push_back(date::format("%FT%RZ", date::floor<std::chrono::minutes>(one.start)) + "/" +
                  date::format("%FT%RZ", date::floor<std::chrono::minutes>(one.end)));
  return all;
}
inline std::string refused(const std::string& text) {
  const auto found = read_icalendar(text, window());
  return found ? "read" : std::string(stable_code(found.error().code));
}

inline OutgoingAgenda small_agenda() {
  OutgoingAgenda agenda;
  agenda.uid = "00000000-0000-8000-8000-000000000001";
  agenda.office = "urn:oid:2.25.1";
  agenda.place = "Cabinet fictif, 1 rue de l'Église";
  agenda.time_zone = "Europe/Paris";
  agenda.from = utc("2026-11-23T00:00:00Z");
  agenda.until = utc("2026-12-23T00:00:00Z");
  agenda.now = utc("2026-11-22T10:00:00Z");
  OutgoingVisit visit;
  visit.uid = "00000000-0000-8000-8000-000000000002";
  visit.slot_uid = "00000000-0000-8000-8000-000000000003";
  visit.sequence = 3;
  visit.start = utc("2026-11-24T08:00:00Z");
  visit.end = utc("2026-11-24T08:15:00Z");
  visit.made = visit.changed = utc("2026-11-20T08:00:00Z");
  agenda.visits.push_back(visit);
  return agenda;
}

}  // namespace relais::scheduling::formats
