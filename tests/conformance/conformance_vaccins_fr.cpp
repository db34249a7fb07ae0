// SPDX-License-Identifier: Apache-2.0
// Conformance with the French cases of the corpus folder vaccins-fr: every patient counts one.
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "calendar_fr/cases.h"
#include "command/evaluate.h"

namespace {

namespace fs = std::filesystem;
namespace vaccine = relais::vaccine;

int broken(const std::string& reason) {
  std::cout << "vaccins-fr: " << reason << "\n0 passed, 1 failed, 0 skipped" << std::endl;
  return 1;
}

}  // namespace

int main() {
  try {
    const char* chosen = std::getenv("RELAIS_CORPUS");
    const auto folder = fs::path(chosen && *chosen ? chosen : RELAIS_SOURCE_DIR "/../shared/corpus") / "vaccins-fr";
    if (!fs::is_directory(folder)) {
      std::cout << "skipped: vaccins-fr (no such folder in the corpus)\n0 passed, 0 failed, 1 skipped" << std::endl;
      return 0;
    }
    const auto calendar = vaccine::fr::load_calendar(RELAIS_SOURCE_DIR "/plugins/vaccine-recall/data/fr/2025");
    if (!calendar) return broken(calendar.error().text());
    std::string text;
    if (!vaccine::read_file(folder / "cases.json", text)) return broken("cases.json cannot be read");
    const auto cases = vaccine::fr::read_french_cases(text, *calendar);
    if (!cases) return broken(cases.error());
    auto totals = vaccine::fr::report_french_cases(*calendar, *cases, std::cout);
    if (totals.lines_passed == 0 && totals.failed == 0) ++totals.failed;  // nothing was compared
    std::cout << totals.passed << " passed, " << totals.failed << " failed, 0 skipped" << std::endl;
    return totals.failed == 0 ? 0 : 1;
  } catch (const std::exception& failure) {
    return broken(failure.what());
  }
}
