// SPDX-License-Identifier: Apache-2.0
// From which date an interval counts (CALCDTINT-1, -2, -8, -9).
#include <algorithm>

#include "engine/series_run.h"

namespace relais::vaccine {

// CALCDTINT-1: Extraneous and Sub-standard doses do not count, nor inadvertent ones.
MaybeDay SeriesRun::previous_dose(std::size_t record) const {
  for (auto i = std::min(record, out_.evaluations.size()); i-- > 0;) {
    const auto& evaluation = out_.evaluations[i];
    const bool counts = evaluation.status == DoseStatus::valid || evaluation.status == DoseStatus::not_valid;
    const auto& dose = context_.doses[evaluation.dose];
    if (counts && !(evaluation.reasons & Reason::inadvertent) && !dose.undated) return dose.date;
  }
  return {};
}

MaybeDay SeriesRun::reference_of(const IntervalRule& rule, std::size_t record) const {
  switch (rule.from) {
    case IntervalFrom::previous:
      return previous_dose(record);
    case IntervalFrom::target_dose: {
      // Of a recurring dose the last one given.
      MaybeDay date;
      for (const auto& target : out_.targets) {
        if (target.status != TargetStatus::satisfied || rule_of(target).number != rule.target_dose) continue;
        const auto& dose = context_.doses[target.satisfied_by];
        if (!dose.undated) date = dose.date;
      }
      return date;
    }
    case IntervalFrom::most_recent: {
      const std::size_t end = record < records_.size() ? records_[record] : context_.doses.size();
      for (auto i = end; i-- > 0;) {
        const auto& dose = context_.doses[i];
        if (std::find(rule.most_recent.begin(), rule.most_recent.end(), dose.cvx) == rule.most_recent.end()) continue;
        const bool inadvertent = std::any_of(out_.evaluations.begin(), out_.evaluations.end(), [&](const auto& each) {
          return each.dose == i && (each.reasons & Reason::inadvertent);
        });
        if (!inadvertent && !dose.undated) return dose.date;
      }
      return {};
    }
    case IntervalFrom::observation:
      return context_.last_observed(rule.observation);
  }
  return {};
}

}  // namespace relais::vaccine
