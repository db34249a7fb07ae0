// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "domain/decision.h"
#include "domain/signing.h"

namespace relais::fiche {

// A decision in French, a few lines ending with a line feed: what was asked, the answer, why, who can unblock it, the
// warnings and what it obliges to. Names the task and people's ids; nothing about the patient.
std::string explain(const Question& question, const Decision& decision);

// One line in French for one finding: code, place, sentence, what to change.
std::string explain(const SigningFinding& finding);

}  // namespace relais::fiche
