// SPDX-License-Identifier: Apache-2.0
// Checks of the package and of what its library says of itself.
#include <fmt/format.h>

#include "app/kit/elf_file.h"
#include "app/kit/package_check.h"
#include "app/kit/validation_bench.h"

namespace relais::app {
namespace {

// What the worker refused, by the part of the entry that it names; nothing when that part is not to blame.
Found refused_for(Bench& bench, std::initializer_list<std::string_view> parts) {
  Probe probe = bench.probe();
  const auto failure = probe.start();
  if (!failure) return std::nullopt;
  for (const auto part : parts) {
    if (failure->detail.find(part) != std::string::npos) return failed_with(failure->detail);
  }
  return not_loaded(*failure);
}

Found manifest_is_of_use(Bench& bench) {
  const auto wrong = check_declarations(bench.package().manifest);
  if (wrong.empty()) return std::nullopt;
  return failed_with(wrong.front().what + " ; " + wrong.front().instead);
}

Found one_symbol(Bench& bench) {
  const auto elf = read_elf(bench.package().library);
  if (!elf) return failed_with(elf.error().detail);
  if (elf->exported == std::vector<std::string>{"relais_plugin_entry"}) return std::nullopt;
  return failed_with(fmt::format("{} symboles exportés au lieu de relais_plugin_entry seul", elf->exported.size()));
}

Found loads(Bench& bench) {
  Probe probe = bench.probe();
  const auto failure = probe.start();
  if (!failure) return std::nullopt;
  return failed_with(fmt::format("{} : {}", stable_code(failure->code), failure->detail));
}

Found speaks_the_abi(Bench& bench) { return refused_for(bench, {"entry.abi", "plugin.manifest.abi"}); }
Found is_who_it_says(Bench& bench) { return refused_for(bench, {"entry.id", "entry.version", "not the one the manifest"}); }
Found tells_true_sizes(Bench& bench) { return refused_for(bench, {"entry.size", "plugin.size"}); }

Found loads_without_forbidden_call(Bench& bench) {
  Probe probe = bench.probe();
  const auto failure = probe.start();
  if (!failure) return std::nullopt;
  if (failure->code == Code::plugin_forbidden_call) return failed_with("appel système interdit au chargement");
  return not_loaded(*failure);
}

Found describes_rules(Bench& bench) {
  Probe probe = bench.probe();
  if (const auto failure = probe.start()) return not_loaded(*failure);
  const auto rules = probe.rules();
  if (!rules) return failed_with(fmt::format("{} : {}", stable_code(rules.error().code), rules.error().detail));
  return std::nullopt;
}

Found unloads(Bench& bench) {
  Probe probe = bench.probe();
  if (const auto failure = probe.start()) return not_loaded(*failure);
  const auto ended = probe.close();
  if (!ended) return std::nullopt;
  return failed_with("s'arrête brutalement à sa fermeture : " + ended->detail);
}

}  // namespace

const std::vector<ValidationCheck>& loading_checks() {
  static const std::vector<ValidationCheck> all{
      {"manifest-of-use", "Ce que le manifeste déclare peut servir", &manifest_is_of_use},
      {"one-symbol", "La bibliothèque n'exporte que relais_plugin_entry", &one_symbol},
      {"load", "Le plugin se charge dans son processus isolé", &loads},
      {"load-no-forbidden-call", "Aucun appel système interdit au chargement", &loads_without_forbidden_call},
      {"load-abi", "L'interface demandée est celle que l'hôte parle", &speaks_the_abi},
      {"load-identity", "L'identifiant et la version sont ceux du manifeste", &is_who_it_says},
      {"load-sizes", "Les structures ont la taille qu'elles disent", &tells_true_sizes},
      {"rules", "Chaque règle est décrite en entier", &describes_rules},
      {"unload", "Le plugin se ferme sans bruit", &unloads},
  };
  return all;
}

}  // namespace relais::app
