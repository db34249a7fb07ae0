// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <algorithm>
#include <numeric>

#include "engine/series_run.h"

namespace relais::vaccine {
namespace {

constexpr std::size_t most_doses = 1'000;

// Positions of the doses that hold an antigen, per antigen (specification 4.2).
using History = std::vector<std::vector<std::uint16_t>>;

History organise(const Context& context, std::vector<std::uint16_t>& not_evaluable) {
  History history(context.data.antigens.size());
  for (std::size_t i = 0; i < context.doses.size(); ++i) {
    const auto& dose = context.doses[i];
    bool held = false;
    if (dose.cvx != no_id) {
      for (const auto& association : context.data.cvx[dose.cvx].associations) {
        if (!dose.undated && !association.age.holds(context.patient.birth, dose.date)) continue;
        history[association.antigen].push_back(static_cast<std::uint16_t>(i));
        held = true;
      }
    }
    if (!held) not_evaluable.push_back(static_cast<std::uint16_t>(i));
  }
  return history;
}

// Tables 5-4 and 5-5.
bool relevant(const Context& context, const Series& series) {
  if (!series.genders.empty() &&
      std::find(series.genders.begin(), series.genders.end(), context.patient.gender) == series.genders.end()) {
    return false;
  }
  if (series.type != SeriesType::risk) return true;
  return std::any_of(series.indications.begin(), series.indications.end(), [&](const Indication& indication) {
    return context.observed(indication.observation) && indication.age.holds(context.patient.birth, context.assessed);
  });
}

std::vector<int> complete_groups(const Context& context, const std::vector<SeriesOutcome>& outcomes) {
  std::vector<int> out;
  for (const auto& each : outcomes) {
    if (each.forecast.status == PatientSeriesStatus::complete) out.push_back(series_of(context, each).group);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// All relevant series of one antigen. A skip that depends on another series being Complete needs a fixed point
// (cdsi-logic 13.5).
std::vector<SeriesOutcome> outcomes_of(const Context& context, AntigenId antigen,
                                       const std::vector<std::uint16_t>& records) {
  const auto& all = context.data.antigens[antigen].series;
  std::vector<SeriesOutcome> outcomes;
  std::vector<int> completed;
  constexpr int most_rounds = 3;
  for (int round = 0; round < most_rounds; ++round) {
    const auto traced = context.trace ? context.trace->events.size() : 0;
    outcomes.clear();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!relevant(context, all[i])) continue;
      outcomes.push_back(SeriesRun(context, antigen, static_cast<std::uint16_t>(i), records, completed).run());
    }
    if (!context.data.antigens[antigen].asks_for_completed_series) break;
    auto now = complete_groups(context, outcomes);
    if (now == completed || round + 1 == most_rounds) break;
    completed = std::move(now);
    if (context.trace) context.trace->events.resize(traced);  // the explanation is that of the last round
  }
  return outcomes;
}

// Only a dose that falls between the two conflict ends can be judged otherwise by knowing the earlier one's status.
bool needs_second_pass(const Context& context) {
  for (std::size_t later = 0; later < context.doses.size(); ++later) {
    const auto& dose = context.doses[later];
    if (dose.cvx == no_id) continue;
    for (const auto& conflict : context.data.cvx[dose.cvx].conflicts) {
      for (std::size_t i = 0; i < later; ++i) {
        const auto& earlier = context.doses[i];
        if (earlier.cvx != conflict.conflicting || earlier.date >= dose.date) continue;
        if (dose.date >= add(earlier.date, conflict.min_end) && dose.date < add(earlier.date, conflict.end))
          return true;
      }
    }
  }
  return false;
}

std::vector<Known> first_pass(const Context& context, const History& history) {
  std::vector<Known> known(context.doses.size(), Known::no_status);
  for (std::size_t antigen = 0; antigen < history.size(); ++antigen) {
    if (history[antigen].empty()) continue;
    for (const auto& outcome : outcomes_of(context, static_cast<AntigenId>(antigen), history[antigen])) {
      for (const auto& evaluation : outcome.evaluations) {
        auto& status = known[evaluation.dose];
        if (evaluation.status == DoseStatus::valid) status = Known::valid;
        else if (status == Known::no_status) status = Known::not_valid;
      }
    }
  }
  return known;
}

}  // namespace

tl::expected<Assessment, InputError> assess(const SupportingData& data, const Patient& patient, Day assessed,
                                            Trace* trace) {
  if (assessed < patient.birth) return tl::unexpected(InputError{"assessed before the birth date"});
  if (patient.doses.size() > most_doses) return tl::unexpected(InputError{"more than 1,000 doses"});
  Assessment out;
  out.assessed = assessed;
  out.doses = patient.doses;
  for (const auto& dose : out.doses) {
    if (dose.date > assessed) return tl::unexpected(InputError{"a dose is later than the assessment date"});
    if (dose.cvx != no_id && dose.cvx >= data.cvx.size()) return tl::unexpected(InputError{"a vaccine of other data"});
  }
  std::stable_sort(out.doses.begin(), out.doses.end(), [](const Dose& a, const Dose& b) { return a.date < b.date; });

  std::vector<Known> known(out.doses.size(), Known::no_status);
  Context context{data, patient, assessed, out.doses, known, nullptr};
  const auto history = organise(context, out.not_evaluable);
  if (needs_second_pass(context)) known = first_pass(context, history);
  context.known = known;
  context.trace = trace;
  for (std::size_t antigen = 0; antigen < data.antigens.size(); ++antigen) {
    auto outcomes = outcomes_of(context, static_cast<AntigenId>(antigen), history[antigen]);
    select_best(context, outcomes, out.scored_without_column);
    for (auto& outcome : outcomes) out.series.push_back(std::move(outcome));
  }
  merge_groups(context, out);
  return out;
}

}  // namespace relais::vaccine
