// SPDX-License-Identifier: Apache-2.0
// Civil dates, hours of a practice and French public holidays. Every hour of a fiche is in the practice's time zone.
#pragma once

#include <date/date.h>

#include <optional>
#include <string>
#include <string_view>

#include "domain/clock.h"

namespace relais::fiche {

using CivilDate = date::year_month_day;
// Wall clock of the practice, to the second.
using LocalTime = date::local_seconds;

// A date, or a date and an hour, as written in a fiche. A bare date means its first instant.
struct Moment {
  LocalTime at{};
  bool date_only = false;
  friend bool operator==(const Moment&, const Moment&) = default;
};

// ISO 8601 forms "YYYY-MM-DD" and "YYYY-MM-DDTHH:MM[:SS]"; nothing when malformed or not in the calendar.
std::optional<CivilDate> parse_date(std::string_view text);
std::optional<Moment> parse_moment(std::string_view text);
// An instant with its offset, "YYYY-MM-DDTHH:MM[:SS](Z|±HH:MM)" (RFC 3339 to the second); nothing for any other form.
std::optional<Instant> parse_instant(std::string_view text);
std::string format(CivilDate day);
std::string format(const Moment& moment);

CivilDate day_of(LocalTime at);

// Same day of the month later; when that month has no such day, its last one (code de procédure civile, art. 641).
CivilDate plus_years(CivilDate day, int years);
CivilDate plus_months(CivilDate day, int months);

bool is_known_zone(std::string_view name);
// Wall clock at this instant in the zone; an unknown name counts as Europe/Paris (a fiche that is read never has one).
LocalTime to_local(Instant instant, const std::string& zone);
// The instant of a wall clock; the earlier of two when the hour repeats, the end of the gap when it does not exist.
Instant to_instant(LocalTime at, const std::string& zone);

// The first instant after `after` at which the zone's clocks show `time_of_day` (minutes since midnight). On the day on
// which that time does not exist, the end of the gap; on the day on which it comes twice, its first coming only: once a
// day, every day.
Instant next_daily(Instant after, std::chrono::minutes time_of_day, const std::string& zone);

// Gregorian Easter Sunday.
CivilDate easter(date::year year);

// Whose public holidays a practice keeps. Those of the overseas departments (art. L. 3422-2) are left out: a practice
// there enters them as days of closure.
enum class HolidayRegion {
  france,         // the eleven legal holidays (code du travail, art. L. 3133-1)
  alsace_moselle  // with Good Friday and 26 December (art. L. 3134-13). Good Friday is one only in a commune with a
                  // Protestant or mixed church: the others keep `france` and close on 26 December
};
// French name of the public holiday, such as "Lundi de Pâques"; empty on other days.
std::string_view holiday_name(CivilDate day, HolidayRegion region);
// With HolidayRegion::france.
bool is_public_holiday(CivilDate day);

// Days, both included.
struct DayPeriod {
  CivilDate from{};
  CivilDate until{};
  bool covers(CivilDate day) const { return from <= day && day <= until; }
  friend bool operator==(const DayPeriod&, const DayPeriod&) = default;
};

}  // namespace relais::fiche
