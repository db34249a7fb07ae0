// SPDX-License-Identifier: Apache-2.0
// What doctor and assistant are told ahead: a fiche that ends, a training that must be done. Once a day, in the
// practice's own day; a day missed while the host was down is made up at its start.
// Sources: fiche-de-poste.md, section 6 (60 and 15 days; no tacit renewal); assistant-medical.md, 4.3 (training dates).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "practice/mandate_gate.h"
#include "practice/notices.h"

namespace relais::app {

using EnteredTerms = std::map<std::string, practice::AssistantTerms>;  // by the assistant's account

// Everything that is to be told on this day, those told on an earlier day included: telling twice changes nothing.
// Of each fiche, its latest version that both have signed counts. The sources give 60 and 15 days for the end of a
// fiche and no such days for trainings: Relais uses the same. `terms`: what was entered of each assistant apart from the
// fiches; a title added or lost and the end of the function count as they do in decisions.
std::vector<practice::NewNotice> deadline_notices(const std::vector<fiche::KnownFiche>& fiches, fiche::CivilDate today,
                                                  const EnteredTerms& terms = {});

// Kinds of those notices.
inline constexpr auto fiche_end_notice = "fiche-end";
inline constexpr auto training_notice = "training";

}  // namespace relais::app
