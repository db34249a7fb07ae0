// SPDX-License-Identifier: Apache-2.0
// Training state of an assistant at a date. Source: arrêté du 7 novembre 2019 (FAE within three years for carers),
// avenant 7 art. 9-2 and the rule of 22 June 2024 (two years) for the others; "Assistant médical", sections 4.2 to 4.5.
#pragma once

#include <optional>
#include <span>

#include "domain/fiche.h"

namespace relais::fiche {

enum class TrainingState { qualifie, soignant_en_delai, en_formation, a_inscrire, echu };

// A title that its holder has lost (struck off, suspended), known to the host before any new version of the fiche.
struct WithdrawnTitle {
  AttestationKind kind{};
  CivilDate from{};
};

struct TrainingStatus {
  TrainingState state = TrainingState::a_inscrire;
  std::optional<CivilDate> deadline;  // first day on which the function lapses; absent when qualified
  bool aid_at_risk = false;           // carer between two and three years without FAE (W2)
};

// Attested on or before the day, by the fiche or by what was `added` to it since with its proof, and not withdrawn.
bool holds(const Assistant& assistant, AttestationKind kind, CivilDate on,
           std::span<const WithdrawnTitle> withdrawn = {}, std::span<const Attestation> added = {});

TrainingStatus training_at(const Assistant& assistant, CivilDate on, std::span<const WithdrawnTitle> withdrawn = {},
                           std::span<const Attestation> added = {});

}  // namespace relais::fiche
