// SPDX-License-Identifier: Apache-2.0
// A measured value as the set of numbers it may be: "6,1" is one number, "< 1" is everything below 1 (rule F7).
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include <relais/values.h>

#include "analytes.h"

namespace bio {

enum class Against { inside, beyond, straddling };

// Less than 0, 0 or more than 0 as a is below, at or above b. A conversion such as 0.57 * 1000 must not put a value
// below the limit that it stands on: numbers that differ by a billionth are one.
inline int compare(double a, double b) {
  if (std::isfinite(a) && std::isfinite(b) && std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)})) {
    return 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

struct Interval {
  double low = 0, high = 0;
  bool low_open = false, high_open = false;

  // Laboratory quantities are not negative: "< 1" begins at 0, unless the number itself is negative.
  static Interval of(double value, relais::Comparator comparator) {
    const double infinite = std::numeric_limits<double>::infinity();
    const double floor = value >= 0 ? 0 : -infinite;
    switch (comparator) {
      case relais::Comparator::less:
        return {floor, value, false, true};
      case relais::Comparator::less_or_equal:
        return {floor, value, false, false};
      case relais::Comparator::greater:
        return {value, infinite, true, true};
      case relais::Comparator::greater_or_equal:
        return {value, infinite, false, true};
      case relais::Comparator::equal:
        break;
    }
    return {value, value, false, false};
  }

  bool exact() const { return low == high; }

  template <class Convert>
  Interval converted(Convert convert) const {
    if (exact()) return {convert(low), convert(high), low_open, high_open};
    // A floor of 0 stands for "no lower bound" of a quantity and stays one.
    return {low == 0 ? 0 : convert(low), convert(high), low_open, high_open};
  }
};

// Whether all, none or part of the interval is under a low limit: beyond, inside, straddling.
inline Against under(const Interval& value, const Limit& limit) {
  const int top = compare(value.high, limit.value);
  const int bottom = compare(value.low, limit.value);
  const bool all = top < 0 || (top == 0 && (limit.inclusive || value.high_open));
  const bool none = bottom > 0 || (bottom == 0 && (!limit.inclusive || value.low_open));
  return none ? Against::inside : all ? Against::beyond : Against::straddling;
}

// Whether all, none or part of the interval is over a high limit.
inline Against over(const Interval& value, const Limit& limit) {
  const int top = compare(value.high, limit.value);
  const int bottom = compare(value.low, limit.value);
  const bool all = bottom > 0 || (bottom == 0 && (limit.inclusive || value.low_open));
  const bool none = top < 0 || (top == 0 && (!limit.inclusive || value.high_open));
  return none ? Against::inside : all ? Against::beyond : Against::straddling;
}

// All of the value, whatever it exactly is.
inline bool less_than(const Interval& value, double limit) { return under(value, {limit, false}) == Against::beyond; }
inline bool at_most(const Interval& value, double limit) { return under(value, {limit, true}) == Against::beyond; }
inline bool more_than(const Interval& value, double limit) { return over(value, {limit, false}) == Against::beyond; }
inline bool at_least(const Interval& value, double limit) { return over(value, {limit, true}) == Against::beyond; }

}  // namespace bio
