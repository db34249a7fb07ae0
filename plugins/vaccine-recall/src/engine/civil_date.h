// SPDX-License-Identifier: Apache-2.0
// Civil dates and the date arithmetic of the CDSi logic specification 4.6 (CALCDT-1 to CALCDT-6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace relais::vaccine {

// Days since 1970-01-01: comparisons are at day resolution, no clock and no time zone is involved.
using Day = std::int32_t;
using MaybeDay = std::optional<Day>;

// The day of a civil date, none when it does not exist (2023-02-29) or lies outside 1800-2999.
MaybeDay day_of(int year, int month, int day);

// The three spellings of the data and cases: "2025-11-10", "20251110", "11/10/2025" (month first).
MaybeDay parse_iso_day(std::string_view text);
MaybeDay parse_compact_day(std::string_view text);
MaybeDay parse_month_first_day(std::string_view text);

std::string iso(Day day);        // 2025-11-10
std::string french_day(Day day);  // 10/11/2025
int year_of(Day day);
// First and last day of the month or year that holds `day`.
Day last_of_month(Day day);

// A sum of terms such as "12 months - 4 days". Weeks are kept as days.
struct Duration {
  std::int32_t years = 0;
  std::int32_t months = 0;
  std::int32_t days = 0;

  friend bool operator==(const Duration&, const Duration&) = default;
};
using MaybeDuration = std::optional<Duration>;

// None when the text is not number, unit (year(s), month(s), week(s), day(s)), joined by + or -, or is out of bounds.
MaybeDuration parse_duration(std::string_view text);

// Years, then months, then days; a day that the month does not have becomes the first of the next month (CALCDT-5).
Day add(Day from, const Duration& duration);

// "12 mois - 4 jours".
std::string french(const Duration& duration);

}  // namespace relais::vaccine
