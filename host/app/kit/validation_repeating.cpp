// SPDX-License-Identifier: Apache-2.0
// Checks that a plugin is a pure function over a slice, and that what it is not told never reassures.
#include <fmt/format.h>

#include <algorithm>

#include "app/kit/validation_bench.h"
#include "plugins/supervision/answers.h"

namespace relais::app {
namespace {

using worker::v1::Slice;

// Answers of a fresh worker to the slices, each in a batch of its own, in the order given; nothing when it ended.
std::optional<std::vector<Asked>> answers_of(Bench& bench, const std::vector<Slice>& slices) {
  Probe probe = bench.probe();
  if (probe.start()) return std::nullopt;
  std::vector<Asked> all;
  for (const auto& slice : slices) {
    all.push_back(probe.ask(slice, bench.until()));
    if (!probe.running() || bench.out_of_time()) return std::nullopt;
  }
  return all;
}

// Drops the slices that end the plugin: other checks tell them.
std::vector<Slice> slices_that_are_answered(Bench& bench) {
  std::vector<Slice> kept;
  Probe probe = bench.probe();
  if (probe.start()) return kept;
  int losses = 0;
  for (auto& slice : bench.slices()) {
    static_cast<void>(probe.ask(slice, bench.until()));
    if (probe.running()) kept.push_back(std::move(slice));
    if (bench.out_of_time() || (!probe.running() && ++losses > 12)) return {};
  }
  return kept;
}

Seen nothing_to_compare() { return {true, "aucune réponse à comparer"}; }

Found differing(const std::vector<Slice>& slices, const std::vector<Asked>& left, const std::vector<Asked>& right,
                const char* how) {
  for (std::size_t index = 0; index < slices.size(); ++index) {
    if (!plugins::same_answer(left[index].answer, right[index].answer)) {
      return failed_with(std::string(how) + " : " + subject_words(slices[index]));
    }
  }
  return std::nullopt;
}

Found says_the_same_twice(Bench& bench) {
  const auto slices = slices_that_are_answered(bench);
  Probe probe = bench.probe();
  if (slices.empty() || probe.start()) return nothing_to_compare();
  for (const auto& slice : slices) {
    const auto first = probe.ask(slice, bench.until());
    const auto second = probe.ask(slice, bench.until());
    if (!plugins::same_answer(first.answer, second.answer)) {
      return failed_with("deux réponses différentes à la même question : " + subject_words(slice));
    }
  }
  return std::nullopt;
}

Found says_the_same_elsewhere(Bench& bench) {
  const auto slices = slices_that_are_answered(bench);
  const auto left = answers_of(bench, slices);
  const auto right = answers_of(bench, slices);
  if (slices.empty() || !left || !right) return nothing_to_compare();
  return differing(slices, *left, *right, "un autre processus répond autre chose");
}

Found keeps_no_state(Bench& bench) {
  auto slices = slices_that_are_answered(bench);
  const auto left = answers_of(bench, slices);
  std::reverse(slices.begin(), slices.end());
  auto right = answers_of(bench, slices);
  if (slices.empty() || !left || !right) return nothing_to_compare();
  std::reverse(right->begin(), right->end());
  std::reverse(slices.begin(), slices.end());
  return differing(slices, *left, *right, "la réponse dépend des sujets d'avant");
}

Found answers_alone_as_together(Bench& bench) {
  const auto slices = slices_that_are_answered(bench);
  const auto alone = answers_of(bench, slices);
  Probe probe = bench.probe();
  if (slices.empty() || !alone || probe.start()) return nothing_to_compare();
  const auto together = probe.ask_together(slices, bench.until());
  if (!probe.running()) return failed_with("le plugin s'arrête quand ses sujets lui sont soumis ensemble");
  return differing(slices, *alone, together, "la réponse dépend des autres sujets du lot");
}

v1::Category worst_of(const worker::v1::Evaluation& answer) {
  v1::Category worst = v1::CATEGORY_UNSPECIFIED;
  for (const auto& finding : answer.findings()) worst = std::max(worst, finding.category());
  return worst;
}

Found never_lowers_on_less(Bench& bench) {
  const auto slices = slices_that_are_answered(bench);
  const auto whole = answers_of(bench, slices);
  auto less = slices;
  for (auto& slice : less) {
    for (auto& state : *slice.mutable_kinds()) state.set_completeness(worker::v1::COMPLETENESS_WITHHELD);
  }
  const auto incomplete = answers_of(bench, less);
  if (slices.empty() || !whole || !incomplete) return nothing_to_compare();
  for (std::size_t index = 0; index < slices.size(); ++index) {
    if (!(*incomplete)[index].answer.not_evaluated().empty()) continue;
    if (worst_of((*incomplete)[index].answer) < worst_of((*whole)[index].answer)) {
      return failed_with("une donnée incomplète rassure : " + subject_words(slices[index]));
    }
  }
  return std::nullopt;
}

}  // namespace

const std::vector<ValidationCheck>& repeating_checks() {
  static const std::vector<ValidationCheck> all{
      {"same-twice", "La même question reçoit deux fois la même réponse", &says_the_same_twice},
      {"same-elsewhere", "Un autre processus donne la même réponse", &says_the_same_elsewhere},
      {"hidden-state", "L'ordre des sujets ne change rien", &keeps_no_state},
      {"alone-or-together", "Les autres sujets d'un lot ne changent rien", &answers_alone_as_together},
      {"never-lowers", "Une donnée incomplète ne rassure jamais", &never_lowers_on_less},
  };
  return all;
}

}  // namespace relais::app
