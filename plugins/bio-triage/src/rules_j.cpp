// SPDX-License-Identifier: Apache-2.0
// Family J: thresholds of the day.
#include <algorithm>

#include "thresholds.h"
#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::chrono::days year{365};

// eGFR under 15 counts when it is new: a dialysed patient and a known stage 5 are left to the flag. During an acute
// injury it means nothing.
bool filtration_left_to_flag(const Situation& situation, const Reasons& reasons, const Measure& measure) {
  if (situation.has("dialyse") || kidney_injury(reasons)) return true;
  const auto earlier = situation.earlier(measure, year);
  return std::any_of(earlier.begin(), earlier.end(), [](const Measure* one) {
    const auto value = one->canonical();
    return value && less_than(*value, 15);
  });
}

void judge(const Situation& situation, const Measure& measure, const Interval& value, Reasons& reasons) {
  const Analyte& analyte = *measure.analyte;
  const Thresholds limits = situation.thresholds(analyte);
  const auto add = [&](const std::string& bound, const std::string& remark = "") {
    add_threshold(situation, reasons, measure, Category::aujourdhui, bound, remark);
  };
  if (analyte.id == "DFG" && filtration_left_to_flag(situation, reasons, measure)) return;
  if (met(value, limits.today_low, Side::low)) return add(told(*limits.today_low, Side::low, analyte));
  if (met(value, limits.today_high, Side::high)) return add(told(*limits.today_high, Side::high, analyte));
  if (times_upper(measure, limits.today_times_upper)) return add(told_times(*limits.today_times_upper));
  if (analyte.id == "GLU" && !situation.has("diabete") && more_than(value, 15)) {
    return add("plus de 15 mmol/L", " sans diabète connu");
  }
  if (analyte.id == "INR" && at_least(value, 1.5)) add("au moins 1,5", " sans traitement antivitamine K connu");
}

}  // namespace

void today_thresholds(const Situation& situation, Reasons& reasons) {
  for (const Measure& measure : situation.measures()) {
    const auto value = against_table(situation, measure);
    if (!value || reasons.fired("C-" + measure.analyte->id, measure.analyte->id)) continue;
    judge(situation, measure, *value, reasons);
  }
}

}  // namespace bio
