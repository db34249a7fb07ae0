// SPDX-License-Identifier: Apache-2.0
// Forecast of one series (specification chapter 7).
#include <algorithm>

#include "engine/series_run.h"

namespace relais::vaccine {
namespace {

void keep_later(MaybeDay& latest, MaybeDay date) {
  if (date && (!latest || *latest < *date)) latest = date;
}

MaybeDay day_before(MaybeDay day) { return day ? MaybeDay(*day - 1) : MaybeDay(); }

// A forecast without any bound: the lower limit of the specification (cdsi-logic 13.10).
const Day unbounded = *day_of(1900, 1, 1);

}  // namespace

void SeriesRun::forecast() {
  auto& target = out_.next_target;
  while (true) {
    while (target < out_.targets.size() &&
           skips(rule_of(out_.targets[target]), true, context_.assessed, records_.size())) {
      out_.targets[target++].status = TargetStatus::skipped;
    }
    if (decide_without_dates()) return;
    const auto& rule = rule_of(out_.targets[target]);
    const auto candidate = candidate_earliest(rule);
    const auto* age = applying_age(rule, context_.assessed);
    const Day earliest = candidate.value_or(unbounded);
    if (age && age->max && earliest >= add(context_.patient.birth, *age->max)) {
      out_.forecast.status = PatientSeriesStatus::aged_out;
      out_.forecast.reason = ForecastReason::cannot_finish_before_maximum_age;
      note("TABLE 7-10", "age.maxAge", &rule, -1, age->max, context_.patient.birth, earliest, true);
      return;
    }
    // Specification 7.6: the dose may be unnecessary by the time it could be given.
    if (skips(rule, true, earliest, records_.size())) {
      out_.targets[target++].status = TargetStatus::skipped;
      continue;
    }
    out_.forecast.status = PatientSeriesStatus::not_complete;
    set_dates(rule, earliest);
    return;
  }
}

// Table 7-10, but for the candidate earliest date. True when the forecast ends here.
bool SeriesRun::decide_without_dates() {
  const auto end = [&](PatientSeriesStatus status, ForecastReason reason, const char* element) {
    out_.forecast.status = status;
    out_.forecast.reason = reason;
    note("TABLE 7-10", element, nullptr, -1, {}, {}, {}, true);
    return true;
  };
  if (immune()) return end(PatientSeriesStatus::immune, ForecastReason::evidence_of_immunity, "immunity");
  if (contraindicated()) {
    return end(PatientSeriesStatus::contraindicated, ForecastReason::contraindication, "contraindications");
  }
  if (out_.next_target >= out_.targets.size()) {
    if (out_.satisfied() > 0) return end(PatientSeriesStatus::complete, ForecastReason::series_complete, "seriesDose");
    return end(PatientSeriesStatus::not_recommended, ForecastReason::all_skipped, "conditionalSkip");
  }
  const auto& rule = rule_of(out_.targets[out_.next_target]);
  if (rule.season_end && context_.assessed > *rule.season_end) {
    return end(PatientSeriesStatus::not_recommended, ForecastReason::season_over, "seasonalRecommendation.endDate");
  }
  const auto* age = applying_age(rule, context_.assessed);
  if (age && age->max && context_.assessed >= add(context_.patient.birth, *age->max)) {
    return end(PatientSeriesStatus::aged_out, ForecastReason::past_maximum_age, "age.maxAge");
  }
  return false;
}

// Table 7-3.
bool SeriesRun::immune() const {
  const auto present = [&](ObservationId id) { return context_.observed(id); };
  if (std::any_of(antigen_.immunity_history.begin(), antigen_.immunity_history.end(), present)) return true;
  return std::any_of(antigen_.immunity_birth.begin(), antigen_.immunity_birth.end(), [&](const auto& rule) {
    return context_.patient.birth < rule.before &&
           std::none_of(rule.exclusions.begin(), rule.exclusions.end(), present) &&
           (rule.country.empty() || rule.country == context_.patient.birth_country);
  });
}

// Tables 7-5 to 7-7.
bool SeriesRun::contraindicated() const {
  for (const auto& rule : antigen_.contraindications) {
    if (context_.observed(rule.observation) && rule.age.holds(context_.patient.birth, context_.assessed)) {
      note("CALCDTCI-1", "contraindications.vaccineGroup", nullptr, -1, {}, {}, {}, true);
      return true;
    }
  }
  if (antigen_.vaccine_contraindications.empty() || context_.patient.observations.empty()) return false;
  bool any = false;
  for (const auto& dose : series_.doses) {
    for (const auto& vaccine : dose.preferable) {
      if (!vaccine_contraindicated(vaccine.cvx)) return false;
      any = true;
    }
  }
  return any;
}

bool SeriesRun::vaccine_contraindicated(CvxId cvx) const { return is_vaccine_contraindicated(context_, antigen_, cvx); }

bool is_vaccine_contraindicated(const Context& context, const Antigen& antigen, CvxId cvx) {
  for (const auto& rule : antigen.vaccine_contraindications) {
    if (!context.observed(rule.observation)) continue;
    for (const auto& vaccine : rule.vaccines) {
      if (vaccine.cvx == cvx && vaccine.age.holds(context.patient.birth, context.assessed)) return true;
    }
  }
  return false;
}

// FORECASTDTCAN-1.
MaybeDay SeriesRun::candidate_earliest(const SeriesDose& rule) {
  MaybeDay latest;
  const Day birth = context_.patient.birth;
  const auto consider = [&](const char* id, const char* element, MaybeDuration stated, MaybeDay reference, Day date) {
    note(id, element, &rule, -1, stated, reference, date, !latest || *latest < date);
    keep_later(latest, date);
  };
  if (const auto* age = applying_age(rule, context_.assessed); age && age->min) {
    consider("CALCDTAGE-4", "age.minAge", age->min, birth, add(birth, *age->min));
  }
  for (const auto& interval : rule.intervals) {
    if (!interval.min || !interval.validity.applies(context_.assessed)) continue;
    if (const auto reference = reference_of(interval, records_.size())) {
      consider("CALCDTINT-4", "interval.minInt", interval.min, reference, add(*reference, *interval.min));
    }
  }
  for (const auto& vaccine : rule.preferable) {
    for (const auto& conflict : context_.data.cvx[vaccine.cvx].conflicts) {
      for (const auto& dose : context_.doses) {
        if (dose.cvx != conflict.conflicting || dose.undated) continue;
        const Day end = add(dose.date, conflict.end);
        if (!latest || *latest < end) {
          consider("CALCDTCONFLICT-3", "conflictEndInterval", conflict.end, dose.date, end);
        }
      }
    }
  }
  if (rule.season_start) {
    consider("FORECASTDTCAN-1", "seasonalRecommendation.startDate", {}, {}, *rule.season_start);
  }
  // Records are in the order of their dates: the last one bounds inadvertent doses too.
  for (auto i = out_.evaluations.size(); i-- > 0;) {
    const auto& dose = context_.doses[out_.evaluations[i].dose];
    if (dose.undated) continue;
    consider("FORECASTDTCAN-1", "most recent dose", {}, {}, dose.date);
    break;
  }
  return latest;
}

// FORECASTDT-1 to -6.
void SeriesRun::set_dates(const SeriesDose& rule, Day earliest) {
  auto& out = out_.forecast;
  const Day birth = context_.patient.birth;
  const auto* age = applying_age(rule, context_.assessed);
  MaybeDay by_interval_recommended, by_interval_late;
  for (const auto& interval : rule.intervals) {
    if (!interval.validity.applies(context_.assessed)) continue;
    const auto reference = reference_of(interval, records_.size());
    if (!reference) continue;
    if (interval.earliest_rec) keep_later(by_interval_recommended, add(*reference, *interval.earliest_rec));
    if (interval.latest_rec) keep_later(by_interval_late, add(*reference, *interval.latest_rec));
  }
  out.earliest = earliest;
  if (age && age->earliest_rec) {
    out.unadjusted_recommended = add(birth, *age->earliest_rec);
    note("FORECASTDT-2", "age.earliestRecAge", &rule, -1, age->earliest_rec, birth, out.unadjusted_recommended, true);
  } else {
    out.unadjusted_recommended = by_interval_recommended ? by_interval_recommended : MaybeDay(earliest);
    note("FORECASTDT-2", by_interval_recommended ? "interval.earliestRecInt" : "earliest", &rule, -1, {}, {},
         out.unadjusted_recommended, true);
  }
  if (age && age->latest_rec) {
    out.unadjusted_past_due = day_before(add(birth, *age->latest_rec));
    note("FORECASTDT-3", "age.latestRecAge", &rule, -1, age->latest_rec, birth, out.unadjusted_past_due, true);
  } else {
    out.unadjusted_past_due = day_before(by_interval_late);
    if (by_interval_late) {
      note("FORECASTDT-3", "interval.latestRecInt", &rule, -1, {}, {}, out.unadjusted_past_due, true);
    }
  }
  if (age && age->max) out.latest = add(birth, *age->max) - 1;
  out.recommended = std::max(earliest, *out.unadjusted_recommended);
  if (out.unadjusted_past_due) out.past_due = std::max(earliest, *out.unadjusted_past_due);
  out.dose_number = next_dose_number();
}

// FORECASTDN-1: a dose of an earlier season does not count.
int SeriesRun::next_dose_number() const {
  int number = 1;
  for (const auto& target : out_.targets) {
    if (target.status != TargetStatus::satisfied) continue;
    const auto& start = rule_of(target).season_start;
    number += !start || context_.doses[target.satisfied_by].date >= *start;
  }
  return number;
}

MaybeDay finish_date(const Context& context, const SeriesOutcome& outcome) {
  if (!outcome.forecast.earliest) return {};
  Day finish = *outcome.forecast.earliest;
  const auto& series = series_of(context, outcome);
  for (std::size_t i = outcome.next_target + 1u; i < outcome.targets.size(); ++i) {
    Day next = finish;
    for (const auto& interval : series.doses[outcome.targets[i].series_dose].intervals) {
      if (interval.from != IntervalFrom::previous || !interval.min) continue;
      if (interval.validity.applies(context.assessed)) next = std::max(next, add(finish, *interval.min));
    }
    finish = next;
  }
  return finish;
}

bool completable(const Context& context, const SeriesOutcome& outcome) {
  const auto finish = finish_date(context, outcome);
  if (!finish) return false;
  const auto& last = series_of(context, outcome).doses[outcome.targets.back().series_dose];
  const auto* age = applying_age(last, context.assessed);
  return !age || !age->max || *finish < add(context.patient.birth, *age->max);
}

bool is_priority(const Context& context, const SeriesOutcome& outcome) {
  if (outcome.next_target >= outcome.targets.size()) return false;
  const auto& rule = series_of(context, outcome).doses[outcome.targets[outcome.next_target].series_dose];
  bool any = false;
  for (const auto& interval : rule.intervals) {
    if (!interval.validity.applies(context.assessed)) continue;
    if (!interval.override_priority) return false;
    any = true;
  }
  return any;
}

}  // namespace relais::vaccine
