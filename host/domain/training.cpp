// SPDX-License-Identifier: Apache-2.0
#include "domain/training.h"

#include <algorithm>

namespace relais::fiche {

bool holds(const Assistant& assistant, AttestationKind kind, CivilDate on, std::span<const WithdrawnTitle> withdrawn,
           std::span<const Attestation> added) {
  const auto lost = std::any_of(withdrawn.begin(), withdrawn.end(),
                                [&](const WithdrawnTitle& title) { return title.kind == kind && title.from <= on; });
  if (lost) return false;
  const auto attests = [&](const Attestation& held) { return held.kind == kind && held.on <= on; };
  return std::any_of(assistant.attestations.begin(), assistant.attestations.end(), attests) ||
         std::any_of(added.begin(), added.end(), attests);
}

TrainingStatus training_at(const Assistant& assistant, CivilDate on, std::span<const WithdrawnTitle> withdrawn,
                           std::span<const Attestation> added) {
  using namespace date::literals;
  const auto has = [&](AttestationKind kind) { return holds(assistant, kind, on, withdrawn, added); };
  const bool diploma = has(AttestationKind::dei) || has(AttestationKind::deas) || has(AttestationKind::deap);
  if (has(AttestationKind::cqp) || (diploma && has(AttestationKind::fae)))
    return {TrainingState::qualifie, std::nullopt, false};

  if (assistant.profile != Profile::autre) {
    const auto deadline = plus_years(assistant.function_start, 3);
    if (on >= deadline) return {TrainingState::echu, deadline, false};
    return {TrainingState::soignant_en_delai, deadline, on >= plus_years(assistant.function_start, 2)};
  }

  constexpr CivilDate two_year_rule = 2024_y / date::June / 22;
  const bool two_years = assistant.aid_contract && assistant.aid_contract->signed_on &&
                         *assistant.aid_contract->signed_on >= two_year_rule;
  const auto deadline = plus_years(assistant.function_start, two_years ? 2 : 3);
  if (on >= deadline) return {TrainingState::echu, deadline, false};
  const bool enrolled =
      assistant.training && assistant.training->enrolled_on && *assistant.training->enrolled_on <= on;
  return {enrolled ? TrainingState::en_formation : TrainingState::a_inscrire, deadline, false};
}

}  // namespace relais::fiche
