// SPDX-License-Identifier: Apache-2.0
// Conformance with the cases of the corpus folder cdsi: every row counts one. A row that its file marks as not matching
// the supporting data is skipped by name. Then the comparison itself is tried: five mutations of the expectations must
// leave exactly the rows that do not hold the mutated value.
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>

#include "command/cdsi_report.h"
#include "command/evaluate.h"
#include "engine/load.h"

namespace {

namespace fs = std::filesystem;
namespace vaccine = relais::vaccine;
using Case = vaccine::CdsiCase;
using Cases = std::vector<Case>;

int passed = 0, failed = 0, skipped = 0;

int broken(const std::string& reason) {
  std::cout << "cdsi: " << reason << "\n0 passed, 1 failed, 0 skipped" << std::endl;
  return 1;
}

bool not_complete(const Case& each) { return each.status == "Not Complete"; }

void day_later(std::string& text) {
  if (const auto day = vaccine::parse_iso_day(text)) text = vaccine::iso(*day + 1);
}

void check_mutation(const char* name, Cases cases, const vaccine::SupportingData& data,
                    const std::function<void(Case&)>& mutate, const std::function<bool(const Case&)>& untouched) {
  int left = 0, expected = 0;
  for (auto& each : cases) {
    expected += untouched(each);
    mutate(each);
    left += vaccine::run_case(each, data).passed;
  }
  const bool sharp = left == expected;
  ++(sharp ? passed : failed);
  std::cout << (sharp ? "ok " : "FAILED ") << "mutation, " << name << ": " << left << " rows pass, " << expected
            << " expected\n";
}

void check_mutations(const Cases& cases, const vaccine::SupportingData& data) {
  const auto complete = [](const Case& each) { return !not_complete(each); };
  check_mutation("earliest a day later", cases, data, [](Case& each) { day_later(each.earliest); }, complete);
  check_mutation("recommended a day later", cases, data, [](Case& each) { day_later(each.recommended); }, complete);
  check_mutation("past due a day later", cases, data, [](Case& each) { day_later(each.past_due); },
                 [&](const Case& each) { return complete(each) || each.past_due.empty(); });
  check_mutation("dose number one more", cases, data,
                 [](Case& each) { if (!each.number.empty()) each.number = std::to_string(std::stoi(each.number) + 1); },
                 complete);
  check_mutation(
      "status of the first dose swapped", cases, data,
      [](Case& each) {
        if (!each.doses.empty()) each.doses[0].status = each.doses[0].status == "Valid" ? "Not Valid" : "Valid";
      },
      [](const Case& each) { return each.doses.empty(); });
}

// Empty on success.
std::string run_file(const fs::path& file, const vaccine::SupportingData& data, Cases& cases) {
  std::string text;
  if (!vaccine::read_file(file, text)) return file.filename().string() + " cannot be read";
  auto read = vaccine::read_cdsi_cases(text, data);
  if (!read) return file.filename().string() + ": " + read.error();
  std::size_t doses = 0;
  for (auto& each : *read) {
    if (each.marked_stale) {
      ++skipped;
      std::cout << "skipped: " << each.id << " (its file marks it as not matching these data)\n";
      continue;
    }
    doses += each.doses.size();
    cases.push_back(std::move(each));
  }
  const auto totals = vaccine::report_cdsi_cases(cases, data, std::cout);
  passed += totals.passed;
  failed += totals.failed;
  if (static_cast<std::size_t>(totals.doses_compared) != doses) {
    ++failed;
    std::cout << "FAILED " << file.filename().string() << ": " << totals.doses_compared << " of " << doses
              << " doses compared\n";
  }
  return {};
}

}  // namespace

int main() {
  try {
    const char* chosen = std::getenv("RELAIS_CORPUS");
    const auto folder = fs::path(chosen && *chosen ? chosen : RELAIS_SOURCE_DIR "/../shared/corpus") / "cdsi";
    if (!fs::is_directory(folder)) {
      std::cout << "skipped: cdsi (no such folder in the corpus)\n0 passed, 0 failed, 1 skipped" << std::endl;
      return 0;
    }
    const auto data = vaccine::load_folder(folder / "supporting-data");
    if (!data) return broken(data.error().text());
    Cases healthy, conditions;
    if (const auto problem = run_file(folder / "test-cases.csv", *data, healthy); !problem.empty())
      return broken(problem);
    check_mutations(healthy, *data);
    if (const auto problem = run_file(folder / "underlying-conditions.csv", *data, conditions); !problem.empty()) {
      return broken(problem);
    }
    std::cout << passed << " passed, " << failed << " failed, " << skipped << " skipped" << std::endl;
    return failed == 0 && passed > 0 ? 0 : 1;
  } catch (const std::exception& failure) {
    return broken(failure.what());
  }
}
