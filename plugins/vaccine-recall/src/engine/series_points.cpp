// SPDX-License-Identifier: Apache-2.0
// Points of tables 8-7, 8-9 and 8-11, and the winner (SELECTBEST-1, -2).
#include <algorithm>
#include <functional>
#include <limits>

#include "engine/series_run.h"

namespace relais::vaccine {
namespace {

using Outcomes = std::vector<SeriesOutcome*>;

struct Points {
  int only_one, several, not_met;
};

void give(Outcomes& outcomes, Points points, const std::function<bool(const SeriesOutcome&)>& meets) {
  const auto count = std::count_if(outcomes.begin(), outcomes.end(), [&](const auto* each) { return meets(*each); });
  for (auto* each : outcomes) {
    each->points += !meets(*each) ? points.not_met : count == 1 ? points.only_one : points.several;
  }
}

// Met by those whose value is the smallest.
void give_smallest(Outcomes& outcomes, Points points, const std::function<Day(const SeriesOutcome&)>& value) {
  Day smallest = std::numeric_limits<Day>::max();
  for (const auto* each : outcomes) smallest = std::min(smallest, value(*each));
  const bool none = smallest == std::numeric_limits<Day>::max();
  give(outcomes, points, [&](const SeriesOutcome& each) { return !none && value(each) == smallest; });
}

// SELECTB-23 and SELECTB-2.
bool product_and_all_valid(const Context& context, const SeriesOutcome& outcome) {
  return series_of(context, outcome).product_path &&
         std::all_of(outcome.evaluations.begin(), outcome.evaluations.end(),
                     [](const auto& each) { return each.status == DoseStatus::valid; });
}

void score_complete(Outcomes& outcomes) {
  give_smallest(outcomes, {1, 0, -1}, [](const auto& each) { return -each.satisfied(); });  // SELECTB-19
}

void score_in_process(const Context& context, Outcomes& outcomes) {
  give(outcomes, {2, 2, -2}, [&](const auto& each) { return product_and_all_valid(context, each); });
  give(outcomes, {3, 3, -3}, [&](const auto& each) { return completable(context, each); });
  give_smallest(outcomes, {2, 0, -2}, [](const auto& each) { return -each.satisfied(); });
  give_smallest(outcomes, {2, 0, -2}, [](const auto& each) { return each.not_satisfied(); });  // SELECTB-5
  give_smallest(outcomes, {1, 0, -1}, [&](const auto& each) {                                  // SELECTB-11
    return completable(context, each) ? *finish_date(context, each) : std::numeric_limits<Day>::max();
  });
}

void score_without_valid_dose(const Context& context, Outcomes& outcomes) {
  give_smallest(outcomes, {1, 0, -1}, [](const auto& each) {  // SELECTB-14
    return each.forecast.earliest.value_or(std::numeric_limits<Day>::max());
  });
  give(outcomes, {1, 1, -1}, [&](const auto& each) { return completable(context, each); });
  give(outcomes, {-1, -1, 1}, [&](const auto& each) { return series_of(context, each).product_path; });
}

}  // namespace

SeriesOutcome* best_scored(const Context& context, std::span<SeriesOutcome*> scorable, bool& without_column) {
  Outcomes completes, started, untouched;
  for (auto* each : scorable) {
    if (each->forecast.status == PatientSeriesStatus::complete) completes.push_back(each);
    else if (each->satisfied() > 0 && each->forecast.status == PatientSeriesStatus::not_complete)
      started.push_back(each);
    if (each->satisfied() == 0) untouched.push_back(each);
  }
  Outcomes* scored = &untouched;
  if (completes.size() > 1) {
    scored = &completes;
    score_complete(completes);
  } else if (completes.empty() && started.size() > 1) {
    scored = &started;
    score_in_process(context, started);
  } else {
    if (untouched.size() != scorable.size()) without_column = true;  // cdsi-logic 13.6
    if (untouched.empty()) untouched.assign(scorable.begin(), scorable.end());
    score_without_valid_dose(context, untouched);
  }
  return *std::max_element(scored->begin(), scored->end(), [&](const auto* a, const auto* b) {
    if (a->points != b->points) return a->points < b->points;
    return series_of(context, *a).preference > series_of(context, *b).preference;
  });
}

}  // namespace relais::vaccine
