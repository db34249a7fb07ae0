// SPDX-License-Identifier: Apache-2.0
// Steps 5 to 16 of the decision for one version of one fiche, taken alone. Used by decision.cpp only.
#pragma once

#include <map>

#include "domain/catalogue.h"
#include "domain/decision.h"

namespace relais::fiche {

// Steps as section 5 numbers them; a refusal keeps the step that failed so that several can be ordered.
struct Outcome {
  bool authorised = false;
  Mode mode = Mode::non;
  std::optional<Refusal> refusal;
  int step = 0;
  std::set<Warning> warnings;
  std::set<Obligation> obligations;
  const Fiche* fiche = nullptr;
  bool by_locum = false;
  bool only_acceptance_missing = false;  // a version that waits for acceptance would have allowed the action
};

Outcome refused(Refusal code, int step, Mode mode = Mode::non);

// The question with what does not change from fiche to fiche.
struct Asked {
  const Question& question;
  const CatalogueTask& task;
  Action action;
  bool run = false;
};

LocalTime local_time(const Question& question, const Fiche& fiche);

// `known` is treated as in force.
Outcome evaluate_version(const Asked& asked, const KnownFiche& known);

}  // namespace relais::fiche
