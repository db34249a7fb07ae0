// SPDX-License-Identifier: Apache-2.0
// Checks of what a plugin answers on the author's own cases and on ordinary slices: one failure, one name.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "app/kit/validation_bench.h"

namespace relais::app {
namespace {

// Workers that a plugin may lose to something else than what a check looks for, before it gives up.
constexpr int most_losses = 12;

// Asks about each slice alone until one answer is `wrong`, which says how.
Found first_wrong(Bench& bench, Probe probe, const std::function<std::string(const Asked&)>& wrong) {
  if (const auto failure = probe.start()) return not_loaded(*failure);
  int losses = 0;
  for (const auto& slice : bench.slices()) {
    const auto asked = probe.ask(slice, bench.until());
    if (const auto how = wrong(asked); !how.empty()) return failed_with(how + " : " + subject_words(slice));
    if (bench.out_of_time()) return failed_with("n'a pas fini dans le temps du contrôle");
    if (!probe.running() && ++losses > most_losses) return Seen{true, "le plugin s'arrête trop souvent pour être jugé ici"};
  }
  return std::nullopt;
}

template <Code code>
Found never_with(Bench& bench) {
  return first_wrong(bench, bench.probe(), [](const Asked& asked) {
    return asked.code == stable_code(code) ? asked.code + (asked.detail.empty() ? "" : ", " + asked.detail) : std::string();
  });
}

Found survives(Bench& bench) { return never_with<Code::plugin_crashed>(bench); }
Found throws_nothing(Bench& bench) {
  return first_wrong(bench, bench.probe(), [](const Asked& asked) {
    const bool thrown = asked.code == stable_code(Code::plugin_exception) || asked.code == stable_code(Code::plugin_error);
    return thrown ? asked.code : std::string();
  });
}
Found keeps_deadline(Bench& bench) { return never_with<Code::plugin_timeout>(bench); }
Found makes_no_forbidden_call(Bench& bench) { return never_with<Code::plugin_forbidden_call>(bench); }
Found answers_well_formed(Bench& bench) { return never_with<Code::plugin_garbage>(bench); }
Found answers_within_limits(Bench& bench) { return never_with<Code::plugin_too_much>(bench); }
Found answers_within_batch(Bench& bench) { return never_with<Code::plugin_out_of_subject>(bench); }
Found declares_effects(Bench& bench) { return never_with<Code::plugin_undeclared_effect>(bench); }

Found declares_log_codes(Bench& bench) {
  return first_wrong(bench, bench.probe(), [](const Asked& asked) {
    const bool undeclared = asked.undeclared_log || asked.code == stable_code(Code::plugin_undeclared_log);
    return undeclared ? std::string("un code que log_codes ne déclare pas") : std::string();
  });
}

Found opens_no_file(Bench& bench) {
  return first_wrong(bench, bench.probe_without_files(), [](const Asked& asked) {
    return asked.code == stable_code(Code::plugin_forbidden_call)
               ? std::string("ouvre un fichier pendant une évaluation ; data/ se lit au chargement")
               : std::string();
  });
}

Found cites_its_rules(Bench& bench) {
  Probe probe = bench.probe();
  if (const auto failure = probe.start()) return not_loaded(*failure);
  const auto rules = probe.rules();
  if (!rules || rules->rules().empty()) return Seen{true, "le plugin ne décrit aucune règle"};
  std::set<std::string> known;
  for (const auto& rule : rules->rules()) known.insert(rule.id());
  return first_wrong(bench, std::move(probe), [&](const Asked& asked) {
    for (const auto& finding : asked.answer.findings()) {
      for (const auto& reason : finding.reasons()) {
        if (!known.contains(reason.rule())) return "la règle " + reason.rule() + " n'est pas décrite par rules()";
      }
    }
    return std::string();
  });
}

Found cites_its_slice(Bench& bench) {
  // An id that the plugin was not shown leads a reader nowhere.
  Probe probe = bench.probe();
  if (const auto failure = probe.start()) return not_loaded(*failure);
  for (const auto& slice : bench.slices()) {
    const std::string shown = slice.SerializeAsString();
    const auto asked = probe.ask(slice, bench.until());
    for (const auto& finding : asked.answer.findings()) {
      for (const auto& reason : finding.reasons()) {
        for (const auto& id : reason.evidence()) {
          if (shown.find(id) == std::string::npos) {
            return failed_with("s'appuie sur « " + id + " », qui n'était pas montré : " + subject_words(slice));
          }
        }
      }
    }
    if (bench.out_of_time()) return failed_with("n'a pas fini dans le temps du contrôle");
  }
  return std::nullopt;
}

Found keeps_its_memory(Bench& bench) {
  Probe probe = bench.probe();
  if (const auto failure = probe.start()) return not_loaded(*failure);
  const auto before = probe.peak_kib();
  if (!before) return Seen{true, "ce noyau ne dit pas la mémoire d'un processus"};
  const std::uint64_t budget = bench.package().manifest.budget.memory_mb;
  int losses = 0;
  for (const auto& slice : bench.slices()) {
    const auto from = probe.peak_kib().value_or(0);
    static_cast<void>(probe.ask(slice, bench.until()));
    if (!probe.running() && ++losses > most_losses) return Seen{true, "le plugin s'arrête trop souvent pour être jugé ici"};
    if (!probe.running()) continue;
    const auto grown = (std::max(probe.peak_kib().value_or(0), from) - std::min(from, *before)) / 1024;
    if (grown > budget) {
      return failed_with(fmt::format("{} Mio de plus qu'au chargement, {} déclarés : {}", grown, budget, subject_words(slice)));
    }
    if (bench.out_of_time()) return failed_with("n'a pas fini dans le temps du contrôle");
  }
  return std::nullopt;
}

}  // namespace

const std::vector<ValidationCheck>& answering_checks() {
  static const std::vector<ValidationCheck> all{
      {"survives", "Le plugin ne s'arrête jamais brutalement", &survives},
      {"no-exception", "Aucune exception ni échec sans code", &throws_nothing},
      {"deadline", "Chaque réponse vient dans le délai déclaré", &keeps_deadline},
      {"memory", "La mémoire reste dans le budget déclaré", &keeps_its_memory},
      {"no-forbidden-call", "Ni réseau, ni processus, ni écriture, ni appel interdit", &makes_no_forbidden_call},
      {"no-file", "Aucun fichier n'est ouvert pendant une évaluation", &opens_no_file},
      {"well-formed", "Chaque réponse suit les règles de l'interface", &answers_well_formed},
      {"within-limits", "Chaque réponse tient dans les limites de l'hôte", &answers_within_limits},
      {"within-batch", "Le plugin ne répond que de ce qui lui est soumis", &answers_within_batch},
      {"declared-effects", "Chaque effet est déclaré par le manifeste", &declares_effects},
      {"declared-codes", "Chaque code journalisé est déclaré par le manifeste", &declares_log_codes},
      {"declared-rules", "Chaque motif cite une règle décrite", &cites_its_rules},
      {"known-evidence", "Chaque motif s'appuie sur des lignes montrées", &cites_its_slice},
  };
  return all;
}

}  // namespace relais::app
