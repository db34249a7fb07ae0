// SPDX-License-Identifier: Apache-2.0
// What changes: keys, versions, replay, and what a changed report becomes in the history.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/reader_kit/check_parts.h"

namespace relais::app {
namespace {

constexpr auto nowhere = "relais-conformance-position-inconnue";
constexpr auto nothing_changed = "aucun changement annoncé : il en faut au moins un pour l'essayer";

bool of_a_report(const v1::WatchChangesResponse& change) {
  return change.kind() == v1::RECORD_CHANGE_KIND_LAB_REPORT;
}

ReaderFinding usable(ReaderBench& bench) {
  const auto& told = bench.changes();
  if (told.ended != grpc::StatusCode::OK)
    return breaks("les changements depuis le début", ended_with(grpc::Status(told.ended, "")));
  if (told.changes.empty()) return not_here(nothing_changed);
  std::set<std::string> positions;
  for (const auto& change : told.changes) {
    if (auto broken = records::broken_rule(change)) return breaks("un changement utilisable", *broken);
    if (!positions.insert(change.position()).second) return breaks("une position par changement", "deux fois la même");
  }
  return holds();
}

// The same key is the same change; another state of the source is another version, higher than those before it.
ReaderFinding versions(ReaderBench& bench) {
  std::map<std::string, v1::WatchChangesResponse> latest;
  bool several = false;
  for (const auto& change : bench.changes().changes) {
    const auto [before, first] = latest.try_emplace(change.source(), change);
    if (first) continue;
    several = true;
    auto same = before->second;
    same.set_position(change.position());
    if (change.version() == before->second.version() && same.SerializeAsString() != change.SerializeAsString())
      return breaks("une version de plus à chaque changement d'une source", "deux changements sous la même clé");
    if (change.version() < before->second.version())
      return breaks("des versions qui croissent dans l'ordre des changements", "une version plus ancienne après une nouvelle");
    before->second = change;
  }
  return several ? holds() : not_here("aucune source n'a changé deux fois");
}

bool same_changes(const std::vector<v1::WatchChangesResponse>& all, std::size_t from,
                  const std::vector<v1::WatchChangesResponse>& replayed) {
  if (all.size() - from != replayed.size()) return false;
  return std::equal(replayed.begin(), replayed.end(), all.begin() + static_cast<std::ptrdiff_t>(from),
                    [](const auto& a, const auto& b) { return a.SerializeAsString() == b.SerializeAsString(); });
}

ReaderFinding replay(ReaderBench& bench) {
  const auto& told = bench.changes().changes;
  if (told.empty()) return not_here(nothing_changed);
  if (!same_changes(told, 0, bench.changes_after({}, told.size()).changes))
    return breaks("les mêmes changements, relus du début", "d'autres, ou un autre ordre");
  if (told.size() < 2) return holds();
  const auto middle = told.size() / 2;
  if (!same_changes(told, middle, bench.changes_after(told[middle - 1].position(), told.size() - middle).changes))
    return breaks("ce qui suit une position, relu de là", "d'autres changements, ou un autre ordre");
  return holds();
}

ReaderFinding lost_position(ReaderBench& bench) {
  const auto ended = bench.changes_after(nowhere, 1).ended;
  if (ended == grpc::StatusCode::OUT_OF_RANGE) return holds();
  return breaks("OUT_OF_RANGE : des changements ont pu être manqués, et Relais le dit",
                ended == grpc::StatusCode::OK ? "un flux, comme si rien n'avait été manqué"
                                              : ended_with(grpc::Status(ended, "")));
}

ReaderFinding readable(ReaderBench& bench) {
  std::map<std::string, v1::WatchChangesResponse> latest;
  for (const auto& change : bench.changes().changes)
    if (of_a_report(change)) latest.insert_or_assign(change.item_id(), change);
  if (latest.empty()) return not_here("aucun compte rendu annoncé");
  for (const auto& [id, change] : latest) {
    const auto found = bench.report(id, bench.now());
    if (!found.failure.empty()) return breaks("le compte rendu annoncé", found.failure);
    if (found.rows.size() != 1) return breaks("le compte rendu annoncé", fmt::format("{} lignes", found.rows.size()));
    if (auto broken = records::broken_rule(found.rows.front(), {v1::RECORD_KIND_LAB_REPORT, bench.now(), {}, id}))
      return breaks("le compte rendu annoncé", *broken);
    if (found.rows.front().patient_id() != change.patient_id())
      return breaks("le patient que le dernier changement annonce", "un autre");
  }
  return holds();
}

// Cancelled and replaced reports, as far as the changes tell of them.
ReaderFinding left_out(ReaderBench& bench) {
  std::map<std::string, std::set<std::string>> gone;  // by patient
  std::map<std::string, std::string> patients;
  std::set<std::string> asked;
  for (const auto& change : bench.changes().changes) {
    if (!of_a_report(change) || change.patient_id().empty() || !asked.insert(change.item_id()).second) continue;
    const auto found = bench.report(change.item_id(), bench.now());
    for (const auto& row : found.rows) {
      const auto& report = row.report();
      if (report.status() == v1::REPORT_STATUS_CANCELLED) gone[row.patient_id()].insert(report.id());
      if (!report.replaces_id().empty()) gone[row.patient_id()].insert(report.replaces_id());
    }
  }
  if (gone.empty()) return not_here("aucun compte rendu annulé ni remplacé parmi ceux annoncés");
  for (const auto& [patient, reports] : gone) {
    for (const auto& row : bench.history(v1::RECORD_KIND_LAB_REPORT, patient, bench.now()).rows)
      if (reports.contains(row.report().id()))
        return breaks("un historique sans comptes rendus annulés ni remplacés", "il en contient un");
    for (const auto& row : bench.history(v1::RECORD_KIND_OBSERVATION, patient, bench.now()).rows)
      if (reports.contains(row.observation().report_id()))
        return breaks("un historique sans leurs résultats", "il contient un résultat d'un compte rendu annulé ou remplacé");
  }
  return holds();
}

}  // namespace

const std::vector<ReaderCheck>& change_checks() {
  static const std::vector<ReaderCheck> checks = {
      {"changes-usable", "chaque changement dit quoi, de qui, quelle version et où le flux en est", usable},
      {"two-versions-of-a-change", "une source qui change deux fois a deux versions, la seconde plus haute", versions},
      {"replay-of-changes", "relu du début ou d'une position, le flux redonne les mêmes changements", replay},
      {"lost-position-told", "une position que le logiciel ne connaît plus est dite, jamais devinée", lost_position},
      {"changed-reports-readable", "un compte rendu annoncé se lit, chez le patient annoncé", readable},
      {"cancelled-left-out", "les comptes rendus annulés ou remplacés, et leurs résultats, ne sont pas dans l'historique",
       left_out},
  };
  return checks;
}

}  // namespace relais::app
