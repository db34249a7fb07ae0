// SPDX-License-Identifier: Apache-2.0
// `relais conformance record-reader`: for the editor of a software that keeps the patient record, without a host.
#include <fmt/format.h>

#include <iostream>

#include "app/cli/commands.h"
#include "app/reader_kit/reader_checks.h"
#include "app/record_channel.h"

namespace relais::cli {
namespace {

struct ConformanceOptions {
  app::RecordAddress address;
  app::ReaderCheckOptions checks;
  double seconds = 5;
  bool json = false, list = false;
};

void check_record_reader(ConformanceOptions& options) {
  using Verdict = app::ReaderCheckResult::Verdict;
  if (options.list) {
    for (const auto& one : app::reader_check_names()) std::cout << fmt::format("{:<27} {}\n", one.name, one.proves);
    return;
  }
  const auto channel = app::record_channel(options.address);
  if (!channel) {
    std::cerr << fmt::format("{} [{}] {}\n", french(channel.error().code), stable_code(channel.error().code),
                             channel.error().detail);
    throw CLI::RuntimeError(2);
  }
  options.checks.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
  const auto results = app::check_reader(*channel, options.checks, [&](const auto& result) {
    if (!options.json) app::print_result(result, std::cout);
  });
  if (results.empty()) {
    std::cerr << "Aucun contrôle ne porte ce nom : voir --list.\n";
    throw CLI::RuntimeError(2);
  }
  const auto failed = app::count_of(results, Verdict::failed);
  if (options.json)
    std::cout << app::results_as_json(results) << '\n';
  else
    std::cout << fmt::format("{} passed, {} failed, {} skipped\n", app::count_of(results, Verdict::passed), failed,
                             app::count_of(results, Verdict::skipped));
  throw CLI::RuntimeError(failed == 0 ? 0 : 1);
}

}  // namespace

void add_conformance_command(CLI::App& app) {
  auto* conformance = app.add_subcommand("conformance", "Éprouver ce qu'un éditeur met derrière Relais");
  conformance->require_subcommand(1);
  auto* command = conformance->add_subcommand(
      "record-reader", "Éprouver le service qui tient les dossiers (record_reader.proto), contrôle par contrôle (0 : tout tient)");
  auto& options = kept<ConformanceOptions>();
  auto* address = command->add_option("address", options.address.address, "unix:/CHEMIN, ADRESSE:PORT de ce poste, ou HÔTE:PORT");
  command->add_option("--reader-ca", options.address.ca, "Autorité TLS (PEM) du service");
  command->add_option("--reader-certificate", options.address.certificate, "Certificat présenté au service (PEM)");
  command->add_option("--reader-key", options.address.key, "Clé de ce certificat (PEM)");
  command->add_option("--deadline", options.seconds, "Délai de chaque appel, en secondes")->check(CLI::Range(0.1, 60.0))->capture_default_str();
  command->add_option("--patients", options.checks.patients, "Patients regardés, les premiers de la liste")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  command->add_option("--only", options.checks.only, "Un seul contrôle, par son nom");
  command->add_flag("--json", options.json, "Un objet JSON et rien d'autre");
  auto* list = command->add_flag("--list", options.list, "Nommer les contrôles, sans rien éprouver");
  command->callback([&options, address, list] {
    if (address->empty() && list->empty()) throw CLI::RequiredError("address");
    check_record_reader(options);
  });
}

}  // namespace relais::cli
