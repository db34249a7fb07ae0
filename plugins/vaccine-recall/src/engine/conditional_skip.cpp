// SPDX-License-Identifier: Apache-2.0
// Whether a target dose is unnecessary (tables 6-5 to 6-11).
#include <algorithm>

#include "engine/series_run.h"

namespace relais::vaccine {

bool SeriesRun::skips(const SeriesDose& rule, bool forecast, Day reference, std::size_t record) {
  const Day anchor = forecast ? context_.assessed : reference;
  const auto other = forecast ? SkipContext::evaluation : SkipContext::forecast;
  for (const auto& skip : rule.skips) {
    if (skip.context == other) continue;
    bool any = false, all = true, present = false;
    for (const auto& set : skip.sets) {
      if (!set.validity.applies(anchor)) continue;
      const auto met = [&](const SkipCondition& condition) { return condition_met(condition, reference, record); };
      const bool set_met = set.any_condition ? std::any_of(set.conditions.begin(), set.conditions.end(), met)
                                             : std::all_of(set.conditions.begin(), set.conditions.end(), met);
      present = true;
      any = any || set_met;
      all = all && set_met;
    }
    // Several instances of one context are alternatives (cdsi-logic 13.2).
    if (present && (skip.any_set ? any : all)) {
      note("CONDSKIP-2", forecast ? "conditionalSkip (forecast)" : "conditionalSkip (evaluation)", &rule,
           static_cast<int>(record), {}, reference, {}, true);
      return true;
    }
  }
  return false;
}

bool SeriesRun::condition_met(const SkipCondition& condition, Day reference, std::size_t record) const {
  switch (condition.kind) {
    case SkipKind::age:
      return condition.age.holds(context_.patient.birth, reference);
    case SkipKind::completed_series:
      return std::any_of(condition.series_groups.begin(), condition.series_groups.end(), [&](int group) {
        return std::find(completed_.begin(), completed_.end(), group) != completed_.end();
      });
    case SkipKind::interval: {
      const auto previous = previous_dose(record);
      return previous && reference >= add(*previous, *condition.interval);
    }
    case SkipKind::count: {
      const int count = count_doses(condition, record);
      if (condition.logic == CountLogic::greater) return count > condition.dose_count;
      if (condition.logic == CountLogic::less) return count < condition.dose_count;
      return count == condition.dose_count;
    }
  }
  return false;
}

// CONDSKIP-1. While a dose is evaluated only doses before it count (cdsi-logic 13.3).
int SeriesRun::count_doses(const SkipCondition& condition, std::size_t record) const {
  const auto in_window = [&](const Dose& dose) {
    return condition.age.holds(context_.patient.birth, dose.date) &&
           (!condition.start || *condition.start <= dose.date) && (!condition.end || dose.date < *condition.end);
  };
  const auto wanted = [&](CvxId cvx) {
    return condition.vaccine_types.empty() || std::find(condition.vaccine_types.begin(), condition.vaccine_types.end(),
                                                        cvx) != condition.vaccine_types.end();
  };
  int count = 0;
  if (condition.only_valid) {
    for (std::size_t i = 0; i < out_.evaluations.size() && i < record; ++i) {
      const auto& evaluation = out_.evaluations[i];
      const auto& dose = context_.doses[evaluation.dose];
      count += evaluation.status == DoseStatus::valid && wanted(dose.cvx) && in_window(dose);
    }
    return count;
  }
  if (condition.vaccine_types.empty()) {
    for (std::size_t i = 0; i < record && i < records_.size(); ++i) count += in_window(dose_of(i));
    return count;
  }
  const std::size_t end = record < records_.size() ? records_[record] : context_.doses.size();
  for (std::size_t i = 0; i < end; ++i) count += wanted(context_.doses[i].cvx) && in_window(context_.doses[i]);
  return count;
}

}  // namespace relais::vaccine
