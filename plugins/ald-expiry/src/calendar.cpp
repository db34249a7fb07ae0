// SPDX-License-Identifier: Apache-2.0
#include "calendar.h"

#include <cstdio>

namespace ald {

using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month_day;
using std::chrono::years;

Date anniversary(Date start, int count) {
  const year_month_day day = year_month_day(start) + years(count);
  if (day.ok()) return Date(day);
  // Only 29 February can be missing.
  return Date(day.year() / std::chrono::March / 1);
}

Date last_day(Date start, int count) { return anniversary(start, count) - days(1); }

Date minus_months(Date from, int count) {
  const year_month_day day = year_month_day(from) - months(count);
  if (day.ok()) return Date(day);
  return Date(day.year() / day.month() / std::chrono::last);
}

std::string french(Date at) {
  const year_month_day day(at);
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%02u/%02u/%04d", static_cast<unsigned>(day.day()),
                                   static_cast<unsigned>(day.month()), static_cast<int>(day.year()));
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace ald
