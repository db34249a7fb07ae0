// SPDX-License-Identifier: Apache-2.0
// Family C: critical thresholds.
#include "thresholds.h"
#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::chrono::days year{365};

// A stable creatinine over 354 is known kidney disease: it is left to its flag unless it is new or rising.
bool known_and_stable(const Situation& situation, const Reasons& reasons, const Measure& measure) {
  return measure.analyte->id == "CREA" && !situation.earlier(measure, year).empty() && !kidney_injury(reasons);
}

void judge(const Situation& situation, const Measure& measure, const Interval& value, Reasons& reasons) {
  const Analyte& analyte = *measure.analyte;
  const Thresholds limits = situation.thresholds(analyte);
  const auto add = [&](const std::string& bound, const std::string& remark = "") {
    add_threshold(situation, reasons, measure, Category::critique, bound, remark);
  };
  const bool high_counts =
      situation.age_band() == AgeBand::child || !known_and_stable(situation, reasons, measure);
  if (met(value, limits.critical_low, Side::low)) return add(told(*limits.critical_low, Side::low, analyte));
  if (met(value, limits.critical_high, Side::high) && high_counts) {
    return add(told(*limits.critical_high, Side::high, analyte));
  }
  if (times_upper(measure, limits.critical_times_upper)) return add(told_times(*limits.critical_times_upper));
  // The patient is known and the age is not: the child's limits count too, doubt goes up.
  if (!situation.settled() || situation.age_band() != AgeBand::unknown) return;
  constexpr const char* unknown_age = " de l'enfant, âge inconnu";
  if (met(value, analyte.child_low, Side::low)) return add(told(*analyte.child_low, Side::low, analyte), unknown_age);
  if (met(value, analyte.child_high, Side::high)) add(told(*analyte.child_high, Side::high, analyte), unknown_age);
}

}  // namespace

void critical_thresholds(const Situation& situation, Reasons& reasons) {
  for (const Measure& measure : situation.measures()) {
    if (const auto value = against_table(situation, measure)) judge(situation, measure, *value, reasons);
  }
}

}  // namespace bio
