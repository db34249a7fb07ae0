// SPDX-License-Identifier: Apache-2.0
#include "recall/history.h"

#include <algorithm>

namespace recall {
namespace {

using relais::Category;
using relais::DataLevel;
using relais::vaccine::Duration;
using relais::vaccine::french_day;
using relais::vaccine::Gender;

// A record whose first dose was given before this age is one that was kept from birth.
constexpr Duration first_year{1, 0, 0};
constexpr Day oldest_birth = -25567;  // 1900-01-01

enum Status : std::uint32_t { unknown = 0, done = 1, not_done = 2, error = 3 };
constexpr std::uint32_t declared = 2;  // as the ABI numbers what a row rests on

struct Given {
  std::string id;
  std::string words;
  Reading reading;
  MaybeDay on;
  bool counted = true;  // false: declared only, and the doctor does not count these
};

// Every valence there is: what an unread row may have been.
fr::RecordedDose anything(const fr::Calendar& calendar, Day on) {
  fr::RecordedDose dose;
  dose.first = dose.last = on;
  dose.valences = calendar.valences;
  return dose;
}

fr::RecordedDose dose_of(const Given& given, const std::vector<std::string>& valences, MaybeDay on) {
  fr::RecordedDose dose;
  dose.first = dose.last = on;
  dose.product = given.reading.product;
  dose.valences = valences;
  return dose;
}

std::string words_of(const relais::Immunization& row) {
  auto words = short_words(row.label().empty() ? row.product_code() : row.label());
  if (words.empty()) words = "produit non écrit";
  words = "« " + words + " »";
  if (const auto on = row.given_on()) words += " du " + french_day(day_of(*on));
  return words;
}

bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& each) { return std::ranges::find(b, each) != b.end(); });
}

// Rows of the record, those that cannot be true set aside with a word.
std::vector<Given> rows_of(const relais::Slice& slice, const Codes& codes, const Settings& settings, Day birth,
                           Day today, History& made) {
  std::vector<Given> given;
  for (const relais::Immunization row : slice.immunizations()) {
    if (row.status() == error) continue;
    Given one;
    one.id = row.id();
    one.words = words_of(row);
    one.reading = codes.read(row.product_system(), row.product_code(), row.label());
    if (const auto on = row.given_on()) one.on = day_of(*on);
    const auto contradiction = [&](const std::string& why) {
      made.doubts.push_back(
          {"VAC-CONTRADICTION", one.words + " : " + why + ". Non compté.", Category::a_voir, DataLevel::d2, {one.id}});
    };
    if (one.on && *one.on < birth) {
      contradiction("date antérieure à la naissance");
    } else if (one.on && *one.on > today) {
      contradiction("date à venir");
    } else if (row.status() == not_done) {
      made.not_done.push_back({one.on.value_or(today), one.reading.possible, one.id});
    } else {
      one.counted = row.status() == done && (row.proof() != declared || settings.declared_counts);
      given.push_back(std::move(one));
    }
  }
  std::ranges::stable_sort(given, {}, [](const Given& one) { return one.on.value_or(0); });
  return given;
}

// Two rows of one day that hold the same valence: the same act written twice, or a mistake. One of them counts.
void say_twice(const std::vector<Given>& given, History& made) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    for (std::size_t j = i + 1; j < given.size() && given[j].on == given[i].on; ++j) {
      if (!given[i].on || !overlap(given[i].reading.possible, given[j].reading.possible)) continue;
      made.doubts.push_back({"VAC-CONTRADICTION",
                             given[i].words + " et " + given[j].words +
                                 " protègent de la même maladie le même jour : le même acte écrit deux fois ?",
                             Category::a_voir,
                             DataLevel::d2,
                             {given[i].id, given[j].id}});
    }
  }
  for (const auto& refused : made.not_done) {
    for (const auto& one : given) {
      if (!one.on || *one.on != refused.on || !overlap(one.reading.possible, refused.valences)) continue;
      made.doubts.push_back({"VAC-CONTRADICTION",
                             one.words + " : noté fait et non fait le même jour.",
                             Category::a_voir,
                             DataLevel::d2,
                             {one.id, refused.id}});
    }
  }
}

void add_doses(const std::vector<Given>& given, const fr::Calendar& calendar, Day today, History& made) {
  for (const auto& one : given) {
    if (one.reading.outside) continue;
    const auto opened = [&](const std::string& why) {
      made.open = true;
      made.open_ids.push_back(one.id);
      made.open_words.push_back(one.words + " (" + why + ")");
    };
    if (!one.reading.read) {
      ++made.unread;
      opened("produit non reconnu");
      made.possible.doses.push_back(anything(calendar, one.on.value_or(today)));
      continue;
    }
    if (one.counted) made.sure.doses.push_back(dose_of(one, one.reading.sure, one.on));
    if (!one.counted) {
      opened("déclaré ou sans statut, non compté");
      made.possible.doses.push_back(dose_of(one, one.reading.possible, one.on.value_or(today)));
    } else if (!one.on) {
      // Of unknown date: a series counts it as given in time; for the rest it may be as recent as today.
      opened("date inconnue");
      made.possible.doses.push_back(dose_of(one, one.reading.possible, {}));
      made.possible.doses.push_back(dose_of(one, one.reading.possible, today));
    } else {
      if (!one.reading.certain()) opened("plusieurs produits possibles");
      made.possible.doses.push_back(dose_of(one, one.reading.possible, one.on));
    }
  }
}

// From when on the record is whole. A booklet that begins later than the first year says nothing of the years before.
void set_known_from(const Situation& situation, const std::vector<Given>& given, Day birth, Day today, History& made) {
  if (situation.whole_history || situation.history_told) return;
  MaybeDay first;
  for (const auto& one : given) {
    if (one.on && (!first || *one.on < *first)) first = one.on;
  }
  if (first && *first < add(birth, first_year)) return;
  made.known_from = first ? *first : today + 1;
  for (auto* const record : {&made.sure, &made.possible}) {
    record->observations.push_back({"historique-inconnu", made.known_from});
  }
}

}  // namespace

Day day_of(relais::Date date) { return static_cast<Day>(date.time_since_epoch().count()); }

std::string short_words(std::string_view words) {
  constexpr std::size_t most = 80;
  if (words.size() <= most) return std::string(words);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U) --end;
  return std::string(words.substr(0, end)) + "…";
}

std::optional<History> read_history(const relais::Slice& slice, const fr::Calendar& calendar, const Codes& codes,
                                    const Risks& risks, const Settings& settings, Doubt& why) {
  const Day today = day_of(slice.today());
  const auto patient = slice.patient();
  const auto born = patient ? patient->birth_date() : std::nullopt;
  if (!born || day_of(*born) > today || day_of(*born) < oldest_birth) {
    why = {"VAC-NAISSANCE",
           "Date de naissance absente ou impossible : aucun vaccin ne peut être calculé.",
           Category::a_voir,
           DataLevel::d2,
           {}};
    return std::nullopt;
  }
  History made;
  const auto situation = risks.of(slice);
  made.pregnant = situation.pregnant;
  made.sure.birth = day_of(*born);
  made.sure.assessed = today;
  made.sure.gender = patient->sex() == relais::Sex::female ? Gender::female
                     : patient->sex() == relais::Sex::male ? Gender::male
                                                           : Gender::unknown;
  made.sure.observations = situation.observations;
  made.possible = made.sure;

  const auto given = rows_of(slice, codes, settings, made.sure.birth, today, made);
  made.empty = given.empty();
  say_twice(given, made);
  add_doses(given, calendar, today, made);
  set_known_from(situation, given, made.sure.birth, today, made);

  if (situation.pregnant && made.sure.gender == Gender::male) {
    made.doubts.push_back({"VAC-CONTRADICTION",
                           "Grossesse inscrite chez un homme : dossier à vérifier.",
                           Category::a_voir,
                           DataLevel::d4,
                           {}});
  }
  const bool dated = std::ranges::any_of(situation.observations, [](const auto& each) { return each.code == "ddr"; });
  if (situation.pregnant && !dated) {
    made.doubts.push_back(
        {"VAC-TERME",
         "Grossesse sans terme connu : les vaccins d'un terme précis ne sont pas calculés. Le médecin "
         "inscrit le terme en semaines.",
         Category::a_voir,
         DataLevel::d4,
         {}});
  }
  if (!situation.without_rule.empty()) {
    made.doubts.push_back({"VAC-RISQUE",
                           "Une situation à risque du dossier (rate, complément) a ses propres schémas, absents de ces "
                           "données : expertise indisponible, le médecin décide.",
                           Category::a_voir, DataLevel::d4, situation.without_rule});
  }
  if (!situation.evidence.empty()) {
    made.doubts.push_back(
        {"VAC-CODE",
         "Indications et contre-indications tirées de codes du dossier, dont la correspondance reste à "
         "confirmer par le médecin.",
         Category::none, DataLevel::d4, situation.evidence});
  }
  return made;
}

}  // namespace recall
