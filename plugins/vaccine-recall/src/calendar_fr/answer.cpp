// SPDX-License-Identifier: Apache-2.0
#include "calendar_fr/answer.h"

#include <algorithm>

#include "calendar_fr/translate.h"

namespace relais::vaccine::fr {
namespace {

constexpr Duration one_month{0, 1, 0};

// The answers of one reading of the record.
class Desk {
 public:
  Desk(const Calendar& calendar, const Patient& patient, Day assessed)
      : calendar_(calendar), patient_(patient), assessed_(assessed) {}

  tl::expected<void, std::string> assess_patient() {
    auto got = assess(calendar_.data, patient_, assessed_);
    if (!got) return tl::unexpected(got.error().reason);
    assessment_ = *std::move(got);
    return {};
  }

  Answer answer_of(const Group& group) const {
    Answer out;
    out.group = group.id;
    out.label = group.label;
    out.edition = calendar_.edition;
    out.edition_date = calendar_.date;
    if (assessed_ > calendar_.old_after) {
      out.notices.push_back("Données anciennes : édition " + calendar_.edition +
                            ", à vérifier dans l’édition en vigueur.");
    }
    std::vector<Ranked> ranked;
    for (const auto& forecast : assessment_.groups) {
      if (calendar_.data.groups[forecast.group].antigens.front() == group.antigen)
        ranked.push_back(rank(group, forecast));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.before(b); });
    if (contraindicated(group, out)) {
      out.status = Status::contre_indique;
      return out;
    }
    if (ranked.empty()) {
      out.notices.push_back("Pas d’indication pour ce patient dans cette édition.");
      return out;
    }
    const auto& first = ranked.front().rule;
    out.status = first.status;
    out.dose = first.dose;
    out.earliest = first.earliest;
    out.recommended = first.recommended;
    out.late_from = first.late_from;
    out.facts = first.facts;
    for (std::size_t i = 1; i < ranked.size(); ++i) out.others.push_back(ranked[i].rule);
    if (group.kind == Kind::question) settle_question(out);
    return out;
  }

 private:
  // Which of several rules of a group answers: complete, then the series in hand, then what is due first.
  struct Ranked {
    Rule rule;
    bool complete = false, open = false, started = false;

    bool before(const Ranked& other) const {
      if (complete != other.complete) return complete;
      if (open != other.open) return open;
      if (started != other.started) return started;
      return open && *rule.recommended < *other.rule.recommended;
    }
  };

  Ranked rank(const Group& group, const GroupForecast& forecast) const {
    const auto& outcome = assessment_.series[forecast.series.front()];
    const auto& series = calendar_.data.antigens[outcome.antigen].series[outcome.series];
    Ranked out;
    out.rule.series = series.name;
    const SeriesDose* next = nullptr;
    if (outcome.next_target < outcome.targets.size())
      next = &series.doses[outcome.targets[outcome.next_target].series_dose];
    for (const auto& fact : calendar_.facts[outcome.antigen][outcome.series]) {
      if (fact.dose == 0 || !next || fact.dose == next->number) out.rule.facts.push_back(fact);
    }
    using Got = PatientSeriesStatus;
    const auto status = forecast.forecast.status;
    out.complete = status == Got::complete || status == Got::immune;
    if (out.complete) {
      // The dose of this season is done, and another season will come.
      out.rule.status = group.kind == Kind::season ? Status::a_jour : Status::termine;
      return out;
    }
    if (status != Got::not_complete || !next) return out;
    set_dates(group, series, *next, forecast.forecast, out.rule);
    if (closed(group, series, *next, forecast.forecast, out.rule)) {
      out.rule.dose.reset();
      out.rule.earliest = out.rule.recommended = out.rule.late_from = MaybeDay();
      return out;
    }
    out.open = true;
    out.started = group.kind != Kind::season && outcome.satisfied() > 0;
    if (out.rule.late_from && *out.rule.late_from <= assessed_)
      out.rule.status = Status::en_retard;
    else
      out.rule.status = *out.rule.recommended <= assessed_ ? Status::a_faire : Status::a_jour;
    return out;
  }

  void set_dates(const Group& group, const Series& series, const SeriesDose& next, const Forecast& forecast,
                 Rule& rule) const {
    if (group.kind == Kind::series) rule.dose = forecast.dose_number;
    if (group.kind == Kind::booster) rule.dose = next.number;
    rule.earliest = std::max(*forecast.earliest, patient_.birth);
    rule.recommended = std::max(*forecast.recommended, *rule.earliest);
    if (forecast.unadjusted_past_due) {
      rule.late_from = *forecast.unadjusted_past_due + 1;
      // Who began early is not later than who did not begin: the age that closes an earlier dose still stands.
      for (const auto* dose = series.doses.data(); dose != &next; ++dose) {
        const auto* age = dose->ages.empty() ? nullptr : &dose->ages.front();
        if (age && age->latest_rec) rule.late_from = std::max(*rule.late_from, add(patient_.birth, *age->latest_rec));
      }
      // The date of its age has gone before the dose became possible: it is a catch-up, late one month later.
      if (*rule.late_from <= *rule.earliest) rule.late_from = add(*rule.earliest, one_month);
    }
    if (next.season_end) rule.late_from = std::min(rule.late_from.value_or(*next.season_end + 1), *next.season_end + 1);
  }

  // A window that shuts before the dose is possible.
  bool closed(const Group& group, const Series& series, const SeriesDose& next, const Forecast& forecast,
              const Rule& rule) const {
    if (next.season_end && *rule.earliest > *next.season_end) return true;
    // Its weeks of pregnancy end before the season begins.
    if (group.kind == Kind::pregnancy && forecast.unadjusted_past_due &&
        *forecast.unadjusted_past_due < *rule.earliest) {
      return true;
    }
    return std::any_of(calendar_.limits.begin(), calendar_.limits.end(), [&](const Limit& limit) {
      return limit.group == group.id && limit.series == series.name && limit.dose == next.number &&
             std::max(assessed_, *rule.earliest) >= add(patient_.birth, limit.age);
    });
  }

  // Said before any other word, also of a complete or not indicated group.
  bool contraindicated(const Group& group, Answer& out) const {
    for (const auto& rule : calendar_.data.antigens[group.antigen].contraindications) {
      const bool active = std::any_of(patient_.observations.begin(), patient_.observations.end(),
                                      [&](const auto& fact) { return fact.observation == rule.observation; });
      if (active && rule.age.holds(patient_.birth, assessed_)) {
        out.notices.push_back(rule.text);
        return true;
      }
    }
    return false;
  }

  static void settle_question(Answer& out) {
    Rule first{"", out.status, out.dose, out.earliest, out.recommended, out.late_from, out.facts};
    for (const auto& other : out.others) {
      if (other.status == out.status) continue;
      out.status = Status::depend;
      out.notices.push_back("Les sources ne concordent pas : les deux règles sont montrées, le médecin décide.");
      out.others.insert(out.others.begin(), first);
      out.dose.reset();
      out.earliest = out.recommended = out.late_from = MaybeDay();
      return;
    }
  }

  const Calendar& calendar_;
  const Patient& patient_;
  Day assessed_;
  Assessment assessment_;
};

CvxId usual_code(const Calendar& calendar, const Group& group) {
  for (const auto& each : calendar.components) {
    if (each.group == group.id) return each.code;
  }
  return no_id;
}

bool is_open(Status status) {
  return status == Status::a_jour || status == Status::a_faire || status == Status::en_retard;
}

// Compares with what is known the answers of a record that holds more doses.
class Comparison {
 public:
  Comparison(const Calendar& calendar, Day assessed, const std::vector<Answer>& known)
      : calendar_(calendar), assessed_(assessed), known_(known), differs_(known.size(), false) {}

  bool asked(std::size_t group) const {
    return !differs_[group] && (is_open(known_[group].status) || known_[group].status == Status::depend);
  }

  void add(const Patient& fuller) {
    Desk desk(calendar_, fuller, assessed_);
    const bool assessable = desk.assess_patient().has_value();
    for (std::size_t g = 0; g < known_.size(); ++g) {
      if (!asked(g)) continue;
      const auto now = assessable ? desk.answer_of(calendar_.groups[g]) : Answer();
      differs_[g] = !assessable || now.status != known_[g].status || now.dose != known_[g].dose;
    }
  }

  const std::vector<bool>& differs() const { return differs_; }

 private:
  const Calendar& calendar_;
  Day assessed_;
  const std::vector<Answer>& known_;
  std::vector<bool> differs_;
};

// Looks back from the last day that is not known and gives, one after the other, every dose that could have been given
// until then: the known later doses come after them. An answer that changes by them depends on what is not known. By
// group, in the order of `known`.
std::vector<bool> depend_on_unknown(const Calendar& calendar, const Patient& patient, Day assessed, Day known_from,
                                    const std::vector<Answer>& known) {
  Comparison comparison(calendar, assessed, known);
  const Day before = std::min(known_from - 1, assessed);
  if (before < patient.birth) return comparison.differs();
  const auto dose_of = [&](std::size_t group, Day date) {
    Dose dose;
    dose.cvx = usual_code(calendar, calendar.groups[group]);
    dose.date = date;
    return dose;
  };
  // A campaign waits for the last dose, not for the first that was possible.
  auto fuller = patient;
  for (std::size_t g = 0; g < known.size(); ++g) {
    if (calendar.groups[g].kind == Kind::season) fuller.doses.push_back(dose_of(g, before));
  }
  comparison.add(fuller);
  fuller = patient;
  auto past = patient;
  std::erase_if(past.doses, [&](const Dose& dose) { return dose.date > before; });
  constexpr int most_doses = 12;
  for (int i = 0; i < most_doses; ++i) {
    Desk then(calendar, past, before);
    if (!then.assess_patient()) break;
    bool added = false;
    for (std::size_t g = 0; g < known.size(); ++g) {
      if (!comparison.asked(g)) continue;
      const auto at_that_time = then.answer_of(calendar.groups[g]);
      if (!is_open(at_that_time.status) || !at_that_time.earliest || *at_that_time.earliest > before) continue;
      past.doses.push_back(dose_of(g, *at_that_time.earliest));
      fuller.doses.push_back(past.doses.back());
      added = true;
    }
    if (!added) break;
    comparison.add(fuller);
  }
  return comparison.differs();
}

}  // namespace

tl::expected<std::vector<Answer>, std::string> answer(const Calendar& calendar, const Record& record) {
  const auto latest = translate(calendar, record, true);
  if (!latest) return tl::unexpected(latest.error());
  Desk desk(calendar, *latest, record.assessed);
  if (auto done = desk.assess_patient(); !done) return tl::unexpected(done.error());
  // A record whose doses all have their day has one reading.
  const bool ranged = std::any_of(record.doses.begin(), record.doses.end(),
                                  [](const RecordedDose& dose) { return dose.first != dose.last; });
  std::optional<Patient> earliest;
  std::optional<Desk> other;
  if (ranged) {
    auto read = translate(calendar, record, false);
    if (!read) return tl::unexpected(read.error());
    earliest = *std::move(read);
    other.emplace(calendar, *earliest, record.assessed);
    if (auto done = other->assess_patient(); !done) return tl::unexpected(done.error());
  }
  MaybeDay known_from;
  for (const auto& each : record.observations) {
    if (each.code == "historique-inconnu")
      known_from = std::max(known_from.value_or(record.birth), each.date.value_or(record.assessed));
  }
  std::vector<Answer> out;
  for (const auto& group : calendar.groups) {
    auto each = desk.answer_of(group);
    const auto first = other ? std::optional(other->answer_of(group)) : std::nullopt;
    if (first && (each.status != first->status || each.dose != first->dose)) {
      each.notices.push_back("La réponse dépend de la date exacte d’une dose connue par son mois ou son année.");
    }
    out.push_back(std::move(each));
  }
  if (known_from) {
    const auto unknown = depend_on_unknown(calendar, *latest, record.assessed, *known_from, out);
    for (std::size_t g = 0; g < out.size(); ++g) {
      if (!unknown[g]) continue;
      auto& each = out[g];
      Rule known{"d’après les doses connues",
                 each.status,
                 each.dose,
                 each.earliest,
                 each.recommended,
                 each.late_from,
                 each.facts};
      each.others.insert(each.others.begin(), known);
      each.status = Status::inconnu;
      each.dose.reset();
      each.earliest = each.recommended = each.late_from = MaybeDay();
      each.notices.push_back("L’historique avant le " + french_day(*known_from) +
                             " n’est pas connu : ni complet, ni non vacciné.");
    }
  }
  for (const auto& [id, label] : calendar.without_rule) {
    Answer each;
    each.group = id;
    each.label = label;
    each.status = Status::expertise_indisponible;
    each.edition = calendar.edition;
    each.edition_date = calendar.date;
    out.push_back(std::move(each));
  }
  return out;
}

}  // namespace relais::vaccine::fr
