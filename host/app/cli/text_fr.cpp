// SPDX-License-Identifier: Apache-2.0
#include "app/cli/text_fr.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <cstdlib>

#include "app/cli/session.h"
#include "domain/civil_time.h"

namespace relais::cli {

std::string category_label(v1::Category category) {
  switch (category) {
    case v1::CATEGORY_CRITIQUE:
      return "Critique (appeler)";
    case v1::CATEGORY_AUJOURDHUI:
      return "À voir aujourd'hui";
    case v1::CATEGORY_A_VOIR:
      return "À voir";
    case v1::CATEGORY_A_CLASSER:
      return "À classer";
    case v1::CATEGORY_NORMAL:
      return "Normal";
    default:
      return "Non trié";
  }
}

std::string category_word(v1::Category category) {
  switch (category) {
    case v1::CATEGORY_CRITIQUE:
      return "critique";
    case v1::CATEGORY_AUJOURDHUI:
      return "aujourdhui";
    case v1::CATEGORY_A_VOIR:
      return "a_voir";
    case v1::CATEGORY_A_CLASSER:
      return "a_classer";
    case v1::CATEGORY_NORMAL:
      return "normal";
    default:
      return "";
  }
}

std::string state_label(v1::ItemState state) {
  switch (state) {
    case v1::ITEM_STATE_OPEN:
      return "à traiter";
    case v1::ITEM_STATE_CLAIMED:
      return "pris en charge";
    case v1::ITEM_STATE_TO_VALIDATE:
      return "à valider par le médecin";
    case v1::ITEM_STATE_HANDED_OVER:
      return "remis au médecin";
    case v1::ITEM_STATE_RETURNED:
      return "renvoyé à l'assistant";
    case v1::ITEM_STATE_TO_CONFIRM:
      return "à confirmer";
    case v1::ITEM_STATE_VALIDATED:
      return "vu par le médecin";
    case v1::ITEM_STATE_CLOSED:
      return "clos";
    case v1::ITEM_STATE_WITHDRAWN:
      return "retiré";
    default:
      return "état inconnu";
  }
}

std::string instant_label(std::int64_t ms) {
  const char* zone = std::getenv("TZ");
  const date::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds{ms}};
  const auto minutes = date::floor<std::chrono::minutes>(at);
  try {
    return date::format("%d/%m/%Y %H:%M",
                        date::make_zoned(zone != nullptr && *zone != '\0' ? zone : "Europe/Paris", minutes));
  } catch (const std::runtime_error&) {
    // TZ may hold a POSIX rule instead of a zone name.
    return date::format("%d/%m/%Y %H:%M UTC", minutes);
  }
}

std::int64_t instant_of(const std::string& text, bool end) {
  const auto moment = fiche::parse_moment(text);
  if (!moment) throw CallFailed{"Date illisible : " + text + " (2026-11-23 ou 2026-11-23T14:00).", "cli.date", {}, {}};
  const char* zone = std::getenv("TZ");
  const std::string name = zone != nullptr && fiche::is_known_zone(zone) ? zone : "Europe/Paris";
  const auto at = moment->at + date::days{end && moment->date_only ? 1 : 0};
  return fiche::to_instant(at, name).time_since_epoch().count();
}

std::string patient_label(const v1::PatientLabel& patient) {
  if (patient.family().empty())
    return patient.patient_id().empty() ? "patient non identifié" : "dossier " + patient.patient_id();
  const auto& day = patient.birth_date();
  const auto birth = day.size() == 10 ? fmt::format(" ({}/{}/{})", day.substr(8, 2), day.substr(5, 2), day.substr(0, 4))
                                      : std::string{};
  return patient.family() + " " + patient.given() + birth;
}

std::string item_text(const v1::WorklistItem& item) {
  std::string text = fmt::format("{:<20} {:<40} {}  [{}]\n", category_label(item.category()),
                                 patient_label(item.patient()), item.title(), state_label(item.state()));
  text += fmt::format("    {}\n", item.id());
  for (const auto& reason : item.reasons())
    if (reason.category() > v1::CATEGORY_NORMAL || item.category() == v1::CATEGORY_NORMAL)
      text += fmt::format("    {} : {}{}\n", reason.rule(), reason.sentence(),
                          reason.source().empty() ? "" : " — " + reason.source());
  if (item.has_overdue_ms()) text += fmt::format("    en retard depuis le {}\n", instant_label(item.overdue_ms()));
  if (item.escalations() > 0)
    text += fmt::format("    signalé {} fois au médecin, la dernière le {}\n", item.escalations(),
                        instant_label(item.escalated_ms()));
  if (!item.routed_to_doctor().empty()) text += "    " + item.routed_to_doctor() + "\n";
  for (const auto& note : item.notes()) text += fmt::format("    note de {} : {}\n", note.author_id(), note.text());
  return text;
}

std::string notice_text(const v1::Notice& notice) {
  return fmt::format("{} : {}\n    {}\n", instant_label(notice.created_ms()), notice.sentence(), notice.id());
}

std::string not_evaluated_text(const v1::NotEvaluated& entry) {
  return fmt::format("Non évalué depuis le {} : {} — {} ({})\n", instant_label(entry.since_ms()),
                     patient_label(entry.patient()), entry.reason(), entry.reason_code());
}

}  // namespace relais::cli
