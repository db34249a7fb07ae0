// SPDX-License-Identifier: Apache-2.0
#include "domain/fiche_diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "domain/catalogue.h"
#include "domain/fiche_tree.h"

namespace relais::fiche {
namespace {

using enum DifferenceKind;

std::string day(CivilDate date) {
  return fmt::format("{:02}/{:02}/{}", static_cast<unsigned>(date.day()), static_cast<unsigned>(date.month()),
                     static_cast<int>(date.year()));
}

std::string period(const Fiche& fiche) {
  return fiche.valid_to ? fmt::format("du {} au {}", day(fiche.valid_from), day(*fiche.valid_to))
                        : fmt::format("à partir du {}, sans fin", day(fiche.valid_from));
}

std::string spoken(const std::vector<Slot>& slots) {
  std::vector<std::string> parts;
  for (const auto& slot : slots) {
    std::vector<std::string> days, hours;
    for (const auto d : slot.days) days.emplace_back(d == Day::feries ? "jours fériés" : text(d));
    for (const auto& h : slot.hours) hours.push_back(format(h));
    parts.push_back(fmt::format("{} {}", fmt::join(days, ", "), fmt::join(hours, " et ")));
  }
  return parts.empty() ? "les horaires généraux" : fmt::format("{}", fmt::join(parts, " ; "));
}

std::string spoken(const std::optional<Exclusions>& exclusions) {
  if (!exclusions) return "aucune";
  std::vector<std::string> parts;
  if (exclusions->age_min) parts.push_back(fmt::format("moins de {} ans", *exclusions->age_min));
  if (exclusions->age_max) parts.push_back(fmt::format("plus de {} ans", *exclusions->age_max));
  if (!exclusions->ids.empty()) parts.push_back(fmt::format("{} patient(s) nommé(s)", exclusions->ids.size()));
  if (!exclusions->kinship) parts.emplace_back("les proches ne sont plus exclus");
  return parts.empty() ? "aucune" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string spoken(const std::optional<Fallback>& fallback) {
  if (!fallback) return "aucun";
  return fallback->delay_h ? fmt::format("vers {} après {} h", text(fallback->to), *fallback->delay_h)
                           : fmt::format("vers {}", text(fallback->to));
}

template <class E>
std::string spoken(const std::vector<E>& values) {
  std::vector<std::string_view> texts;
  for (const auto& value : values) {
    if constexpr (std::is_enum_v<E>)
      texts.push_back(text(value));
    else
      texts.push_back(value);
  }
  return texts.empty() ? "aucun" : fmt::format("{}", fmt::join(texts, ", "));
}

Grant not_granted(const std::string& task) {
  Grant grant;
  grant.id = task;
  return grant;
}

std::string task_label(const std::string& task) {
  const auto* row = find_task(task);
  return row != nullptr ? std::string(row->label) : task;
}

class Differ {
 public:
  std::vector<Difference> found;

  void add(DifferenceKind kind, std::string place, std::string french) {
    found.push_back({kind, std::move(place), std::move(french)});
  }

  // One changed field, said as "what: after (before: …)".
  void changed(bool differs, DifferenceKind kind, const std::string& place, const std::string& what,
               const std::string& before, const std::string& after) {
    if (differs) add(kind, place, fmt::format("{} : {} (avant : {}).", what, after, before));
  }

  void general(const Fiche& a, const Fiche& b) {
    changed(a.valid_from != b.valid_from || a.valid_to != b.valid_to,
            !a.valid_to || (b.valid_to && *b.valid_to <= *a.valid_to && b.valid_from >= a.valid_from) ? less : more,
            "validite", "Durée de la fiche", period(a), period(b));
    changed(a.time != b.time, other, "temps", "Jours et heures", spoken(a.time), spoken(b.time));
    changed(a.data_max != b.data_max, b.data_max > a.data_max ? more : less, "donnees.niveau_max",
            "Données accessibles", std::string(text(a.data_max)), std::string(text(b.data_max)));
    changed(a.open_categories != b.open_categories, other, "donnees.categories_autorisees",
            "Catégories sensibles ouvertes", spoken(a.open_categories), spoken(b.open_categories));
    changed(a.exclusions != b.exclusions, other, "exclusions", "Patients exclus", spoken(std::optional(a.exclusions)),
            spoken(std::optional(b.exclusions)));
    changed(a.locum != b.locum, b.locum == LocumRule::maintenir ? more : less, "remplacement",
            "Pendant un remplacement", std::string(text(a.locum)), std::string(text(b.locum)));
    changed(a.supervises_training != b.supervises_training, b.supervises_training ? more : less,
            "encadrement_formation", "Encadrement de la formation par le médecin",
            a.supervises_training ? "oui" : "non", b.supervises_training ? "oui" : "non");
    changed(a.fallback != b.fallback, other, "repli_general", "Repli en cas d'absence", spoken(a.fallback),
            spoken(b.fallback));
    changed(a.deciders != b.deciders, other, "employeur.decideurs", "Médecins décideurs", spoken(a.deciders),
            spoken(b.deciders));
    changed(a.commitments != b.commitments, other, "engagements", "Engagements", spoken(a.commitments),
            spoken(b.commitments));
    if (a.assistant != b.assistant)
      add(other, "assistant",
          "Les renseignements sur l'assistant médical (fonction, formation, attestations) changent.");
    if (a.practice_name != b.practice_name || a.town != b.town || a.zone != b.zone || a.employer != b.employer ||
        a.doctor_name != b.doctor_name || a.review_on != b.review_on)
      add(other, "cabinet", "Les renseignements sur le cabinet, le médecin ou la date de révision changent.");
  }

  void task(const Grant* a, const Grant& b) {
    const auto name = task_label(b.id);
    const auto place = "taches." + b.id;
    const auto none = not_granted(b.id);
    const auto& before = a != nullptr ? *a : none;
    if (before.mode == Mode::non && b.mode != Mode::non)
      add(more, place + ".mode", fmt::format("Nouvelle tâche : « {} », en mode « {} ».", name, text(b.mode)));
    else if (before.mode != Mode::non && b.mode == Mode::non)
      add(less, place + ".mode", fmt::format("Tâche retirée : « {} ».", name));
    else if (before.mode != b.mode)
      add(b.mode > before.mode ? more : less, place + ".mode",
          fmt::format("« {} » : mode {} de « {} » à « {} ».", name, b.mode > before.mode ? "relevé" : "abaissé",
                      text(before.mode), text(b.mode)));
    if (before.veto != b.veto)
      add(b.veto ? less : other, place + ".veto",
          fmt::format("« {} » : veto {} pour tout le cabinet.", name, b.veto ? "posé" : "levé"));
    // The conditions of a task that is not granted say nothing; the doctor's word about it may.
    if (b.mode != Mode::non)
      details(before, b, name, place);
    else if (b.note)
      changed(before.note != b.note, other, place + ".note", fmt::format("« {} », mot du médecin", name),
              before.note.value_or("aucun"), *b.note);
  }

  void details(const Grant& a, const Grant& b, const std::string& name, const std::string& place) {
    const auto field = [&](bool differs, DifferenceKind kind, const char* key, const char* what, std::string before,
                           std::string after) {
      changed(differs, kind, place + "." + key, fmt::format("« {} », {}", name, what), before, after);
    };
    const auto level = [](const std::optional<DataLevel>& l) { return l ? std::string(text(*l)) : "niveau général"; };
    const auto hours = [](const std::optional<double>& h) { return h ? fmt::format("{} h", *h) : "non fixé"; };
    const auto count = [](const std::optional<int>& n) { return n ? fmt::format("{}", *n) : "sans limite"; };
    const auto rules = [](const std::optional<Escalation>& e) { return e ? spoken(e->immediate) : "aucune"; };
    field(a.slots != b.slots, other, "plages", "plages", spoken(a.slots), spoken(b.slots));
    field(a.presence_required != b.presence_required, b.presence_required ? less : more, "presence_medecin",
          "présence du médecin", a.presence_required ? "requise" : "non requise",
          b.presence_required ? "requise" : "non requise");
    field(a.data_max != b.data_max, other, "donnees_max", "données", level(a.data_max), level(b.data_max));
    field(a.exclusions != b.exclusions, other, "exclusions", "patients exclus", spoken(a.exclusions),
          spoken(b.exclusions));
    field(a.escalation != b.escalation, other, "escalade", "alertes immédiates", rules(a.escalation),
          rules(b.escalation));
    field(a.validation_h != b.validation_h, other, "validation_h", "délai de validation", hours(a.validation_h),
          hours(b.validation_h));
    field(a.daily_quota != b.daily_quota, other, "quota_jour", "quota par jour", count(a.daily_quota),
          count(b.daily_quota));
    field(a.fallback != b.fallback, other, "repli", "repli", spoken(a.fallback), spoken(b.fallback));
    field(a.regime != b.regime, other, "regime", "régime", std::string(text(a.regime)), std::string(text(b.regime)));
    field(a.note != b.note, other, "note", "mot du médecin", a.note.value_or("aucun"), b.note.value_or("aucun"));
  }
};

}  // namespace

std::vector<Difference> differences(const Fiche& before, const Fiche& after) {
  Differ differ;
  differ.general(before, after);
  for (const auto& grant : after.grants) differ.task(find_grant(before, grant.id), grant);
  for (const auto& grant : before.grants)
    if (find_grant(after, grant.id) == nullptr) differ.task(&grant, not_granted(grant.id));
  return differ.found;
}

}  // namespace relais::fiche
