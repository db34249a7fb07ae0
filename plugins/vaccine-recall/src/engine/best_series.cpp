// SPDX-License-Identifier: Apache-2.0
// Which series answers for an antigen (specification chapter 8).
#include <algorithm>

#include "engine/series_run.h"

namespace relais::vaccine {
namespace {

bool complete(const SeriesOutcome& outcome) { return outcome.forecast.status == PatientSeriesStatus::complete; }

// SELECTB-16.
bool in_process(const SeriesOutcome& outcome) {
  return outcome.satisfied() > 0 && outcome.forecast.status == PatientSeriesStatus::not_complete;
}

bool started_in_time(const Context& context, const SeriesOutcome& outcome) {
  const auto& series = series_of(context, outcome);
  if (!series.max_age_to_start) return true;
  for (const auto& target : outcome.targets) {
    if (target.status != TargetStatus::satisfied) continue;
    const auto& first = context.doses[target.satisfied_by];
    return first.undated || first.date < add(context.patient.birth, *series.max_age_to_start);
  }
  return true;
}

// SELECTB-24 and SELECTSCORE-2 over the relevant series of one group.
std::vector<SeriesOutcome*> scorable_of(const Context& context, const std::vector<SeriesOutcome*>& group) {
  const auto contraindicated = [](const SeriesOutcome* each) {
    return each->forecast.status == PatientSeriesStatus::contraindicated;
  };
  const bool all_contraindicated = std::all_of(group.begin(), group.end(), contraindicated);
  const auto candidate = [&](const SeriesOutcome* each) { return all_contraindicated || !contraindicated(each); };
  char best_priority = 'Z';
  bool any_valid = false, any_default = false;
  for (const auto* each : group) {
    const auto& series = series_of(context, *each);
    if (candidate(each) && series.type == SeriesType::risk) best_priority = std::min(best_priority, series.priority);
    any_valid = any_valid || each->satisfied() > 0;
    any_default = any_default || series.default_series;
  }
  std::vector<SeriesOutcome*> out;
  for (auto* each : group) {
    const auto& series = series_of(context, *each);
    bool scorable = false;
    switch (series.type) {
      case SeriesType::risk:
        scorable = candidate(each) && series.priority == best_priority;
        break;
      case SeriesType::evaluation_only:
        scorable = complete(*each);
        break;
      case SeriesType::standard:
        scorable = candidate(each) && (each->satisfied() > 0 ? started_in_time(context, *each)
                                                             : !any_valid && !any_default);
        break;
    }
    each->scorable = scorable;
    if (scorable) out.push_back(each);
  }
  return out;
}

// Table 8-3, then the points.
SeriesOutcome* prioritized_of(const Context& context, const std::vector<SeriesOutcome*>& group, bool& without_column) {
  auto scorable = scorable_of(context, group);
  std::vector<SeriesOutcome*> defaults, completes, started;
  for (auto* each : group) {
    if (series_of(context, *each).default_series) defaults.push_back(each);
  }
  for (auto* each : scorable) {
    if (complete(*each)) completes.push_back(each);
    if (in_process(*each)) started.push_back(each);
  }
  if (scorable.empty()) return defaults.size() == 1 ? defaults.front() : nullptr;
  if (scorable.size() == 1) return scorable.front();
  if (completes.size() == 1) return completes.front();
  if (completes.empty() && started.size() == 1) return started.front();
  if (completes.empty() && started.empty() && defaults.size() == 1) return defaults.front();
  return best_scored(context, scorable, without_column);
}

bool equivalent(const Series& series, int group) {
  return std::find(series.equivalent_groups.begin(), series.equivalent_groups.end(), group) !=
         series.equivalent_groups.end();
}

}  // namespace

void select_best(const Context& context, std::span<SeriesOutcome> outcomes, bool& scored_without_column) {
  std::vector<int> numbers;
  for (const auto& each : outcomes) {
    const int number = series_of(context, each).group;
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<SeriesOutcome*> prioritized;
  for (const int number : numbers) {
    std::vector<SeriesOutcome*> group;
    for (auto& each : outcomes) {
      if (series_of(context, each).group == number) group.push_back(&each);
    }
    if (auto* winner = prioritized_of(context, group, scored_without_column)) {
      winner->prioritized = true;
      prioritized.push_back(winner);
    }
  }
  // Table 8-14.
  for (auto* each : prioritized) {
    const auto& series = series_of(context, *each);
    bool other_complete = false, other_risk = false;
    for (const auto* other : prioritized) {
      const auto& rival = series_of(context, *other);
      if (other == each || !equivalent(series, rival.group)) continue;
      other_complete = other_complete || complete(*other);
      other_risk = other_risk || rival.type == SeriesType::risk;
    }
    if (complete(*each)) each->best = true;
    else if (other_complete || series.type == SeriesType::evaluation_only) each->best = false;
    else each->best = series.type == SeriesType::risk || !other_risk;
  }
}

}  // namespace relais::vaccine
