// SPDX-License-Identifier: Apache-2.0
#include "domain/fiche_tree.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace relais::fiche {
namespace {

using Json = nlohmann::ordered_json;

template <class E>
std::string spelled(E value) {
  return std::string(text(value));
}

template <class E>
Json words(const std::vector<E>& values) {
  auto list = Json::array();
  for (const auto value : values) list.push_back(spelled(value));
  return list;
}

template <class T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (!value) return;
  if constexpr (std::is_same_v<T, CivilDate>)
    object[key] = format(*value);
  else if constexpr (std::is_enum_v<T>)
    object[key] = spelled(*value);
  else
    object[key] = *value;
}

Json tree(const std::vector<Slot>& slots) {
  auto list = Json::array();
  for (const auto& slot : slots) {
    auto hours = Json::array();
    for (const auto& h : slot.hours) hours.push_back(format(h));
    list.push_back(Json{{"jours", words(slot.days)}, {"heures", std::move(hours)}});
  }
  return list;
}

Json tree(const Fallback& fallback) {
  Json object{{"vers", spelled(fallback.to)}};
  put(object, "delai_h", fallback.delay_h);
  return object;
}

Json tree(const Assistant& assistant) {
  Json object{{"id", assistant.id},
              {"nom", assistant.name},
              {"profil", spelled(assistant.profile)},
              {"prise_de_fonction", format(assistant.function_start)}};
  put(object, "fin_de_fonction", assistant.function_end);
  put(object, "quotite_etp", assistant.fte);
  put(object, "identite_numerique", assistant.digital_identity);
  if (assistant.aid_contract) {
    auto contract = Json::object();
    put(contract, "signe_le", assistant.aid_contract->signed_on);
    put(contract, "option_etp", assistant.aid_contract->fte_option);
    object["contrat_aide"] = std::move(contract);
  }
  if (assistant.training) {
    auto training = Json::object();
    put(training, "voie", assistant.training->path);
    put(training, "inscrite_le", assistant.training->enrolled_on);
    training["jours_absence"] = words(assistant.training->away_days);
    put(training, "fin_prevue", assistant.training->planned_end);
    object["formation"] = std::move(training);
  }
  auto attestations = Json::array();
  for (const auto& held : assistant.attestations) {
    Json one{{"type", spelled(held.kind)}, {"le", format(held.on)}};
    put(one, "preuve", held.proof);
    attestations.push_back(std::move(one));
  }
  object["attestations"] = std::move(attestations);
  return object;
}

Json tree(const Exclusions& exclusions, bool of_task) {
  auto object = Json::object();
  if (!of_task) object["lien_familial"] = exclusions.kinship;
  object["ids"] = exclusions.ids;
  put(object, "age_min", exclusions.age_min);
  put(object, "age_max", exclusions.age_max);
  return object;
}

Json tree(const Grant& grant) {
  Json object{{"id", grant.id}, {"mode", spelled(grant.mode)}};
  if (!grant.slots.empty()) object["plages"] = tree(grant.slots);
  if (grant.presence_required) object["presence_medecin"] = "requise";
  put(object, "donnees_max", grant.data_max);
  if (grant.exclusions) object["exclusions"] = tree(*grant.exclusions, true);
  if (grant.escalation) {
    Json escalation{{"immediate", grant.escalation->immediate}};
    put(escalation, "vers", grant.escalation->to);
    if (grant.escalation->judged_by_doctor) escalation["jugee_par_le_medecin"] = true;
    object["escalade"] = std::move(escalation);
  }
  put(object, "validation_h", grant.validation_h);
  put(object, "quota_jour", grant.daily_quota);
  if (grant.fallback) object["repli"] = tree(*grant.fallback);
  if (grant.regime != Regime::delegation) object["regime"] = spelled(grant.regime);
  if (grant.veto) object["veto"] = true;
  put(object, "note", grant.note);
  return object;
}

}  // namespace

std::string format(const Hours& hours) {
  return fmt::format("{:02}:{:02}-{:02}:{:02}", hours.start / 60, hours.start % 60, hours.end / 60, hours.end % 60);
}

Json signed_tree(const Fiche& fiche) {
  Json object{{"format", "relais-fiche/1"}};
  object["fiche"] = Json{{"id", fiche.id}, {"version", fiche.version}};
  put(object["fiche"], "precedent_sha256", fiche.previous_sha256);
  object["cabinet"] = Json{{"nom", fiche.practice_name}, {"commune", fiche.town}, {"fuseau", fiche.zone}};
  object["employeur"] = Json{{"type", spelled(fiche.employer)}, {"decideurs", fiche.deciders}};
  object["medecin"] = Json{{"id", fiche.doctor_id}, {"nom", fiche.doctor_name}};
  object["assistant"] = tree(fiche.assistant);
  object["encadrement_formation"] = fiche.supervises_training;
  object["validite"] = Json{{"du", format(fiche.valid_from)}};
  put(object["validite"], "au", fiche.valid_to);
  put(object, "revision_le", fiche.review_on);
  object["temps"] = tree(fiche.time);
  object["donnees"] =
      Json{{"niveau_max", spelled(fiche.data_max)}, {"categories_autorisees", words(fiche.open_categories)}};
  object["exclusions"] = tree(fiche.exclusions, false);
  object["remplacement"] = Json{{"regle", spelled(fiche.locum)}};
  object["defaut"] = "non";
  if (fiche.fallback) object["repli_general"] = tree(*fiche.fallback);
  object["taches"] = Json::array();
  for (const auto& grant : fiche.grants) object["taches"].push_back(tree(grant));
  object["engagements"] = fiche.commitments;
  return object;
}

Json full_tree(const Fiche& fiche) {
  auto object = signed_tree(fiche);
  auto signatures = Json{{"medecin", nullptr}, {"assistant", nullptr}};
  if (fiche.doctor_signature)
    signatures["medecin"] =
        Json{{"le", format(fiche.doctor_signature->at)}, {"moyen", fiche.doctor_signature->means}};
  if (fiche.answer)
    signatures["assistant"] = Json{{"le", format(fiche.answer->at)},
                                   {"moyen", fiche.answer->means},
                                   {"statut", spelled(fiche.answer->kind)},
                                   {"taches_refusees", fiche.answer->declined}};
  object["signatures"] = std::move(signatures);
  object["revocations"] = Json::array();
  for (const auto& revocation : fiche.revocations) {
    Json one{{"le", format(revocation.at)}, {"par", revocation.by}, {"portee", revocation.scope}};
    put(one, "motif", revocation.reason);
    object["revocations"].push_back(std::move(one));
  }
  return object;
}

}  // namespace relais::fiche
