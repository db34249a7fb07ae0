// SPDX-License-Identifier: Apache-2.0
// Runs a file of decision cases, shape relais-fiche-cases/1: what `relais fiche decide --cases FILE` does.
//
// Every case names the fiches that the host knows (paths relative to the file) and one question; absent keys take the
// values of `defaults`. Signatures are those that the fiches declare: this is the only place that accepts them.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "domain/error.h"

namespace relais::app {

struct FicheCaseResult {
  std::string id;
  bool passed = false;
  std::string expected;  // "AUTORISE faire-puis-valider [] [validation-medecin]", "REFUSE non R08"
  std::string got;       // the same words, or the error that kept the case from being asked
};

// One result per case, in the order of the file. A case passes when decision, mode and code are equal and, for
// AUTORISE, warnings are equal and every expected obligation is returned. A case with an unknown key or word, or whose
// fiche cannot be read, has failed. Errors: io, cases_invalid (the file itself).
Result<std::vector<FicheCaseResult>> run_fiche_cases(const std::filesystem::path& path);

// Prints one line per case, then "N passed, M failed" alone on the last line. Returns the exit code: 0 only when there
// is at least one case and all pass.
int fiche_decide_command(const std::filesystem::path& path, std::ostream& out);

}  // namespace relais::app
