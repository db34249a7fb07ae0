// SPDX-License-Identifier: Apache-2.0
#include "app/kit/package_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "app/kit/archive_check.h"
#include "app/kit/elf_file.h"
#include "app/package_finder.h"
#include "app/text_file.h"
#include "plugins/worker/options.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;
using State = CheckedPart::State;

constexpr std::chrono::seconds load_deadline{10};

// Their second copy in one process ends it, or reaches what a plugin never may.
constexpr std::array<std::string_view, 6> unwanted_libraries{"libprotobuf", "libgrpc", "libcurl", "libssl", "libsqlite3", "libpq"};

CheckedPart wrong(std::string part, Advice advice) { return {std::move(part), State::wrong, {}, std::move(advice)}; }
CheckedPart good(std::string part, std::string told) { return {std::move(part), State::good, std::move(told), {}}; }
CheckedPart skipped(std::string part, std::string why) { return {std::move(part), State::skipped, std::move(why), {}}; }

bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

struct Need {
  std::string_view trigger;
  std::array<std::string_view, 2> kinds;  // one of them
};
constexpr std::array needs{Need{"lab_report.available", {"lab_report", "observation"}},
                           Need{"document.available", {"document", "document"}},
                           Need{"message.received", {"message", "message"}},
                           Need{"appointment.changed", {"appointment", "appointment"}}};

void check_library(const plugins::Package& package, std::vector<CheckedPart>& parts) {
  const auto elf = read_elf(package.library);
  const std::string name = package.library.filename().string();
  if (!elf) {
    parts.push_back(wrong("symbole", {elf.error().detail, name, "une bibliothèque partagée faite par relais_add_plugin()"}));
    return;
  }
  if (elf->exported == std::vector<std::string>{"relais_plugin_entry"}) {
    parts.push_back(good("symbole", "relais_plugin_entry, et rien d'autre"));
  } else {
    std::string others;
    for (const auto& symbol : elf->exported) others += (others.empty() ? "" : ", ") + symbol.substr(0, 60);
    parts.push_back(wrong("symbole", {"la bibliothèque exporte : " + (others.empty() ? "rien" : others.substr(0, 400)), name,
                                      "un seul symbole, relais_plugin_entry ; relais_add_plugin() cache les autres"}));
  }
  for (const auto& library : elf->libraries) {
    const bool unwanted = std::ranges::any_of(unwanted_libraries, [&](auto one) { return library.starts_with(one); });
    if (!unwanted) continue;
    parts.push_back(wrong("bibliothèques", {"elle demande " + library, name,
                                            "ni protobuf, ni gRPC, ni réseau, ni base de données dans un plugin"}));
    return;
  }
  parts.push_back(good("bibliothèques", fmt::format("{} demandées, aucune interdite", elf->libraries.size())));
}

void check_load(const plugins::Package& package, const CheckOptions& options, std::vector<CheckedPart>& parts) {
  plugins::WorkerOptions worker;
  worker.worker_executable = options.worker;
  worker.keep_standard_error = true;
  const auto launcher = plugins::make_launcher(worker, load_deadline);
  auto started = launcher->start(package);
  if (!started) {
    parts.push_back(wrong("chargement", advise_load(started.error().code, started.error().detail, package.library)));
    parts.push_back(skipped("règles", "le plugin n'est pas chargé"));
    return;
  }
  const int abi = started->hello.landlock_abi();
  parts.push_back(good("chargement", fmt::format("dans son processus isolé (seccomp{})",
                                                 abi > 0 ? fmt::format(", Landlock {}", abi) : ", sans Landlock")));
  const auto rules = started->worker->rules(load_deadline);
  if (!rules || !rules->refused().empty()) {
    parts.push_back(wrong("règles", {rules ? rules->refused() : "le plugin s'est arrêté en les décrivant", "rules()",
                                     "un identifiant, un titre et une source pour chaque règle"}));
  } else if (rules->rules_size() == 0) {
    parts.push_back(wrong("règles", {"le plugin ne décrit aucune règle", "rules()",
                                     "les règles qu'un médecin lit avant de confier la tâche"}));
  } else {
    parts.push_back(good("règles", fmt::format("{} décrites", rules->rules_size())));
  }
  if (const auto ended = started->worker->close()) {
    parts.push_back(wrong("déchargement", {"le plugin s'arrête brutalement à sa fermeture : " + ended->detail,
                                           package.library.filename().string(), "des destructeurs qui ne peuvent pas échouer"}));
  }
}

}  // namespace

std::vector<Advice> check_declarations(const plugins::Manifest& manifest) {
  std::vector<Advice> found;
  for (const Need& need : needs) {
    if (!holds(manifest.triggers, need.trigger)) continue;
    const bool met = std::ranges::any_of(manifest.slice, [&](const auto& declared) {
      return std::ranges::find(need.kinds, declared.kind) != need.kinds.end();
    });
    if (!met) {
      found.push_back({fmt::format("« {} » déclenche le plugin, qui ne lit rien de ce qui arrive", need.trigger), "slice",
                       fmt::format("ajoutez « - kind: {} » à slice, ou retirez ce déclencheur", need.kinds.front())});
    }
  }
  for (const auto& effect : manifest.effects) {
    if (!effect.starts_with("draft.") && manifest.egress.empty()) {
      found.push_back({"l'effet « " + effect + " » n'a aucune destination", "effects",
                       "« draft.… » pour un brouillon, ou une destination dans egress"});
    }
  }
  return found;
}

std::vector<CheckedPart> check_package(const fs::path& path, const CheckOptions& options) {
  std::vector<CheckedPart> parts;
  std::error_code ignored;
  if (path.extension() == ".relais" && fs::is_regular_file(path, ignored)) return check_archive(path, options);
  const bool alone = fs::is_regular_file(path, ignored);
  const fs::path file = alone ? path : path / "manifest.yaml";
  const auto yaml = read_text_file(file);
  if (!yaml) {
    parts.push_back(wrong("manifeste", {std::string(french(yaml.error().code)) + " " + yaml.error().detail, file.string(),
                                        "un dossier de plugin ou de paquet, ou son manifest.yaml"}));
    return parts;
  }
  const auto manifest = plugins::read_manifest(*yaml);
  if (!manifest) {
    parts.push_back(wrong("manifeste", advise(manifest.error(), file, *yaml)));
    return parts;
  }
  parts.push_back(good("manifeste", fmt::format("{} {}, interface {}.{}", manifest->id, manifest->version,
                                                manifest->abi_major, manifest->abi_minor_min)));
  const auto declarations = check_declarations(*manifest);
  for (const auto& one : declarations) parts.push_back(wrong("déclarations", one));
  if (declarations.empty()) {
    parts.push_back(good("déclarations", fmt::format("{} genres de données lus, {} effets, {} réglages",
                                                     manifest->slice.size(), manifest->effects.size(),
                                                     manifest->settings.size())));
  }
  if (alone) return parts;
  const auto package = find_package(path, options.program);
  if (!package) {
    parts.push_back(wrong("paquet", advise(package.error(), file, *yaml)));
    return parts;
  }
  parts.push_back(good("paquet", fs::relative(package->directory, ignored).string()));
  check_library(*package, parts);
  check_load(*package, options, parts);
  return parts;
}

int print_checked(const std::vector<CheckedPart>& parts, std::ostream& out) {
  std::size_t count[3] = {0, 0, 0};
  for (const auto& one : parts) {
    ++count[static_cast<std::size_t>(one.state)];
    if (one.state != State::wrong) {
      out << fmt::format("{} {} : {}\n", one.state == State::good ? "ok  " : "--  ", one.part, one.told);
      continue;
    }
    out << fmt::format("FAIL {} : {}\n       où : {}\n       à écrire : {}\n", one.part, one.advice.what, one.advice.where,
                       one.advice.instead);
  }
  out << fmt::format("{} passed, {} failed, {} skipped\n", count[0], count[1], count[2]);
  return count[0] > 0 && count[1] == 0 ? 0 : 1;
}

}  // namespace relais::app
