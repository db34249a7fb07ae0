// SPDX-License-Identifier: Apache-2.0
#include "words.h"

#include <cstdio>

namespace ald {

using relais::Category;
using relais::RenewalStep;

std::string_view rule_of(Stage stage) {
  switch (stage) {
    case Stage::none: return "";
    case Stage::watch: return "ALD-WATCH";
    case Stage::prepare: return "ALD-PREPARE";
    case Stage::due: return "ALD-DUE";
    case Stage::critical: return "ALD-CRITICAL";
    case Stage::expired: return "ALD-EXPIRED";
    case Stage::unknown: return "ALD-UNKNOWN";
  }
  return "";
}

Category category_of(Stage stage) {
  switch (stage) {
    case Stage::none: return Category::none;
    case Stage::watch: return Category::normal;
    case Stage::prepare:
    case Stage::due:
    case Stage::unknown: return Category::a_voir;
    case Stage::critical:
    case Stage::expired: return Category::aujourdhui;
  }
  return Category::none;
}

std::string_view advice(Stage stage) {
  switch (stage) {
    case Stage::none: return "rien à faire";
    case Stage::watch: return "à grouper avec la prochaine visite";
    case Stage::prepare: return "le patient est prévenu par l'assurance maladie : préparer la demande";
    case Stage::due: return "renouvellement ouvert dans amelipro";
    case Stage::critical: return "à faire aujourd'hui";
    case Stage::expired: return "droit échu";
    case Stage::unknown: return "date de fin inconnue : à vérifier dans amelipro";
  }
  return "";
}

std::string ald(const Right& right) { return right.number.empty() ? "ALD sans numéro" : "ALD " + right.number; }

std::string end_words(const Right& right, const End& end) {
  if (!end.day) return std::string(advice(Stage::unknown));
  std::string text = "fin le " + french(*end.day);
  if (end.source == EndSource::notified) return text + " (notifiée)";
  const bool computed = end.years && right.from && last_day(*right.from, *end.years) == *end.day;
  text += end.source == EndSource::estimated ? " (estimée" : " (origine inconnue";
  if (computed) text += " : " + std::to_string(*end.years) + " ans depuis le " + french(*right.from);
  return text + ")";
}

std::string step_words(const Right& right) {
  std::string text;
  switch (right.step) {
    case RenewalStep::none: return {};
    case RenewalStep::contacted: text = "patient contacté"; break;
    case RenewalStep::visit_booked: text = "visite prévue"; break;
    case RenewalStep::drafted: text = "dossier préparé"; break;
    case RenewalStep::sent: text = "demande envoyée"; break;
    case RenewalStep::accepted: text = "renouvellement accepté"; break;
    case RenewalStep::refused: text = "renouvellement refusé"; break;
    case RenewalStep::by_caisse: text = "renouvelée par le service médical"; break;
    case RenewalStep::not_to_renew: text = "à ne pas renouveler"; break;
  }
  if (right.step_on) text += " le " + french(*right.step_on);
  return text;
}

std::string appointment_words(const relais::Appointment& appointment) {
  const auto at = appointment.local_start();
  if (!at) return {};
  const auto day = std::chrono::floor<std::chrono::days>(*at);
  const auto minutes = (*at - day).count();
  char hour[32];
  const int length = std::snprintf(hour, sizeof hour, " à %d h %02d", static_cast<int>(minutes / 60),
                                   static_cast<int>(minutes % 60));
  return french(Date(day.time_since_epoch())) + std::string(hour, static_cast<std::size_t>(length));
}

}  // namespace ald
