// SPDX-License-Identifier: Apache-2.0
// Dates of rights. Civil days only: no instant, no time zone. Never 365 or 30 days.
#pragma once

#include <string>

#include <relais/values.h>

namespace ald {

using relais::Date;

// Same day and month `years` later; 29 February becomes 1 March in a year without it.
Date anniversary(Date start, int years);
// Last day covered by a right of `years` years: the day before the anniversary.
Date last_day(Date start, int years);
// Same day `months` earlier, cut to the last day of that month.
Date minus_months(Date day, int months);
// "01/05/2027".
std::string french(Date day);

}  // namespace ald
