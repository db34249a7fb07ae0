// SPDX-License-Identifier: Apache-2.0
// What the record says of itself, and its patients.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/reader_kit/check_parts.h"

namespace relais::app {
namespace {

using records::broken_rule;
using records::RowsAsked;

constexpr auto nobody = "relais-conformance-inconnu";

bool holds_patient(const ReaderRows& found, const std::string& id) {
  return std::any_of(found.rows.begin(), found.rows.end(), [&](const auto& row) { return row.patient().id() == id; });
}

ReaderFinding described(ReaderBench& bench) {
  const auto& told = bench.description();
  if (told.contract() != records::reader_contract_version)
    return breaks(fmt::format("contract = {}", records::reader_contract_version), fmt::format("{}", told.contract()));
  for (const auto kind : {v1::RECORD_KIND_PATIENT, v1::RECORD_KIND_LAB_REPORT, v1::RECORD_KIND_OBSERVATION})
    if (!bench.keeps(kind)) return breaks("patients, comptes rendus et résultats gardés", "l'un des trois manque à kinds");
  if (told.product().empty() || told.version().empty()) return breaks("product et version dits", "l'un des deux est vide");
  return holds();
}

ReaderFinding listed(ReaderBench& bench) {
  if (bench.patients().empty()) return breaks("au moins un patient, même fictif", "une liste vide");
  std::string last;
  for (const auto& row : bench.patients()) {
    if (auto broken = broken_rule(row, {v1::RECORD_KIND_PATIENT, bench.now()})) return breaks("des lignes du contrat", *broken);
    if (row.patient().id() <= last) return breaks("les identifiants dans l'ordre de leurs octets", "un autre ordre");
    last = row.patient().id();
  }
  const auto& first = bench.patients().front().patient().id();
  const auto rest = bench.list(first, records::reader_page);
  if (!rest.failure.empty()) return breaks("la suite de la liste", rest.failure);
  if (holds_patient(rest, first)) return breaks("les patients qui suivent after_patient_id", "ce patient lui-même");
  if (bench.patients().size() > 1 && !holds_patient(rest, bench.patients()[1].patient().id()))
    return breaks("le patient qui suit", "il manque");
  return holds();
}

ReaderFinding known(ReaderBench& bench) {
  for (const auto& row : bench.patients()) {
    const auto found = bench.patient(row.patient().id(), bench.now());
    if (!found.failure.empty()) return breaks("une ligne", found.failure);
    if (found.rows.size() != 1) return breaks("une ligne", fmt::format("{} lignes", found.rows.size()));
    RowsAsked asked{v1::RECORD_KIND_PATIENT, bench.now(), row.patient().id(), row.patient().id()};
    if (auto broken = broken_rule(found.rows.front(), asked)) return breaks("le patient demandé", *broken);
    if (found.rows.front().SerializeAsString() != row.SerializeAsString())
      return breaks("la même ligne que dans la liste", "une autre");
  }
  return holds();
}

ReaderFinding unknown(ReaderBench& bench) {
  const auto patient = bench.patient(nobody, bench.now());
  if (!patient.failure.empty()) return breaks("aucune ligne, sans erreur (patient)", patient.failure);
  if (!patient.rows.empty()) return breaks("aucune ligne (patient)", "une ligne");
  const auto report = bench.report(nobody, bench.now());
  if (!report.failure.empty()) return breaks("aucune ligne, sans erreur (compte rendu)", report.failure);
  if (!report.rows.empty()) return breaks("aucune ligne (compte rendu)", "une ligne");
  const auto history = bench.history(v1::RECORD_KIND_OBSERVATION, nobody, bench.now());
  if (!history.failure.empty()) return breaks("aucune ligne, sans erreur (historique)", history.failure);
  if (!history.rows.empty()) return breaks("aucune ligne (historique)", "des lignes");
  return holds();
}

ReaderFinding found_by_ins(ReaderBench& bench) {
  bool any = false;
  for (const auto& row : bench.patients()) {
    const auto& ins = row.patient().ins();
    if (ins.value().empty()) continue;
    any = true;
    const auto found = bench.by_ins(ins.value(), ins.oid());
    if (!found.failure.empty()) return breaks("le patient que l'INS désigne", found.failure);
    if (!holds_patient(found, row.patient().id())) return breaks("le patient que l'INS désigne", "il manque");
    for (const auto& other : found.rows)
      if (other.patient().ins().value() != ins.value() || other.patient().ins().oid() != ins.oid())
        return breaks("ceux que l'INS désigne, et eux seuls", "un patient dont l'INS diffère");
    const std::string other_oid = ins.oid() == "1.2.250.1.213.1.4.8" ? "1.2.250.1.213.1.4.9" : "1.2.250.1.213.1.4.8";
    if (holds_patient(bench.by_ins(ins.value(), other_oid), row.patient().id()))
      return breaks("personne sous un autre OID", "le même patient : l'OID n'est pas comparé");
  }
  return any ? holds() : not_here("aucun des patients regardés n'a d'INS");
}

ReaderFinding found_by_traits(ReaderBench& bench) {
  bool any = false;
  for (const auto& row : bench.patients()) {
    const auto& traits = row.patient().traits();
    if (!traits.birth_date().empty()) {
      any = true;
      const auto found = bench.by_traits(traits.birth_date(), "");
      if (!found.failure.empty()) return breaks("les candidats de cette date", found.failure);
      if (!holds_patient(found, row.patient().id())) return breaks("le patient, par sa date de naissance seule", "il manque");
    }
    if (traits.birth_family().empty()) continue;
    any = true;
    auto lower = traits.birth_family();
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one; });
    const auto found = bench.by_traits("", lower);
    if (!found.failure.empty()) return breaks("les candidats de ce nom", found.failure);
    if (!holds_patient(found, row.patient().id()))
      return breaks("le patient, par son nom de naissance seul et sans sa casse", "il manque");
  }
  return any ? holds() : not_here("aucun des patients regardés n'a de date de naissance ni de nom");
}

ReaderFinding practitioners(ReaderBench& bench) {
  if (!bench.keeps(v1::RECORD_KIND_PRACTITIONER)) return not_here("le logiciel ne garde pas de médecins");
  const auto found = bench.practitioners();
  if (!found.failure.empty()) return breaks("les médecins du cabinet", found.failure);
  std::set<std::string> ids;
  for (const auto& row : found.rows) {
    if (auto broken = broken_rule(row, {v1::RECORD_KIND_PRACTITIONER, bench.now()})) return breaks("des lignes du contrat", *broken);
    if (!ids.insert(row.practitioner().id()).second) return breaks("un identifiant par médecin", "deux médecins du même");
  }
  return holds();
}

}  // namespace

const std::vector<ReaderCheck>& patient_checks() {
  static const std::vector<ReaderCheck> checks = {
      {"described", "le logiciel dit ce que son dossier contient, selon ce contrat", described},
      {"patient-list", "chaque patient est dans la liste, une fois, en ordre, et la liste se reprend", listed},
      {"patient-known", "un patient de la liste se lit par son identifiant, le même", known},
      {"unknown-is-no-row", "ce que personne ne connaît est une réponse vide, pas une erreur", unknown},
      {"found-by-ins", "l'INS trouve son patient, et lui seul : matricule et OID", found_by_ins},
      {"found-by-traits", "une date de naissance, ou un nom quelle que soit sa casse, suffit pour être candidat",
       found_by_traits},
      {"practitioners", "les médecins du cabinet se lisent, un identifiant chacun", practitioners},
  };
  return checks;
}

}  // namespace relais::app
