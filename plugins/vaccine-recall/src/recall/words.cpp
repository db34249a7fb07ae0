// SPDX-License-Identifier: Apache-2.0
#include "recall/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace recall {
namespace {

using relais::vaccine::french_day;

constexpr std::size_t most_bytes = 3000;  // of one sentence: the host takes 4096

std::string bounded(std::string text) {
  if (text.size() <= most_bytes) return text;
  std::size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string counted(std::ptrdiff_t count, const char* words) { return std::to_string(count) + " " + words; }

// What decides the next dose first, then what is said of the whole series.
std::string facts_words(const std::vector<fr::Fact>& facts) {
  std::string text;
  for (const bool of_dose : {true, false}) {
    for (const auto& fact : facts) {
      if (fact.question > 0 || (fact.dose > 0) != of_dose) continue;
      text += (text.empty() ? "" : " ; ") + fact.text + " [" + fact.mark + "]";
      if (fact.mark == 'C') text += " non confirmé";
    }
  }
  for (const auto& fact : facts) {
    if (fact.question == 0) continue;
    text += (text.empty() ? "" : " ; ") + ("question ouverte " + std::to_string(fact.question) + " : ") + fact.text;
  }
  return text;
}

std::string dose_words(const fr::Answer& answer, const fr::Calendar& calendar) {
  if (!answer.dose) return "";
  const auto* const group = calendar.find(answer.group);
  const bool booster = group != nullptr && group->kind == fr::Kind::booster;
  return booster ? ", rappel de " + std::to_string(*answer.dose) + " ans" : ", dose " + std::to_string(*answer.dose);
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " et " : ", ") + words[i];
  }
  return bounded(std::move(text));
}

std::string title_words(const std::vector<Line>& lines) {
  std::vector<std::string> parts;
  for (const auto& [need, words] :
       {std::pair{Need::overdue, "en retard"}, std::pair{Need::due, "à faire"}, std::pair{Need::soon, "bientôt"}}) {
    const auto count = std::ranges::count(lines, need, &Line::need);
    if (count > 0) parts.push_back(counted(count, words));
  }
  std::string text = "Vaccins : ";
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : ", ") + parts[i];
  return text;
}

std::string line_words(const Line& line, const fr::Calendar& calendar) {
  const auto& answer = line.answer;
  std::string text = answer.label + dose_words(answer, calendar) + " : ";
  switch (line.need) {
    case Need::overdue:
      text += "en retard depuis le " + french_day(answer.late_from.value_or(*answer.recommended));
      break;
    case Need::due:
      text += "à faire depuis le " + french_day(*answer.recommended);
      break;
    case Need::soon:
      text += "à faire à partir du " + french_day(*answer.recommended);
      break;
  }
  if (line.need == Need::overdue) text += " (recommandé le " + french_day(*answer.recommended) + ")";
  if (line.need != Need::overdue && answer.late_from)
    text += ", en retard à partir du " + french_day(*answer.late_from);
  if (answer.earliest && *answer.earliest < *answer.recommended)
    text += " ; possible dès le " + french_day(*answer.earliest);
  if (!line.covers.empty()) text += " ; la même dose sert pour " + joined(line.covers);
  text += ". Règle : " + facts_words(answer.facts) + ".";
  for (const auto& other : answer.others) {
    if (other.status != fr::Status::a_faire && other.status != fr::Status::en_retard) continue;
    text += " Autre règle possible : " + other.series + ", " + std::string(fr::french(other.status)) + ".";
  }
  return bounded(std::move(text));
}

std::string line_source(const Line& line, const fr::Calendar& calendar) {
  std::string text = "calendrier des vaccinations, édition " + calendar.edition;
  std::vector<std::string> said;
  for (const auto& fact : line.answer.facts) {
    if (std::ranges::find(said, fact.source) != said.end()) continue;
    said.push_back(fact.source);
    const auto& source = calendar.sources.at(fact.source);
    text += " ; " + source.title + " (" + source.date + ")";
  }
  return bounded(std::move(text));
}

std::string visit_words(const Visit& visit, std::size_t number, Day today, const Settings& settings) {
  std::vector<std::string> names;
  for (const Line* line : visit.lines) names.push_back(line->answer.label);
  std::string text = "Visite " + std::to_string(number) + " : " + joined(names) + ". " +
                     std::to_string(visit.injections) + (visit.injections > 1 ? " injections" : " injection") + ", " +
                     std::to_string(settings.minutes) + " min. ";
  text += visit.from <= today ? std::string("Possible dès maintenant") : "Pas avant le " + french_day(visit.from);
  if (visit.overdue) {
    text += ", dès que possible";
  } else if (visit.until) {
    text += ", au plus tard le " + french_day(*visit.until);
  }
  text += ", " + std::to_string(settings.minimum_delay_days) + " jours au moins après l'appel.";
  if (visit.month_after) text += " Vaccins vivants : le même jour que ceux de la visite d'avant, ou un mois après.";
  text += " Jours de fermeture : à l'agenda ; vacances scolaires : non connues.";
  return bounded(std::move(text));
}

std::string question_words(const fr::Answer& answer, const fr::Calendar& calendar) {
  std::string text = answer.label + " : les sources ne concordent pas, aucune règle n'est choisie.";
  for (const auto& rule : answer.others) {
    text += " " + rule.series + " : " + std::string(fr::french(rule.status));
    if (rule.recommended) text += ", recommandé le " + french_day(*rule.recommended);
    for (const auto& fact : rule.facts) {
      if (fact.question == 0) text += " (" + fact.text + ", " + calendar.sources.at(fact.source).title + ")";
    }
    text += ".";
  }
  return bounded(std::move(text));
}

std::string appointment_words(relais::LocalMinute at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const auto minutes = (at - day).count();
  std::array<char, 32> hour{};
  const int length = std::snprintf(hour.data(), hour.size(), " à %d h %02d", static_cast<int>(minutes / 60),
                                   static_cast<int>(minutes % 60));
  return french_day(day_of(relais::Date(day.time_since_epoch()))) +
         std::string(hour.data(), static_cast<std::size_t>(std::max(length, 0)));
}

std::string message_words(bool child, int minutes) {
  return std::string(
             "BROUILLON, à compléter et à envoyer par le cabinet :\n\nBonjour,\n\nle cabinet vous propose un ") +
         "rendez-vous de " + std::to_string(minutes) + " minutes" + (child ? " pour votre enfant" : "") +
         ".\nDate et heure : [                    ]\nLieu : [                    ]\n\nMerci d'apporter la carte Vitale "
         "et " +
         "le carnet de santé.\nPour changer de date, appelez le cabinet.\n";
}

}  // namespace recall
