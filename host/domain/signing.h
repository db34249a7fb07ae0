// SPDX-License-Identifier: Apache-2.0
// What stops a fiche from being signed (E1 to E11), what training holds back for now, and which immediate rules the doctor
// judges. Source: "The fiche de poste", sections 6 and 10.6.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/escalation.h"
#include "domain/fiche.h"
#include "domain/reasons.h"
#include "domain/training.h"

namespace relais::fiche {

// Who is about to sign, and whose session the request came through.
struct SigningSession {
  std::string signer_id;
  std::string session_actor_id;
};

struct SigningFinding {
  SigningError code{};
  std::string place;   // "taches[3].mode"
  std::string detail;  // the task, attestation or rule concerned, empty when the place says it all
};

// Every finding, in the order of the fiche; empty when it may be signed. `others`: the versions already signed under
// any id; only those with the same fiche id are compared (E6). Without a session E7 is not checked. `grammars`: those of
// the plugins installed; without one for a task its rules are not read, and none of them is refused (E11).
std::vector<SigningFinding> check_signing(const Fiche& fiche, std::span<const Fiche> others,
                                          const std::optional<SigningSession>& session,
                                          const escalation::Grammars* grammars = nullptr);

// A task whose immediate rules the doctor judges: by the mark `jugee_par_le_medecin`, because no plugin reads them, or
// because the installed one does not understand one that was signed before. Every such item goes to the doctor.
struct JudgedRules {
  std::string place;
  std::string task;
  std::string french;
};

std::vector<JudgedRules> judged_rules(const Fiche& fiche, const escalation::Grammars* grammars);

// A grant that title or training lowers on that day. Not an error: it lifts itself when the attestation arrives.
struct TrainingCap {
  std::string place;
  std::string task;
  Mode granted = Mode::non;
  Mode effective = Mode::non;  // presence of the doctor may be required besides
  std::string french;
};

// `withdrawn` and `added`: what is known of the assistant's titles since the fiche was written.
std::vector<TrainingCap> training_caps(const Fiche& fiche, CivilDate on, std::span<const WithdrawnTitle> withdrawn = {},
                                       std::span<const Attestation> added = {});

}  // namespace relais::fiche
