// SPDX-License-Identifier: Apache-2.0
#include "api/plugin_rights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace relais::api {
namespace {

using plugins::SliceKind;

// What each kind of a slice is to a doctor.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kinds_fr{{
    {"patient", "identité du patient"},
    {"lab_report", "comptes rendus de biologie"},
    {"observation", "résultats de biologie"},
    {"context_word", "mots du contexte clinique"},
    {"target", "objectifs fixés pour le patient"},
    {"known_anomaly", "anomalies déjà connues"},
    {"condition", "antécédents et problèmes"},
    {"medication", "traitements"},
    {"immunization", "vaccinations"},
    {"long_term_condition", "affections de longue durée"},
    {"document", "documents"},
    {"appointment", "rendez-vous"},
    {"message", "messages"},
    {"request_state", "état de ses propres demandes"},
}};

std::string data_of(const std::string& kind) {
  const auto* known = std::ranges::find(kinds_fr, std::string_view(kind), &decltype(kinds_fr)::value_type::first);
  return known == kinds_fr.end() ? fmt::format("données « {} »", kind)
                                 : fmt::format("données « {} » ({})", kind, known->second);
}

void add_larger(std::vector<std::string>& lines, std::string_view what, std::string_view unit, std::uint64_t held,
                std::uint64_t wanted) {
  if (wanted > held) lines.push_back(fmt::format("{} : {} {} au lieu de {}", what, wanted, unit, held));
}

// From the one that any assistant holds to that of a nurse.
int rank_of(std::string_view profile) {
  constexpr std::array<std::string_view, 4> lowest_first{"T", "Q", "S", "IDE"};
  const auto* found = std::ranges::find(lowest_first, profile);
  return found == lowest_first.end() ? -1 : static_cast<int>(found - lowest_first.begin());
}

// Some entry of `held` gives this code of the kind ("" stands for every code) at least as deep.
bool gives(const plugins::Manifest& held, const SliceKind& wanted, const std::string& code) {
  return std::ranges::any_of(held.slice, [&](const SliceKind& entry) {
    if (entry.kind != wanted.kind || entry.days.value_or(0) < wanted.days.value_or(0)) return false;
    if (entry.codes.empty()) return true;
    return !code.empty() && std::ranges::find(entry.codes, code) != entry.codes.end();
  });
}

std::string depth(const SliceKind& wanted) {
  return wanted.days ? fmt::format("sur {} jours", *wanted.days) : "de l'élément en cours";
}

void add_missing(std::vector<std::string>& lines, const std::vector<std::string>& held,
                 const std::vector<std::string>& wanted, std::string_view what) {
  for (const auto& one : wanted) {
    if (std::ranges::find(held, one) == held.end()) lines.push_back(fmt::format("{} « {} »", what, one));
  }
}

}  // namespace

std::vector<std::string> rights_added(const plugins::Manifest& held, const plugins::Manifest& wanted) {
  std::vector<std::string> lines;
  add_missing(lines, held.tasks, wanted.tasks, "tâche");
  add_missing(lines, held.triggers, wanted.triggers, "déclencheur");
  for (const auto& entry : wanted.slice) {
    if (entry.codes.empty()) {
      if (!gives(held, entry, {})) {
        lines.push_back(fmt::format("{}, tous les codes, {}", data_of(entry.kind), depth(entry)));
      }
      continue;
    }
    std::string codes;
    for (const auto& code : entry.codes) {
      if (!gives(held, entry, code)) codes += (codes.empty() ? "" : ", ") + code;
    }
    if (!codes.empty()) {
      lines.push_back(fmt::format("{}, codes {}, {}", data_of(entry.kind), codes, depth(entry)));
    }
  }
  add_missing(lines, held.effects, wanted.effects, "action proposée");
  add_missing(lines, held.egress, wanted.egress, "destination hors du cabinet");
  if (rank_of(wanted.minimum_profile) < rank_of(held.minimum_profile)) {
    lines.push_back(fmt::format("profil minimum de l'assistant : {} au lieu de {}", wanted.minimum_profile,
                                held.minimum_profile));
  }
  add_larger(lines, "mémoire", "Mo", held.budget.memory_mb, wanted.budget.memory_mb);
  add_larger(lines, "temps accordé à un lot", "ms", static_cast<std::uint64_t>(held.budget.batch_deadline.count()),
             static_cast<std::uint64_t>(wanted.budget.batch_deadline.count()));
  add_larger(lines, "taille d'un lot", "octets", held.budget.batch_bytes, wanted.budget.batch_bytes);
  add_larger(lines, "constats par patient", "au plus", held.budget.findings_per_subject,
             wanted.budget.findings_per_subject);
  return lines;
}

plugins::Manifest within_rights(const plugins::Manifest& held, plugins::Manifest wanted) {
  std::vector<SliceKind> slice;
  for (auto& entry : wanted.slice) {
    const auto given = std::ranges::find(held.slice, entry.kind, &SliceKind::kind);
    if (given == held.slice.end()) continue;
    if (entry.days.value_or(0) > given->days.value_or(0)) entry.days = given->days;
    if (!given->codes.empty()) {
      if (entry.codes.empty()) entry.codes = given->codes;
      std::erase_if(entry.codes, [&](const auto& code) { return std::ranges::count(given->codes, code) == 0; });
      if (entry.codes.empty()) continue;
    }
    slice.push_back(std::move(entry));
  }
  wanted.slice = std::move(slice);
  std::erase_if(wanted.tasks, [&](const auto& task) { return std::ranges::count(held.tasks, task) == 0; });
  return wanted;
}

}  // namespace relais::api
