// SPDX-License-Identifier: Apache-2.0
// What the French schedule says of one patient on one day, per vaccine group. It proposes; the doctor decides.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar_fr/calendar.h"
#include "engine/engine.h"

namespace relais::vaccine::fr {

enum class Status {
  a_jour,
  a_faire,
  en_retard,
  termine,
  sans_objet,
  contre_indique,
  inconnu,                 // depends on doses before the known record; never read as not vaccinated
  depend,                  // depends on an open question: every rule is shown
  expertise_indisponible,  // no rule for this group
};

std::string_view word(Status status);    // "en_retard"
std::string_view french(Status status);  // "en retard"

// A dose as a record holds it. A date known by month or year is the range of its days; none is an unknown date.
struct RecordedDose {
  MaybeDay first, last;
  std::string product;
  std::vector<std::string> valences;  // empty: those of the product, when it is known
};

struct RecordedObservation {
  std::string code;
  MaybeDay date;
};

struct Record {
  Day birth = 0;
  Gender gender = Gender::unknown;
  Day assessed = 0;
  std::vector<RecordedObservation> observations;
  std::vector<RecordedDose> doses;
};

struct Rule {
  std::string series;
  Status status = Status::sans_objet;
  std::optional<int> dose;
  MaybeDay earliest, recommended, late_from;
  std::vector<Fact> facts;  // source lines that concern the next dose, the series and its open questions
};

struct Answer {
  std::string group, label;
  Status status = Status::sans_objet;
  std::optional<int> dose;
  MaybeDay earliest, recommended, late_from;
  std::vector<Fact> facts;
  std::vector<Rule> others;          // rules of the group beside the one that answers: shown, not hidden
  std::vector<std::string> notices;  // French, for people
  std::string edition, edition_date;
};

// One answer for every group of the schedule, then one for each group without a rule. Refused with a reason for
// developers: dates that contradict each other, an observation or valence outside the closed lists.
tl::expected<std::vector<Answer>, std::string> answer(const Calendar& calendar, const Record& record);

// Lines for people: status, dates, and each fact with its letter and source.
std::vector<std::string> explain(const Calendar& calendar, const Answer& answer);

}  // namespace relais::vaccine::fr
