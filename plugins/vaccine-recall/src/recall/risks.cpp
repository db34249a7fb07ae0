// SPDX-License-Identifier: Apache-2.0
#include "recall/risks.h"

#include <relais/table.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace recall {
namespace {

namespace fr = relais::vaccine::fr;
using relais::Date;
using relais::vaccine::Day;
using relais::vaccine::MaybeDay;

constexpr int days_of_a_week = 7;
constexpr int longest_pregnancy_days = 44 * days_of_a_week;

Day day_of(Date date) { return static_cast<Day>(date.time_since_epoch().count()); }

// Capital letters and digits: "n18.3" and "N183" are one code.
std::string bare(std::string_view code) {
  std::string made;
  for (const char c : code) {
    if (c == '.' || c == ' ') continue;
    made.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return made;
}

bool holds(const std::optional<Date>& from, const std::optional<Date>& until, Date today) {
  return (!from || *from <= today) && (!until || *until >= today);
}

}  // namespace

Risks Risks::load(const std::filesystem::path& edition, const fr::Calendar& calendar) {
  const auto refuse = [](const std::string& why) { throw std::runtime_error("risques.csv: " + why); };
  Risks made;
  for (const auto& row :
       relais::read_table(edition / "risques.csv", {"observation", "systeme", "code", "confiance", "remarque"})) {
    const bool own = row[0] == "sans-regle" || row[0] == "historique-complet";
    if (!own && calendar.data.find_observation(row[0]) == relais::vaccine::no_id)
      refuse("unknown observation " + row[0]);
    if (row[2].empty()) refuse("a line without a code");
    if (row[3] != "A" && row[3] != "B" && row[3] != "C") refuse(row[2] + ": not a letter of confidence");
    auto* const list = row[1] == "cim10" ? &made.icd10_
                       : row[1] == "atc" ? &made.atc_
                       : row[1] == "mot" ? &made.words_
                                         : nullptr;
    if (list == nullptr) refuse("unknown system " + row[1]);
    list->push_back({row[0], row[1] == "mot" ? row[2] : bare(row[2]), row[3].front()});
  }
  return made;
}

Situation Risks::of(const relais::Slice& slice) const {
  Situation made;
  const Date today = slice.today();
  const auto observe = [&](const std::string& code, MaybeDay since) {
    const auto known = std::ranges::find(made.observations, code, &fr::RecordedObservation::code);
    if (known == made.observations.end()) {
      made.observations.push_back({code, since});
    } else if (since && (!known->date || *since > *known->date)) {
      known->date = since;  // an infection or a pregnancy: the latest one counts
    }
  };
  const auto take = [&](const std::vector<Line>& lines, const auto& row) {
    if (row.code().empty()) return;
    const auto code = bare(row.code());
    for (const Line& line : lines) {
      if (!code.starts_with(line.code)) continue;
      // An infection that is over still counts by its date.
      if (line.observation != "infection-covid-19" && !holds(row.from(), row.until(), today)) continue;
      if (row.from() && *row.from() > today) continue;
      if (line.observation == "sans-regle") {
        made.without_rule.emplace_back(row.id());
        continue;
      }
      // Nobody wrote its end: a pregnancy ends all the same.
      const bool pregnancy = line.observation == "grossesse";
      if (pregnancy && row.from() && (today - *row.from()).count() > longest_pregnancy_days) continue;
      if (line.mark == 'C') made.evidence.emplace_back(row.id());
      if (pregnancy) made.pregnant = true;
      observe(line.observation, row.from() ? MaybeDay(day_of(*row.from())) : MaybeDay());
    }
  };
  for (const relais::Condition row : slice.conditions()) take(icd10_, row);
  for (const relais::Medication row : slice.medications()) take(atc_, row);

  for (const relais::ContextWord word : slice.context_words()) {
    if (!holds(word.from(), word.until(), today)) continue;
    for (const Line& line : words_) {
      if (line.code != word.word()) continue;
      const auto since = word.from() ? MaybeDay(day_of(*word.from())) : MaybeDay();
      if (line.observation == "historique-complet") {
        made.whole_history = true;
      } else if (line.observation == "grossesse") {
        // The number is the term in weeks on the day of the entry; without a day, today's.
        const bool told = std::isfinite(word.number()) && word.number() > 0 && word.number() < 100;
        const Day at = since.value_or(day_of(today));
        const Day began = at - static_cast<Day>(told ? std::floor(word.number()) : 0) * days_of_a_week;
        if (day_of(today) - began > longest_pregnancy_days) continue;
        made.pregnant = true;
        observe("grossesse", since);
        if (told) observe("ddr", began);
      } else {
        if (line.observation == "historique-inconnu") made.history_told = true;
        observe(line.observation, since);
      }
    }
  }
  return made;
}

}  // namespace recall
