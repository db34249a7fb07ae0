// SPDX-License-Identifier: Apache-2.0
// `relais plugin validate`: for the author of a plugin, without a host.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/cli/commands.h"
#include "app/installation.h"
#include "app/kit/validator.h"
#include "app/package_finder.h"
#include "app/text_file.h"

namespace relais::cli {
namespace {

struct ValidateOptions {
  std::string directory, cases;
  app::ValidationOptions validation;
  int seconds = 60;
  bool json = false, list = false;
};

[[noreturn]] void refuse_validation(const Error& error) {
  std::cerr << fmt::format("{} [{}] {}{}{}\n", french(error.code), stable_code(error.code), error.place,
                           error.place.empty() ? "" : " : ", error.detail);
  throw CLI::RuntimeError(2);
}

void validate(ValidateOptions& options) {
  if (options.list) {
    for (const auto& one : app::validation_names()) std::cout << fmt::format("{:<24} {}\n", one.name, one.description);
    return;
  }
  const auto package = app::find_package(options.directory, std::filesystem::read_symlink("/proc/self/exe"));
  if (!package) refuse_validation(package.error());
  options.validation.worker = app::worker_executable();
  options.validation.time = std::chrono::seconds(options.seconds);
  if (!options.cases.empty()) {
    const auto text = app::read_text_file(options.cases);
    if (!text) refuse_validation(text.error());
    auto slices = app::slices_of_cases(*text, package->manifest);
    if (!slices) refuse_validation(slices.error());
    options.validation.author = std::move(*slices);
  }
  const auto results = app::validate_plugin(*package, options.validation, [&](const auto& result) {
    if (!options.json) app::print_result(result, std::cout);
  });
  if (!results) refuse_validation(results.error());
  if (options.json) {
    std::cout << app::results_as_json(*package, options.validation, *results) << '\n';
  } else {
    const auto count = [&](auto verdict) { return std::ranges::count(*results, verdict, &app::ValidationResult::verdict); };
    using Verdict = app::ValidationResult::Verdict;
    std::cout << fmt::format("{} passed, {} failed, {} skipped\n", count(Verdict::passed), count(Verdict::failed),
                             count(Verdict::skipped));
  }
  throw CLI::RuntimeError(app::exit_status(*results));
}

}  // namespace

void add_validate_commands(CLI::App& app) {
  auto* validate_command = app.get_subcommand("plugin")->add_subcommand(
      "validate", "Éprouver le plugin, contrôle par contrôle, chacun dans ses propres processus isolés (0 : rien à redire)");
  auto& options = kept<ValidateOptions>();
  validate_command->add_option("directory", options.directory, "Dossier source du plugin, ou dossier d'un paquet");
  validate_command->add_option("--cases", options.cases, "Vos cas : chaque contrôle les essaie aussi");
  validate_command->add_option("--only", options.validation.only, "Un seul contrôle, par son nom");
  validate_command->add_option("--seed", options.validation.seed, "Graine des tranches au hasard")->capture_default_str();
  validate_command->add_option("--slices", options.validation.slices, "Tranches au hasard par contrôle")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  validate_command->add_option("--seconds", options.seconds, "Temps de chaque contrôle")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  validate_command->add_flag("--json", options.json, "Un objet JSON et rien d'autre");
  validate_command->add_flag("--list", options.list, "Nommer les contrôles, sans rien éprouver");
  validate_command->callback([&] { validate(options); });
}

}  // namespace relais::cli
