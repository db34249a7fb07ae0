// SPDX-License-Identifier: Apache-2.0
// `relais fiche check` and `relais fiche explain` on files, without a running host. Signatures are those that the files
// declare, and the output says so.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "domain/escalation.h"

namespace relais::app {

// Reads the fiche and prints, in French with places: the reading error, or every signing finding (E1 to E11), then what
// training holds back on that day and whose immediate rules the doctor judges. `others`: files of the other versions (E6).
// `grammars`: of the plugins known here; without one for a task its rules are not read. Returns 0 when it may be signed.
int fiche_check_command(const std::filesystem::path& path, const std::vector<std::filesystem::path>& others,
                        fiche::CivilDate today, std::ostream& out,
                        const escalation::Grammars* grammars = nullptr);

struct ExplainRequest {
  std::vector<std::filesystem::path> fiches;
  std::string actor;
  fiche::Action action = fiche::Action::voir;
  std::string task;
  std::optional<std::string> variant;
  fiche::PatientFacts patient;
  fiche::Moment at;          // wall clock of the practice
  fiche::Context context;    // `account_known` is set here: a fiche names the actor
};

// Prints the decision in French. Returns 0 when authorised, 1 when refused, 2 when a fiche cannot be read.
int fiche_explain_command(const ExplainRequest& request, std::ostream& out);

}  // namespace relais::app
