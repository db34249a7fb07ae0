// SPDX-License-Identifier: Apache-2.0
// A patient's rows: whose, as of when, in which pages, and what is left out.
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/reader_kit/check_parts.h"
#include "domain/civil_time.h"

namespace relais::app {
namespace {

using records::broken_rule;
using records::id_of;
using records::kind_name;

using Kind = v1::RecordKind;
using Each = std::function<ReaderFinding(const std::string& patient, Kind kind, const ReaderRows& now)>;

// Every kept kind of every patient looked at, as of now.
ReaderFinding each_history(ReaderBench& bench, const Each& look) {
  for (const auto& patient : bench.patients()) {
    for (const auto kind : bench.kinds()) {
      const auto& id = patient.patient().id();
      const auto rows = bench.history(kind, id, bench.now());
      if (!rows.failure.empty()) return breaks(fmt::format("un historique ({})", kind_name(kind)), rows.failure);
      if (auto found = look(id, kind, rows); found.failed()) return found;
    }
  }
  return holds();
}

bool holds_row(const ReaderRows& rows, const v1::RecordRow& row) {
  const auto bytes = row.SerializeAsString();
  return std::any_of(rows.rows.begin(), rows.rows.end(),
                     [&](const auto& one) { return one.SerializeAsString() == bytes; });
}

ReaderFinding contract(ReaderBench& bench) {
  return each_history(bench, [&](const std::string&, Kind kind, const ReaderRows& now) {
    for (const auto& row : now.rows)
      if (auto broken = broken_rule(row, {kind, bench.now()}))
        return breaks(fmt::format("des lignes du contrat ({})", kind_name(kind)), *broken);
    return holds();
  });
}

ReaderFinding owner(ReaderBench& bench) {
  return each_history(bench, [&](const std::string& patient, Kind kind, const ReaderRows& now) {
    for (const auto& row : now.rows)
      if (row.patient_id() != patient)
        return breaks(fmt::format("des lignes du patient demandé ({})", kind_name(kind)), "une ligne d'un autre patient");
    return holds();
  });
}

ReaderFinding ids(ReaderBench& bench) {
  std::map<Kind, std::set<std::string>> seen;
  return each_history(bench, [&](const std::string& patient, Kind kind, const ReaderRows& now) {
    const auto again = bench.history(kind, patient, bench.now());
    if (!again.failure.empty()) return breaks("la même lecture", again.failure);
    for (std::size_t i = 0; i < now.rows.size(); ++i) {
      const auto id = id_of(now.rows[i]);
      if (id.empty()) continue;
      if (!seen[kind].insert(id).second)
        return breaks(fmt::format("un identifiant par ligne ({})", kind_name(kind)), "un identifiant qui vient deux fois");
      if (i >= again.rows.size() || id_of(again.rows[i]) != id)
        return breaks(fmt::format("le même identifiant à chaque lecture ({})", kind_name(kind)), "un autre");
    }
    return holds();
  });
}

ReaderFinding same_answer(ReaderBench& bench) {
  return each_history(bench, [&](const std::string& patient, Kind kind, const ReaderRows& now) {
    const auto again = bench.history(kind, patient, bench.now());
    const bool same = again.failure.empty() && again.rows.size() == now.rows.size() &&
                      std::equal(now.rows.begin(), now.rows.end(), again.rows.begin(), [](const auto& a, const auto& b) {
                        return a.SerializeAsString() == b.SerializeAsString();
                      });
    return same ? holds() : breaks(fmt::format("la même réponse au même instant ({})", kind_name(kind)), "une autre");
  });
}

// Just before the newest row was recorded, that row was not known, and what was known then is told as it was.
ReaderFinding as_of(ReaderBench& bench) {
  if (!bench.description().keeps_history()) return not_here("le logiciel ne garde pas les états passés (keeps_history)");
  bool any = false;
  const auto found = each_history(bench, [&](const std::string& patient, Kind kind, const ReaderRows& now) {
    std::int64_t newest = 0;
    for (const auto& row : now.rows) newest = std::max(newest, row.recorded_ms());
    if (newest < 2) return holds();
    any = true;
    const Instant before{std::chrono::milliseconds{newest - 1}};
    const auto then = bench.history(kind, patient, before);
    if (!then.failure.empty()) return breaks("l'état d'alors", then.failure);
    for (const auto& row : then.rows)
      if (row.recorded_ms() >= newest)
        return breaks(fmt::format("rien de ce qui a été saisi après as_of_ms ({})", kind_name(kind)), "une ligne plus récente");
    for (const auto& row : now.rows)
      if (row.recorded_ms() < newest && !holds_row(then, row))
        return breaks(fmt::format("ce qui était connu alors et l'est encore ({})", kind_name(kind)), "une ligne manque");
    return holds();
  });
  if (found.failed() || any) return found;
  return not_here("les patients regardés n'ont aucune ligne");
}

std::optional<std::int64_t> time_of(const v1::RecordRow& row) {
  if (row.has_observation() && row.observation().has_collected_ms()) return row.observation().collected_ms();
  if (row.has_report())
    return row.report().has_collected_ms() ? row.report().collected_ms()
           : row.report().has_issued_ms()  ? row.report().issued_ms()
                                           : row.report().received_ms();
  return std::nullopt;
}

std::string end_of(const v1::RecordRow& row) {
  if (row.has_condition()) return row.condition().until();
  if (row.has_medication()) return row.medication().until();
  if (row.has_target()) return row.target().until();
  if (row.has_long_term_condition()) return row.long_term_condition().until();
  return {};
}

// Whether the row must be given since then.
bool true_since(const v1::RecordRow& row, Instant since) {
  if (const auto time = time_of(row)) return *time >= since.time_since_epoch().count();
  if (row.has_observation() || row.has_immunization() || row.has_appointment() || row.has_message() || row.has_document())
    return false;  // their own time is not asked here
  const auto end = fiche::parse_date(end_of(row));
  return !end || Instant{date::sys_days{*end}} >= since;
}

ReaderFinding since(ReaderBench& bench) {
  bool any = false;
  const auto found = each_history(bench, [&](const std::string& patient, Kind kind, const ReaderRows& now) {
    std::vector<Instant> moments;
    for (const auto& row : now.rows) {
      if (const auto time = time_of(row)) moments.push_back(Instant{std::chrono::milliseconds{*time}});
      if (const auto end = fiche::parse_date(end_of(row))) moments.push_back(Instant{date::sys_days{*end}});
    }
    if (moments.empty()) return holds();
    any = true;
    std::sort(moments.begin(), moments.end());
    const auto from = moments[moments.size() / 2];
    const auto kept = bench.history(kind, patient, bench.now(), from);
    if (!kept.failure.empty()) return breaks("les lignes depuis since_ms", kept.failure);
    for (const auto& row : now.rows)
      if (true_since(row, from) && !holds_row(kept, row))
        return breaks(fmt::format("tout ce qui était vrai depuis since_ms ({})", kind_name(kind)), "une ligne manque");
    for (const auto& row : kept.rows)
      if (!holds_row(now, row)) return breaks("des lignes de l'historique", "une ligne qu'il n'a pas");
    return holds();
  });
  if (found.failed() || any) return found;
  return not_here("aucune ligne des patients regardés n'a de date");
}

ReaderFinding pages(ReaderBench& bench) {
  bool any = false;
  const auto found = each_history(bench, [&](const std::string& patient, Kind kind, const ReaderRows& now) {
    if (now.rows.size() < 2) return holds();
    any = true;
    const auto one_by_one = bench.history(kind, patient, bench.now(), {}, 1);
    if (!one_by_one.failure.empty()) return breaks("des pages d'une ligne", one_by_one.failure);
    if (one_by_one.largest_page > 1)
      return breaks("au plus page.size lignes par réponse : 1", fmt::format("{} lignes", one_by_one.largest_page));
    if (one_by_one.rows.size() != now.rows.size())
      return breaks(fmt::format("{} lignes, page après page", now.rows.size()), fmt::format("{}", one_by_one.rows.size()));
    for (std::size_t i = 0; i < now.rows.size(); ++i)
      if (one_by_one.rows[i].SerializeAsString() != now.rows[i].SerializeAsString())
        return breaks("les mêmes lignes dans le même ordre", "d'autres");
    return holds();
  });
  if (found.failed() || any) return found;
  return not_here("aucun patient regardé n'a deux lignes d'une nature");
}

ReaderFinding completeness(ReaderBench& bench) {
  return each_history(bench, [&](const std::string&, Kind kind, const ReaderRows& now) {
    const bool required = kind == v1::RECORD_KIND_LAB_REPORT || kind == v1::RECORD_KIND_OBSERVATION;
    if (required && now.completeness == v1::RECORD_COMPLETENESS_UNSPECIFIED)
      return breaks(fmt::format("complet ou incomplet, mais dit ({})", kind_name(kind)),
                    "rien : tout ce qui en dépend serait aggravé");
    return holds();
  });
}

// The results of each report that stands, by the report: what is evaluated.
ReaderFinding results(ReaderBench& bench) {
  bool any = false;
  for (const auto& patient : bench.patients()) {
    const auto reports = bench.history(v1::RECORD_KIND_LAB_REPORT, patient.patient().id(), bench.now());
    const auto history = bench.history(v1::RECORD_KIND_OBSERVATION, patient.patient().id(), bench.now());
    if (!reports.failure.empty()) return breaks("un historique", reports.failure);
    for (const auto& report : reports.rows) {
      any = true;
      const auto found = bench.results(report.report().id(), bench.now());
      if (!found.failure.empty())
        return breaks(fmt::format("les résultats d'un compte rendu en {} ms", bench.deadline().count()), found.failure);
      for (const auto& row : found.rows)
        if (auto broken = broken_rule(row, {v1::RECORD_KIND_OBSERVATION, bench.now(), {}, {}, report.report().id()}))
          return breaks("les résultats de ce compte rendu", *broken);
      for (const auto& row : history.rows)
        if (row.observation().report_id() == report.report().id() && !holds_row(found, row))
          return breaks("les résultats que l'historique montre de ce compte rendu", "un résultat manque ou diffère");
    }
  }
  return any ? holds() : not_here("les patients regardés n'ont aucun compte rendu");
}

}  // namespace

const std::vector<ReaderCheck>& history_checks() {
  static const std::vector<ReaderCheck> checks = {
      {"rows-keep-the-contract", "identifiants, dates, nombres et instants de chaque ligne sont utilisables", contract},
      {"own-rows-only", "l'historique d'un patient ne contient aucune ligne d'un autre", owner},
      {"ids-stable-and-unique", "un identifiant désigne une ligne, la même à chaque lecture", ids},
      {"same-answer-at-one-instant", "la même question au même instant a la même réponse, dans le même ordre", same_answer},
      {"as-of", "une lecture à un instant passé montre ce qui était connu alors, ni plus ni moins", as_of},
      {"since", "le filtre since_ms ne retire rien de ce qui était encore vrai", since},
      {"pages", "les pages ont la taille demandée et donnent ensemble tout, une fois", pages},
      {"completeness-told", "les comptes rendus et les résultats disent s'ils sont complets", completeness},
      {"results-in-time", "les résultats de chaque compte rendu viennent dans le délai, les mêmes que dans l'historique",
       results},
  };
  return checks;
}

}  // namespace relais::app
