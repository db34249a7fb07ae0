// SPDX-License-Identifier: Apache-2.0
// One observation as the rules read it: what is known of it, and nothing that had to be guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <relais/biology.h>

#include "analytes.h"
#include "interval.h"

namespace bio {

// What the laboratory's interpretation code says, on its own.
enum class Flag {
  absent,
  normal,       // N
  negative,     // NEG, ND, NR: a coded negative
  low,          // L and below the scale
  high,         // H and above the scale
  very_low,     // LL, LU
  very_high,    // HH, HU
  very,         // AA: very abnormal, without a direction
  positive,     // POS, DET, A, R
  other         // any other word, such as U, D, W, B: never normal
};

Flag flag_of(std::string_view written);

inline bool flagged(Flag flag) { return flag != Flag::absent && flag != Flag::normal && flag != Flag::negative; }
inline bool strongly_flagged(Flag flag) {
  return flag == Flag::very_low || flag == Flag::very_high || flag == Flag::very;
}

struct Measure {
  relais::Observation observation;
  const Analyte* analyte = nullptr;         // null: not in the table
  Flag flag = Flag::absent;
  std::optional<Interval> value{};          // in the written unit; nothing when there is no finite number
  std::optional<Conversion> conversion{};   // to the canonical unit; nothing when analyte or unit is unknown
  std::optional<double> low{}, high{};      // the report's own range, a degenerate one left out
  bool degenerate_range = false;

  bool has_range() const { return low || high; }
  // In the canonical unit; only with a value and a conversion.
  std::optional<Interval> canonical() const {
    return value && conversion ? std::optional(value->converted(*conversion)) : std::nullopt;
  }
  // Where the value stands against the report's own range: nothing without range or value.
  std::optional<Against> against_range() const;
  bool below_range() const { return value && low && under(*value, {*low, false}) == Against::beyond; }
  bool above_range() const { return value && high && over(*value, {*high, false}) == Against::beyond; }
};

// Rules on changes compare exact numbers only: nothing for "< 5".
inline std::optional<double> exact_canonical(const Measure& measure) {
  const auto value = measure.canonical();
  return value && value->exact() ? std::optional(value->low) : std::nullopt;
}

Measure measure_of(const relais::Observation& observation, const AnalyteTable& table);

}  // namespace bio
