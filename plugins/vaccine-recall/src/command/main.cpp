// SPDX-License-Identifier: Apache-2.0
// relais-vaccine: the vaccine engine on files, for those who check its answers.
#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>
#include <iostream>

#include "command/evaluate.h"
#include "command/inspect.h"

namespace {

namespace fs = std::filesystem;

// The edition of the schedule shipped with this program: beside it when installed, in the source tree otherwise.
fs::path edition(const std::string& name) {
  std::error_code none;
  const auto program = fs::read_symlink("/proc/self/exe", none);
  const auto installed = program.parent_path() / ".." / "share" / "relais" / "vaccine-recall";
  return (fs::is_directory(installed, none) ? installed : fs::path(RELAIS_VACCINE_DATA)) / name / "2025";
}

struct Arguments {
  std::string supporting_data, cases, calendar, id;
  double seconds = 5;
};

int run(int argc, char** argv) {
  using namespace relais::vaccine;
  CLI::App app("Vaccine forecasts from supporting data, compared with cases.", "relais-vaccine");
  app.require_subcommand(1);
  Arguments given;
  const auto add_data = [&](CLI::App* to) {
    return to->add_option("--supporting-data", given.supporting_data, "Folder of CDSi supporting data (XML)");
  };
  const auto add_calendar = [&](CLI::App* to) {
    return to->add_option("--calendar", given.calendar, "Schedule shipped with this program")
        ->check(CLI::IsMember({"fr"}));
  };
  auto* evaluate = app.add_subcommand("evaluate", "Run a file of cases and print every difference");
  add_data(evaluate)->excludes(add_calendar(evaluate));
  evaluate->add_option("--cases", given.cases, "File of cases")->required();
  auto* explain = app.add_subcommand("explain", "Say why one case is answered as it is");
  add_data(explain)->required();
  explain->add_option("--cases", given.cases, "File of cases")->required();
  explain->add_option("--id", given.id, "Identifier of the case")->required();
  auto* check = app.add_subcommand("check", "Check a schedule and print its rules with their sources");
  add_calendar(check)->required();
  auto* measure = app.add_subcommand("bench", "Measure forecasts for the patients of a file; prints JSON");
  add_data(measure)->required();
  measure->add_option("--cases", given.cases, "File of cases")->required();
  measure->add_option("--seconds", given.seconds, "How long")->check(CLI::Range(0.1, 600.0));
  CLI11_PARSE(app, argc, argv);
  if (*explain) return explain_case(given.supporting_data, given.cases, given.id, std::cout, std::cerr);
  if (*check) return check_calendar(edition(given.calendar), std::cout, std::cerr);
  if (*measure) return bench(given.supporting_data, given.cases, given.seconds, std::cout, std::cerr);
  if (!given.calendar.empty()) return evaluate_french(edition(given.calendar), given.cases, std::cout, std::cerr);
  if (!given.supporting_data.empty()) return evaluate_cdsi(given.supporting_data, given.cases, std::cout, std::cerr);
  std::cerr << "one of --supporting-data and --calendar is needed\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "relais-vaccine: " << failure.what() << '\n';
    return 2;
  }
}
