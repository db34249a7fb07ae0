// SPDX-License-Identifier: Apache-2.0
// Family X: what the doctor has said of this patient. X2 known anomalies, X3 targets, X4 INR under AVK. They alone may
// explain a laboratory's flag, which stays displayed.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::string_view inr_source = "HAS 2008, prise en charge des surdosages en AVK ; choix de Relais (à confirmer par le médecin)";

std::string target_text(std::optional<double> low, std::optional<double> high) {
  if (low && high) return fr::number(*low) + " à " + fr::number(*high);
  return low ? "au moins " + fr::number(*low) : "au plus " + fr::number(high.value_or(0));
}

// "Affichés : drapeau H du laboratoire et cible du patient (2 à 3, fixée par …)".
std::string displayed(const Measure& measure, const relais::Target& set) {
  std::string text = "Affichés : ";
  if (measure.flag != Flag::absent) text += "drapeau " + fr::quoted(measure.observation.flag(), 12) + " du laboratoire et ";
  text += "cible du patient (" + target_text(set.low(), set.high());
  if (!set.set_by().empty()) text += ", fixée par " + fr::quoted(set.set_by(), 80);
  return text + ")";
}

// What the laboratory said of the analyte by the range of people without the doctor's target.
void explain(Reasons& reasons, const std::string& analyte) {
  for (const std::string_view rule : {"F1", "F2", "F3", "F4", "F5", "F7"}) reasons.lower(rule, analyte, Category::none);
}

bool inside(const Interval& value, const relais::Target& set) {
  return (!set.low() || under(value, {*set.low(), false}) == Against::inside) &&
         (!set.high() || over(value, {*set.high(), false}) == Against::inside);
}

// X4: the patient's target, or 2 to 3 when the doctor set none: that one raises and never declares normal.
void inr_under_avk(const Situation& situation, const Measure& measure, Reasons& reasons) {
  const auto value = measure.canonical();
  if (!value) return;
  const auto set = situation.target("INR");
  const std::optional<double> low = set ? set->low() : 2.0;
  const std::optional<double> high = set ? set->high() : 3.0;
  const bool high_target = high && *high > 3;
  const Limit critical{high_target ? 6.0 : 5.0, true};
  const Limit today = high_target ? Limit{*high, false} : Limit{4.0, true};
  const auto is_over = [&](const Limit& limit) { return over(*value, limit) == Against::beyond; };

  Category category = Category::none;
  std::string what;
  if (is_over(critical)) {
    category = Category::critique;
    what = "au moins " + fr::number(critical.value) + " sous antivitamine K";
  } else if (is_over(today)) {
    category = Category::aujourdhui;
    what = (today.inclusive ? "au moins " : "plus de ") + fr::number(today.value) + " sous antivitamine K";
  } else if (low && less_than(*value, *low)) {
    category = Category::aujourdhui;
    what = "sous la cible " + target_text(low, high);
  } else if (high && is_over({*high, false})) {
    category = Category::a_voir;
    what = "au-dessus de la cible " + target_text(low, high);
  } else if (!set) {
    category = Category::a_voir;
    what = "sous antivitamine K";
  }
  const std::string missing = set ? "" : " ; aucune cible enregistrée, 2 à 3 ne sert qu'à alerter";
  if (category != Category::none) {
    reasons.add("X4", category, fr::named(measure) + " : " + what + missing + fr::details(situation, measure) + ".",
                inr_source, "INR", measure.observation.id());
    return;
  }
  if (!inside(*value, *set)) return;
  reasons.add("X4", Category::normal,
              fr::named(measure) + " : dans la cible du patient. " + displayed(measure, *set) +
                  fr::details(situation, measure) + ".",
              inr_source, "INR", measure.observation.id());
  explain(reasons, "INR");
}

// X3: any other target. Thresholds C and J and trends still apply.
void target(const Situation& situation, const Measure& measure, Reasons& reasons) {
  const std::string& id = measure.analyte->id;
  const auto value = measure.canonical();
  const auto set = situation.target(id);
  if (!value || !set) return;
  constexpr std::string_view source = "cible fixée par le médecin";
  if (!inside(*value, *set)) {
    reasons.add("X3", Category::a_voir,
                fr::named(measure) + fr::converted(measure) + " : hors de la cible du patient. " +
                    displayed(measure, *set) + fr::details(situation, measure) + ".",
                source, id, measure.observation.id());
    return;
  }
  reasons.add("X3", Category::normal,
              fr::named(measure) + fr::converted(measure) + " : dans la cible du patient. " + displayed(measure, *set) +
                  fr::details(situation, measure) + ".",
              source, id, measure.observation.id());
  explain(reasons, id);
  for (const std::string_view rule : {"D-HBA1C", "D-FER", "D-PSA", "D-BNP"}) reasons.lower(rule, id, Category::none);
}

// ---- X2

// Whether the value is abnormal on the declared side.
bool abnormal_side(const Situation& situation, const Measure& measure, const Interval& value, bool low) {
  const Thresholds limits = situation.thresholds(*measure.analyte);
  const auto beyond = [&](const std::optional<Limit>& limit) {
    return limit && (low ? under(value, *limit) : over(value, *limit)) == Against::beyond;
  };
  if (low) {
    return measure.below_range() || measure.flag == Flag::low || measure.flag == Flag::very_low ||
           beyond(limits.critical_low) || beyond(limits.today_low);
  }
  return measure.above_range() || measure.flag == Flag::high || measure.flag == Flag::very_high ||
         beyond(limits.critical_high) || beyond(limits.today_high);
}

// The last three earlier numbers, most recent first; nothing when there are fewer than two.
std::vector<double> last_three(const Situation& situation, const Measure& measure) {
  std::vector<double> values;
  for (const Measure* const one : situation.earlier(measure, std::chrono::days(730))) {
    if (const auto value = exact_canonical(*one); value && values.size() < 3) values.push_back(*value);
  }
  return values.size() < 2 ? std::vector<double>{} : values;
}

// A similar value that a doctor has seen, of the last seven days.
bool seen_this_week(const Situation& situation, const Measure& measure, double value, double share) {
  const auto week = situation.earlier(measure, std::chrono::days(7));
  return std::any_of(week.begin(), week.end(), [&](const Measure* one) {
    const auto before = exact_canonical(*one);
    return before && one->observation.seen_by_doctor() && compare(std::abs(value - *before), share * *before) <= 0;
  });
}

// The worst number of the report for the analyte of `measure`, told once, at its first measure; nothing when one of
// them is not exact.
std::optional<double> worst_of_report(const Situation& situation, const Measure& measure, bool low) {
  const auto measures = measures_of(situation, measure.analyte->id);
  if (measures.empty() || measures.front() != &measure) return std::nullopt;
  std::optional<double> worst;
  for (const Measure* const one : measures) {
    const auto value = exact_canonical(*one);
    if (!value) return std::nullopt;
    worst = !worst ? *value : low ? std::min(*worst, *value) : std::max(*worst, *value);
  }
  return worst;
}

// Rule and subject of what may be said of the level of one analyte: the thresholds, those that the ground moves, the
// very abnormal flag. A trend, an association or an acute kidney injury is no level: what is known does not explain it.
std::vector<std::pair<std::string, std::string>> levels_told(const Measure& measure) {
  const std::string& id = measure.analyte->id;
  return {{"C-" + id, id},    {"J-" + id, id}, {"F2", id}, {"D-TROP", id},
          {"D-DDIM", id}, {"X5", id},      {"X7", id}, {"X6", std::string(measure.observation.id())}};
}

void known_anomaly(const Situation& situation, const Measure& measure, bool low, Reasons& reasons) {
  const std::string& id = measure.analyte->id;
  const auto known = situation.known_anomaly(id, low ? relais::Direction::low : relais::Direction::high);
  const auto value = worst_of_report(situation, measure, low);
  if (!known || !value || !abnormal_side(situation, measure, *measure.canonical(), low)) return;
  const std::vector<double> earlier = last_three(situation, measure);
  if (earlier.empty()) return;
  const double share = situation.changes().of(id).known;
  const double worst = low ? *std::min_element(earlier.begin(), earlier.end())
                           : *std::max_element(earlier.begin(), earlier.end());
  const double bound = low ? worst * (1 - share) : worst * (1 + share);
  if (low ? compare(*value, bound) < 0 : compare(*value, bound) > 0) return;

  const bool seen = seen_this_week(situation, measure, *value, share);
  Category category = Category::none;
  std::string lowered;
  for (const auto& [rule, about] : levels_told(measure)) {
    const Category weight = reasons.weight(rule, about);
    const Category explained = weight == Category::aujourdhui             ? Category::a_voir
                               : weight == Category::critique && seen ? Category::aujourdhui
                                                                          : weight;
    if (explained == weight) continue;
    reasons.lower(rule, about, explained);
    category = std::max(category, explained);
    lowered += (lowered.empty() ? "" : ", ") + rule;
  }
  if (category == Category::none) return;
  const std::chrono::year_month_day until(*known->until());
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  reasons.add("X2", category,
              fr::named(measure) + fr::converted(measure) + " : anomalie connue (" + (low ? "valeur basse" : "valeur haute") +
                  "), déclarée par " + (known->set_by().empty() ? "le médecin" : fr::quoted(known->set_by(), 80)) +
                  " jusqu'au " + two(static_cast<unsigned>(until.day())) + "/" +
                  two(static_cast<unsigned>(until.month())) + "/" + std::to_string(static_cast<int>(until.year())) +
                  ", sans aggravation de plus de " + fr::number(share * 100) + " % contre la pire des " +
                  std::to_string(earlier.size()) + " dernières valeurs" +
                  (seen ? " ; valeur semblable vue par un médecin dans les 7 jours" : "") + ". Explique " + lowered +
                  ", ne rend jamais normal" + fr::details(situation, measure) + ".",
              "anomalie connue déclarée par le médecin ; Barnsley Hospital et Heart of England, résultats durablement "
              "anormaux (à confirmer par le médecin)",
              id, measure.observation.id());
}

}  // namespace

void doctors_words(const Situation& situation, Reasons& reasons) {
  if (!situation.settled()) return;
  for (const Measure& measure : situation.measures()) {
    if (measure.analyte == nullptr || !rendered(situation, measure)) continue;
    const bool inr = measure.analyte->id == "INR" && situation.has("avk");
    inr ? inr_under_avk(situation, measure, reasons) : target(situation, measure, reasons);
    known_anomaly(situation, measure, true, reasons);
    known_anomaly(situation, measure, false, reasons);
  }
}

}  // namespace bio
