// SPDX-License-Identifier: Apache-2.0
// What families C and J share: whether a threshold is met, and how that is told.
#pragma once

#include <optional>
#include <string>

#include "reasons.h"
#include "situation.h"

namespace bio {

enum class Side { low, high };

bool met(const Interval& value, const std::optional<Limit>& limit, Side side);

// True when the value is wholly beyond `times` the report's own upper bound.
bool times_upper(const Measure& measure, const std::optional<double>& times);

// "au moins 6,5 mmol/L", "moins de 3 mmol/L".
std::string told(const Limit& limit, Side side, const Analyte& analyte);
// "plus de 15 fois la limite haute du laboratoire".
std::string told_times(double times);

// The value that families C and J compare with the table: nothing when none of its thresholds applies, because the
// unit is not known, the patient is under two (X6) or dialysed (X1), or the INR is judged by its target (X4).
std::optional<Interval> against_table(const Situation& situation, const Measure& measure);

// C-<analyte> or J-<analyte>, as the category says.
void add_threshold(const Situation& situation, Reasons& reasons, const Measure& measure, Category category,
                   const std::string& bound, const std::string& remark = "");

}  // namespace bio
