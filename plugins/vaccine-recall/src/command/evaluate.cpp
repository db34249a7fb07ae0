// SPDX-License-Identifier: Apache-2.0
#include "command/evaluate.h"

#include "calendar_fr/cases.h"
#include "command/cdsi_report.h"
#include "engine/load.h"

namespace relais::vaccine {

int evaluate_cdsi(const std::filesystem::path& supporting_data, const std::filesystem::path& cases, std::ostream& out,
                  std::ostream& problems) {
  const auto data = load_folder(supporting_data);
  if (!data) {
    problems << "supporting data refused: " << data.error().text() << '\n';
    return 2;
  }
  std::string text;
  if (!read_file(cases, text)) {
    problems << cases.filename().string() << " cannot be read\n";
    return 2;
  }
  const auto read = read_cdsi_cases(text, *data);
  if (!read) {
    problems << cases.filename().string() << ": " << read.error() << '\n';
    return 2;
  }
  if (read->empty()) problems << cases.filename().string() << " holds no case\n";
  const auto totals = report_cdsi_cases(*read, *data, out);
  out << totals.passed << " passed, " << totals.failed << " failed" << std::endl;
  return totals.failed == 0 && totals.passed > 0 ? 0 : 1;
}

int evaluate_french(const std::filesystem::path& calendar, const std::filesystem::path& cases, std::ostream& out,
                    std::ostream& problems) {
  const auto loaded = fr::load_calendar(calendar);
  if (!loaded) {
    problems << "calendar refused: " << loaded.error().text() << '\n';
    return 2;
  }
  std::string text;
  if (!read_file(cases, text)) {
    problems << cases.filename().string() << " cannot be read\n";
    return 2;
  }
  const auto read = fr::read_french_cases(text, *loaded);
  if (!read) {
    problems << cases.filename().string() << ": " << read.error() << '\n';
    return 2;
  }
  const auto totals = fr::report_french_cases(*loaded, *read, out);
  out << totals.passed << " passed, " << totals.failed << " failed" << std::endl;
  // A run that compares nothing passes nothing.
  return totals.failed == 0 && totals.passed > 0 && totals.lines_passed > 0 ? 0 : 1;
}

}  // namespace relais::vaccine
