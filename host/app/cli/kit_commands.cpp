// SPDX-License-Identifier: Apache-2.0
// `relais plugin new|check|run`: for the author of a plugin, without a host.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/cli/commands.h"
#include "app/installation.h"
#include "app/kit/kit_folder.h"
#include "app/kit/new_plugin.h"
#include "app/kit/package_check.h"
#include "app/kit/reports.h"
#include "app/kit/sample_practice.h"
#include "app/kit/validator.h"
#include "app/package_finder.h"
#include "app/text_file.h"
#include "plugins/worker/options.h"

namespace relais::cli {
namespace {

namespace fs = std::filesystem;

fs::path running_program() { return fs::read_symlink("/proc/self/exe"); }

[[noreturn]] void refuse(const Error& error) {
  std::cerr << fmt::format("{} [{}] {}{}{}\n", french(error.code), stable_code(error.code), error.place,
                           error.place.empty() ? "" : " : ", error.detail);
  throw CLI::RuntimeError(1);
}

struct NewOptions {
  std::string name;
  std::string in = ".";
};

void make_plugin(const NewOptions& options) {
  const auto kit = app::kit_folder(running_program());
  if (!kit) refuse(kit.error());
  const auto made = app::new_plugin(options.name, options.in, *kit);
  if (!made) refuse(made.error());
  const fs::path prefix = running_program().parent_path().parent_path();
  std::cout << fmt::format(
      "Plugin créé dans {0}. Ensuite :\n  cd {0}\n  cmake -B build -DCMAKE_PREFIX_PATH={1}\n  cmake --build build\n"
      "  ctest --test-dir build\n  relais plugin check .\n  relais plugin run .\n",
      made->string(), prefix.string());
}

struct CheckOptions {
  std::string path, cases;
};

plugins::WorkerOptions developers_worker() {
  plugins::WorkerOptions worker;
  worker.worker_executable = app::worker_executable();
  worker.keep_standard_error = true;
  return worker;
}

// What the cases tell beside right and wrong.
void report_on(const CheckOptions& options) {
  const auto package = app::find_package(options.path, running_program());
  if (!package) refuse(package.error());
  const auto text = app::read_text_file(options.cases);
  if (!text) refuse(text.error());
  const auto slices = app::slices_of_cases(*text, package->manifest);
  if (!slices) refuse(slices.error());
  const auto uses = app::kinds_in_use(*package, *slices, developers_worker());
  if (!uses) refuse(uses.error());
  const auto cost = app::cost_of(*package, *slices, developers_worker());
  if (!cost) refuse(cost.error());
  app::print_kinds_in_use(*uses, std::cout);
  app::print_cost(*cost, package->manifest.budget, std::cout);
}

void check_plugin(const CheckOptions& options) {
  const auto parts = app::check_package(options.path, {running_program(), app::worker_executable()});
  const bool right = std::ranges::none_of(parts, [](const auto& one) { return one.state == app::CheckedPart::State::wrong; });
  if (right && !options.cases.empty()) report_on(options);
  throw CLI::RuntimeError(app::print_checked(parts, std::cout));
}

struct RunOptions {
  std::string directory, practice;
};

void run_plugin(const RunOptions& options) {
  const auto package = app::find_package(options.directory, running_program());
  if (!package) refuse(package.error());
  fs::path file = options.practice;
  if (file.empty()) {
    const auto kit = app::kit_folder(running_program());
    if (!kit) refuse(kit.error());
    file = *kit / "sample" / "practice.json";
  }
  const auto text = app::read_text_file(file);
  if (!text) refuse(text.error());
  const auto practice = app::read_sample_practice(*text);
  if (!practice) refuse(practice.error());
  const auto worker = developers_worker();
  throw CLI::RuntimeError(app::run_in_sample_practice(*package, *practice, worker, std::cout));
}

}  // namespace

void add_kit_commands(CLI::App& app) {
  auto* plugin = app.get_subcommand("plugin");

  auto* create = plugin->add_subcommand("new", "Écrire un plugin qui se construit et passe ses tests");
  auto& options = kept<NewOptions>();
  create->add_option("name", options.name, "Identifiant du plugin")->required();
  create->add_option("--in", options.in, "Dossier où le créer")->capture_default_str();
  create->callback([&] { make_plugin(options); });

  auto* check = plugin->add_subcommand(
      "check", "Dire ce que l'hôte refuserait : quoi, où, et quoi écrire à la place (0 : rien)");
  auto& check_options = kept<CheckOptions>();
  check->add_option("path", check_options.path, "Dossier source, dossier d'un paquet, fichier .relais, ou manifest.yaml")->required();
  check->add_option("--cases", check_options.cases,
                    "Vos cas : dire aussi quelles données déclarées ne servent pas, et ce que coûte un sujet");
  check->callback([&] { check_plugin(check_options); });

  auto* run = plugin->add_subcommand("run", "Essayer le plugin dans un cabinet fictif, supprimé ensuite");
  auto& run_options = kept<RunOptions>();
  run->add_option("directory", run_options.directory, "Dossier source du plugin, ou dossier d'un paquet")->required();
  run->add_option("--practice", run_options.practice, "Un autre cabinet fictif (relais.sample/1)");
  run->callback([&] { run_plugin(run_options); });
}

}  // namespace relais::cli
