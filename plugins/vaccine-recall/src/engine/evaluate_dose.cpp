// SPDX-License-Identifier: Apache-2.0
// One dose against one target dose (specification chapter 6).
#include <algorithm>

#include "engine/series_run.h"

namespace relais::vaccine {

SeriesRun::Verdict SeriesRun::evaluate(const TargetDose& target, std::size_t record) {
  const auto& rule = rule_of(target);
  const auto& dose = dose_of(record);
  Verdict verdict;
  // Table 6-3.
  if (dose.condition_flag || (dose.lot_expiry && dose.date > *dose.lot_expiry)) {
    note("TABLE 6-3", "dose condition", &rule, static_cast<int>(record), {}, dose.lot_expiry, {}, false);
    return {DoseStatus::sub_standard, Reason::expired_or_spoilt, false};
  }
  // Table 6-13.
  if (std::find(rule.inadvertent.begin(), rule.inadvertent.end(), dose.cvx) != rule.inadvertent.end()) {
    note("TABLE 6-13", "inadvertentVaccine", &rule, static_cast<int>(record), {}, {}, {}, false);
    return {DoseStatus::not_valid, Reason::inadvertent, false};
  }
  if (dose.undated) {
    const bool accepted = std::any_of(rule.preferable.begin(), rule.preferable.end(),
                                      [&](const auto& each) { return each.cvx == dose.cvx; }) ||
                          std::any_of(rule.allowable.begin(), rule.allowable.end(),
                                      [&](const auto& each) { return each.cvx == dose.cvx; });
    const Reasons reasons = static_cast<Reasons>(Reason::given_on_unknown_day |
                                                 (accepted ? 0 : Reason::not_preferable_or_allowable));
    return {accepted ? DoseStatus::valid : DoseStatus::not_valid, reasons, accepted};
  }
  bool too_old_here = false;
  test_age(rule, dose, verdict, too_old_here);
  const bool intervals = test_intervals(rule, record, verdict);
  const bool conflict = in_conflict(dose, record);
  if (conflict) verdict.reasons |= Reason::vaccine_conflict;
  const bool vaccine = accepts_vaccine(rule, dose, verdict);
  // Table 6-31; too old stands first.
  if (too_old_here) verdict.status = DoseStatus::extraneous;
  else if ((verdict.reasons & Reason::too_young) || !intervals || conflict || !vaccine) {
    verdict.status = DoseStatus::not_valid;
  } else {
    verdict.status = DoseStatus::valid;
    verdict.satisfies = true;
  }
  return verdict;
}

// Tables 6-15 and 6-16.
void SeriesRun::test_age(const SeriesDose& rule, const Dose& dose, Verdict& verdict, bool& too_old_here) {
  const auto* age = applying_age(rule, dose.date);
  if (!age) return;
  const Day birth = context_.patient.birth;
  const auto record = static_cast<int>(out_.evaluations.size());
  const auto date = [&](const MaybeDuration& stated) { return stated ? MaybeDay(add(birth, *stated)) : MaybeDay(); };
  if (const auto lowest = date(age->abs_min); lowest) {
    const bool met = dose.date >= *lowest;
    note("CALCDTAGE-5", "age.absMinAge", &rule, record, age->abs_min, birth, lowest, met);
    if (!met) {
      verdict.reasons |= Reason::too_young;
      return;
    }
  }
  if (const auto lower = date(age->min); lower && dose.date < *lower) {
    note("CALCDTAGE-4", "age.minAge", &rule, record, age->min, birth, lower, true);
    verdict.reasons |= Reason::age_grace;
  }
  if (const auto upper = date(age->max); upper) {
    too_old_here = dose.date >= *upper;
    if (too_old_here) verdict.reasons = Reason::too_old;
    note("CALCDTAGE-1", "age.maxAge", &rule, record, age->max, birth, upper, !too_old_here);
  }
}

// Tables 6-18, 6-19, 6-21, 6-22.
bool SeriesRun::test_intervals(const SeriesDose& rule, std::size_t record, Verdict& verdict) {
  const Day given = dose_of(record).date;
  bool satisfied = true, grace = false;
  for (const auto& interval : rule.intervals) {
    if (!interval.validity.applies(given)) continue;
    const auto reference = reference_of(interval, record);
    if (!reference) continue;
    if (interval.abs_min) {
      const Day lowest = add(*reference, *interval.abs_min);
      note("CALCDTINT-3", "interval.absMinInt", &rule, static_cast<int>(record), interval.abs_min, reference, lowest,
           given >= lowest);
      satisfied = satisfied && given >= lowest;
    }
    if (interval.min && given < add(*reference, *interval.min)) grace = true;
  }
  if (satisfied) {
    if (grace) verdict.reasons |= Reason::interval_grace;
    return true;
  }
  bool allowed = false;
  for (const auto& interval : rule.allowable_intervals) {
    if (!interval.validity.applies(given)) continue;
    const auto reference = reference_of(interval, record);
    const bool met = !reference || !interval.abs_min || given >= add(*reference, *interval.abs_min);
    if (reference && interval.abs_min) {
      note("CALCDTINT-3", "allowableInterval.absMinInt", &rule, static_cast<int>(record), interval.abs_min, reference,
           add(*reference, *interval.abs_min), met);
    }
    if (!met) {
      allowed = false;
      break;
    }
    allowed = true;
  }
  if (!allowed) verdict.reasons |= Reason::too_soon;
  return allowed;
}

// Table 6-24.
bool SeriesRun::in_conflict(const Dose& dose, std::size_t record) {
  const std::size_t position = records_[record];
  for (const auto& conflict : context_.data.cvx[dose.cvx].conflicts) {
    for (std::size_t i = 0; i < position && context_.doses[i].date < dose.date; ++i) {
      const auto& earlier = context_.doses[i];
      if (earlier.cvx != conflict.conflicting || earlier.undated) continue;
      const bool full = context_.known[i] == Known::not_valid;
      const auto& stated = full ? conflict.end : conflict.min_end;
      if (add(earlier.date, conflict.begin) <= dose.date && dose.date < add(earlier.date, stated)) {
        note("CONFLICT-3", full ? "conflictEndInterval" : "minConflictEndInterval", nullptr, static_cast<int>(record),
             stated, earlier.date, add(earlier.date, stated), false);
        return true;
      }
    }
  }
  return false;
}

// Tables 6-26 and 6-29. A trade name is compared by its manufacturer (cdsi-logic 13.7).
bool SeriesRun::accepts_vaccine(const SeriesDose& rule, const Dose& dose, Verdict& verdict) {
  for (const auto& each : rule.preferable) {
    if (each.cvx != dose.cvx || !each.age.holds(context_.patient.birth, dose.date)) continue;
    if (!each.trade_name.empty() && each.mvx != dose.mvx) continue;
    if (each.volume && dose.volume > 0 && dose.volume < *each.volume) verdict.reasons |= Reason::small_volume;
    note("CALCDTPREF-1", "preferableVaccine", &rule, static_cast<int>(out_.evaluations.size()), each.age.begin,
         context_.patient.birth, {}, true);
    return true;
  }
  for (const auto& each : rule.allowable) {
    if (each.cvx != dose.cvx || !each.age.holds(context_.patient.birth, dose.date)) continue;
    note("CALCDTALLOW-1", "allowableVaccine", &rule, static_cast<int>(out_.evaluations.size()), each.age.begin,
         context_.patient.birth, {}, true);
    return true;
  }
  verdict.reasons |= Reason::not_preferable_or_allowable;
  return false;
}

}  // namespace relais::vaccine
