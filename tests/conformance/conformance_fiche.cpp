// SPDX-License-Identifier: Apache-2.0
// Conformance with the decision cases of the corpus: every case of fiche/cases.yaml counts one.
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/fiche_cases.h"

namespace {

namespace fs = std::filesystem;

fs::path corpus_root() {
  if (const char* chosen = std::getenv("RELAIS_CORPUS"); chosen && *chosen) return chosen;
  return fs::path(RELAIS_SOURCE_DIR) / ".." / "shared" / "corpus";
}

int end(std::size_t passed, std::size_t failed, std::size_t skipped) {
  std::cout << passed << " passed, " << failed << " failed, " << skipped << " skipped" << std::endl;
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main() {
  const auto folder = corpus_root() / "fiche";
  if (!fs::is_directory(folder)) {
    std::cout << "skipped: fiche (no such folder in the corpus)\n";
    return end(0, 0, 1);
  }
  const auto results = relais::app::run_fiche_cases(folder / "cases.yaml");
  if (!results) {
    std::cout << "cases.yaml: " << relais::stable_code(results.error().code) << " " << results.error().place << " "
              << results.error().detail << "\n";
    return end(0, 1, 0);
  }
  if (results->empty()) {
    std::cout << "cases.yaml: no case, nothing was compared\n";
    return end(0, 1, 0);
  }
  std::size_t passed = 0;
  for (const auto& result : *results) {
    if (result.passed)
      ++passed;
    else
      std::cout << "case " << result.id << ": expected " << result.expected << ", got " << result.got << "\n";
  }
  return end(passed, results->size() - passed, 0);
}
