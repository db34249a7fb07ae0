// SPDX-License-Identifier: Apache-2.0
// Hours as an iCalendar writes them, and the instants they mean. Private to the reader.
#pragma once

#include <libical/ical.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/civil_time.h"
#include "domain/error.h"

namespace relais::scheduling::formats {

// A DATE or DATE-TIME with what says its zone.
struct WrittenTime {
  enum class In { utc, zone, floating, day };
  fiche::LocalTime local{};
  In in = In::floating;
  std::string tzid;

  bool is_day() const { return in == In::day; }
};

// scheduling.ical.time when it is not in the calendar or too far away.
Result<WrittenTime> written_time(icaltimetype time, const char* tzid, const std::string& place);
// Of a property that holds one DATE or DATE-TIME.
Result<WrittenTime> written_time(icalproperty* property, const std::string& place);
icaltimetype to_ical(const WrittenTime& time);

// The zones of one calendar: those that the system knows by name, and those that its VTIMEZONEs define by a yearly rule
// ("last Sunday of March"). A wall clock that does not exist counts with the offset before the gap, one that comes twice
// is the first (RFC 5545, 3.3.5).
class Zones {
 public:
  // Reads the VTIMEZONEs of `calendar`; scheduling.ical.zone for one whose rules are of another kind, when it is asked.
  Zones(icalcomponent* calendar, std::string practice_zone);
  ~Zones();
  Zones(const Zones&) = delete;
  Zones& operator=(const Zones&) = delete;

  // scheduling.ical.zone for a zone that nobody knows. Days and floating hours are the practice's.
  Result<Instant> instant(const WrittenTime& time, const std::string& place) const;
  // The wall clock of `at` where `like` is written.
  Result<fiche::LocalTime> local(Instant at, const WrittenTime& like, const std::string& place) const;

 private:
  struct Observance;
  struct Defined;

  // Seconds to add to UTC at this wall clock; nothing when the rules cannot be read.
  static std::optional<std::chrono::seconds> offset(const Defined& zone, fiche::LocalTime local);
  const Defined* defined(const std::string& tzid) const;

  std::string practice_zone_;
  std::map<std::string, std::unique_ptr<Defined>> defined_;
};

}  // namespace relais::scheduling::formats
