// SPDX-License-Identifier: Apache-2.0
#include "calendar_fr/answer.h"

namespace relais::vaccine::fr {
namespace {

void add_facts(const Calendar& calendar, const std::vector<Fact>& facts, std::vector<std::string>& out) {
  for (const auto& fact : facts) {
    const auto& source = calendar.sources.at(fact.source);
    std::string line = fact.question > 0 ? "  question ouverte " + std::to_string(fact.question) + " : " : "  règle : ";
    line += fact.text + " [" + fact.mark + ", " + source.title + ", " + source.date + "]";
    if (fact.mark == 'C') line += " — non confirmé";
    if (fact.mark == 'X') line += " — les sources ne concordent pas";
    out.push_back(std::move(line));
  }
}

void add_dates(MaybeDay earliest, MaybeDay recommended, MaybeDay late_from, std::string& line) {
  if (earliest) line += ", possible dès le " + french_day(*earliest);
  if (recommended) line += ", recommandée le " + french_day(*recommended);
  if (late_from) line += ", en retard à partir du " + french_day(*late_from);
}

}  // namespace

std::string_view word(Status status) {
  switch (status) {
    case Status::a_jour: return "a_jour";
    case Status::a_faire: return "a_faire";
    case Status::en_retard: return "en_retard";
    case Status::termine: return "termine";
    case Status::sans_objet: return "sans_objet";
    case Status::contre_indique: return "contre_indique";
    case Status::inconnu: return "inconnu";
    case Status::depend: return "depend";
    case Status::expertise_indisponible: return "expertise_indisponible";
  }
  return "";
}

std::string_view french(Status status) {
  switch (status) {
    case Status::a_jour: return "à jour";
    case Status::a_faire: return "à faire";
    case Status::en_retard: return "en retard";
    case Status::termine: return "terminé";
    case Status::sans_objet: return "sans objet";
    case Status::contre_indique: return "contre-indiqué";
    case Status::inconnu: return "inconnu";
    case Status::depend: return "dépend d’une question ouverte";
    case Status::expertise_indisponible: return "expertise indisponible";
  }
  return "";
}

std::vector<std::string> explain(const Calendar& calendar, const Answer& answer) {
  std::vector<std::string> out;
  std::string line = answer.label + " : " + std::string(french(answer.status));
  if (answer.dose) line += ", dose " + std::to_string(*answer.dose);
  add_dates(answer.earliest, answer.recommended, answer.late_from, line);
  line += " (calendrier " + answer.edition + ")";
  out.push_back(std::move(line));
  for (const auto& notice : answer.notices) out.push_back("  " + notice);
  add_facts(calendar, answer.facts, out);
  for (const auto& other : answer.others) {
    std::string also = "  autre règle, " + other.series + " : " + std::string(french(other.status));
    add_dates(other.earliest, other.recommended, other.late_from, also);
    out.push_back(std::move(also));
    add_facts(calendar, other.facts, out);
  }
  return out;
}

}  // namespace relais::vaccine::fr
