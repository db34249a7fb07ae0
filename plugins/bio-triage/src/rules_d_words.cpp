// SPDX-License-Identifier: Apache-2.0
// D-MICRO and D-ANNONCE: what is told in words, and the counts of a urine culture.
#include <algorithm>
#include <cmath>
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::string_view to_confirm = " (à confirmer par le médecin)";

std::string joined(const Measure& measure) {
  const relais::Observation& one = measure.observation;
  return std::string(one.value_text()) + " ; " + std::string(one.comment());
}

bool recognised_negative(const Situation& situation, const Measure& measure) {
  return !measure.value &&
         situation.words().negative(measure.observation.value_text(), measure.observation.value_code());
}

// A laboratory that flags it, a number beyond its range, or words that affirm it.
bool positive(const Situation& situation, const Measure& measure) {
  if (flagged(measure.flag) || measure.above_range()) return true;
  if (measure.flag != Flag::absent || recognised_negative(situation, measure)) return false;
  const std::string words = joined(measure);
  return situation.words().affirms(Family::positive, words) || situation.words().affirms(Family::germ, words);
}

// ---- cultures

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool coded(const Measure& measure, std::initializer_list<std::string_view> loinc) {
  return std::find(loinc.begin(), loinc.end(), measure.observation.code()) != loinc.end();
}

bool specimen_is(const Measure& measure, std::string_view stem) {
  return folded(measure.observation.specimen()).find(stem) != std::string::npos;
}

bool blood_culture(const Situation& situation, const Measure& measure) {
  if (coded(measure, {"600-7", "17928-3", "17934-1"})) return true;
  const std::string_view label = measure.observation.label();
  if (situation.words().begins(Family::blood_culture, label)) return true;
  const std::string plain = folded(label);
  const bool from_blood = specimen_is(measure, "sang") || specimen_is(measure, "blood") || specimen_is(measure, "hemoc") ||
                          plain.find("sang") != std::string::npos;
  return from_blood && plain.find("cultur") != std::string::npos;
}

// Units in which colonies are counted.
bool counts_colonies(const Measure& measure) {
  const std::string unit = normal_unit(measure.observation.unit());
  return unit.starts_with("ufc/") || unit.starts_with("cfu/") || unit.starts_with("[cfu]/") ||
         unit.starts_with("germes/") || unit.starts_with("bacteries/");
}

bool urine_culture(const Situation& situation, const Measure& measure) {
  if (coded(measure, {"630-4"})) return true;
  const std::string_view label = measure.observation.label();
  if (situation.words().begins(Family::beside_culture, label)) return false;
  const bool germ_named = situation.words().begins(Family::germ, label);
  const std::string plain = folded(label);
  const bool from_urine = specimen_is(measure, "urin") || plain.find("urin") != std::string::npos;
  const bool named = situation.words().begins(Family::urine_culture, label) ||
                     (from_urine && (germ_named || plain.find("cultur") != std::string::npos));
  // A number is a culture only when it counts colonies.
  if (measure.value) {
    const bool counted = counts_colonies(measure) || (germ_named && normal_unit(measure.observation.unit()) == "/ml");
    return counted && (named || germ_named || from_urine);
  }
  return named;
}

// Lower case, one form of "ten to the power", plain spaces: "10⁵", "10*5", "10E5", "10 puissance 5" are "10^5".
std::string normal_exponents(std::string_view written) {
  static constexpr std::pair<std::string_view, std::string_view> forms[] = {
      {"\u2070", "^0"}, {"\u00b9", "^1"}, {"\u00b2", "^2"}, {"\u00b3", "^3"}, {"\u2074", "^4"}, {"\u2075", "^5"},
      {"\u2076", "^6"}, {"\u2077", "^7"}, {"\u2078", "^8"}, {"\u2079", "^9"}, {"\u00a0", " "}, {"\u202f", " "},
      {"10*", "10^"},   {"10e", "10^"},   {"10 puissance ", "10^"}};
  std::string text = folded(written);
  for (const auto& [from, to] : forms) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

// A count written in words: "10^5 UFC/mL", "10⁵", "10E5", "100 000 UFC/mL". Nothing when there is none.
std::optional<double> count_in(std::string_view written) {
  const std::string text = normal_exponents(written);
  std::optional<double> found;
  const auto keep = [&](double count, std::size_t at) {
    const std::size_t before = text.find_last_not_of(' ', at == 0 ? 0 : at - 1);
    const bool less = at > 0 && before != std::string::npos && text[before] == '<';
    // "< 1000" is not 1000.
    const double counted = less ? count * 0.999 : count;
    found = found ? std::max(*found, counted) : counted;
  };
  for (std::size_t at = text.find("10^"); at != std::string::npos; at = text.find("10^", at + 1)) {
    int power = 0;
    std::size_t digit = at + 3;
    for (; digit < std::min(text.size(), at + 5) && is_digit(text[digit]); ++digit) power = power * 10 + (text[digit] - '0');
    if (digit > at + 3) keep(std::pow(10, power), at);
  }
  for (const std::string_view unit : {"ufc", "cfu", "germes", "bacteries"}) {
    for (std::size_t at = text.find(unit); at != std::string::npos; at = text.find(unit, at + 1)) {
      std::size_t begin = at;
      std::string digits;
      while (begin > 0 && (text[begin - 1] == ' ' || is_digit(text[begin - 1]))) {
        --begin;
        if (text[begin] != ' ') digits.insert(digits.begin(), text[begin]);
      }
      const bool exponent = begin > 0 && (text[begin - 1] == '^' || text[begin - 1] == '.' || text[begin - 1] == ',');
      if (!digits.empty() && digits.size() < 12 && !exponent) {
        keep(std::stod(digits), text.find_first_not_of(' ', begin));
      }
    }
  }
  return found;
}

// A line of the same report that names the germ of a culture.
bool identifies(const Measure& measure) {
  const std::string label = folded(measure.observation.label());
  for (const std::string_view word : {"identif", "germe", "souche", "isolat"}) {
    if (label.find(word) != std::string::npos) return true;
  }
  return false;
}

struct UrineCulture {
  bool positive = false;
  std::string words;            // everything that names a germ
  std::optional<double> count;  // the highest, UFC/mL
  std::vector<const Measure*> measures;
};

UrineCulture read_urine(const Situation& situation) {
  UrineCulture culture;
  for (const Measure& measure : situation.measures()) {
    if (!rendered(situation, measure) || !urine_culture(situation, measure)) continue;
    const std::string label(measure.observation.label());
    culture.measures.push_back(&measure);
    const bool named_and_counted = measure.value && situation.words().begins(Family::germ, label);
    culture.positive = culture.positive || positive(situation, measure) || named_and_counted;
    culture.words += label + " ; " + joined(measure) + " ; ";
    // "> 100000" is at least that; "< 1000" is less than that.
    std::optional<double> count = measure.value ? std::optional(std::isfinite(measure.value->high)
                                                                    ? measure.value->high - (measure.value->high_open ? 1 : 0)
                                                                    : measure.value->low)
                                                : count_in(joined(measure));
    if (count) culture.count = culture.count ? std::max(*culture.count, *count) : *count;
  }
  if (culture.measures.empty()) return culture;
  for (const Measure& measure : situation.measures()) {
    if (!rendered(situation, measure) || !identifies(measure) || blood_culture(situation, measure)) continue;
    const std::string words = joined(measure);
    culture.positive = culture.positive || situation.words().affirms(Family::germ, words);
    culture.words += words + " ; ";
  }
  return culture;
}

// The count from which a germ counts, UFC/mL; nothing when no threshold was read for it.
std::optional<double> urine_threshold(const Situation& situation, const UrineCulture& culture) {
  if (situation.words().begins(Family::coli, culture.words)) return 1e3;
  if (!situation.words().begins(Family::enterobacteria, culture.words)) return std::nullopt;
  return situation.sex() == relais::Sex::female ? 1e4 : 1e3;
}

// ---- announcements

void announce(const Measure& measure, const std::string& what, Reasons& reasons) {
  reasons.add("D-ANNONCE", Category::aujourdhui, fr::name(measure) + " : " + what + ", annonce réservée au médecin.",
              "choix de Relais (à confirmer par le médecin)", measure.observation.id(), measure.observation.id());
}

// Serology, genome or antigen of an infection that only the doctor announces.
bool announced_infection(const Situation& situation, const Measure& measure) {
  const std::string_view label = measure.observation.label();
  const Words& words = situation.words();
  if (!words.begins(Family::announced, label) || words.begins(Family::immunity, label)) return false;
  if (positive(situation, measure)) return true;
  // A quantity without range and flag: something was found, unless it is told as less than.
  return measure.value && !measure.has_range() && measure.flag == Flag::absent && measure.value->low > 0;
}

bool affirms_malignancy(const Situation& situation, const Measure& measure) {
  const relais::Observation& one = measure.observation;
  return situation.words().affirms(Family::malignant, one.value_text()) ||
         situation.words().affirms(Family::malignant, one.comment());
}

}  // namespace

void cultures(const Situation& situation, Reasons& reasons) {
  for (const Measure& measure : situation.measures()) {
    if (!rendered(situation, measure) || !blood_culture(situation, measure) || !positive(situation, measure)) continue;
    reasons.add("D-MICRO", Category::critique, fr::named(measure) + " : hémoculture positive.",
                "Heart of England, phone limits" + std::string(to_confirm), "hemoculture", measure.observation.id());
  }
  const UrineCulture urine = read_urine(situation);
  const auto threshold = urine_threshold(situation, urine);
  const bool counted = threshold && urine.count;
  if (!(counted ? *urine.count >= *threshold : urine.positive)) return;
  for (const Measure* const measure : urine.measures) {
    reasons.add("D-MICRO", Category::aujourdhui,
                fr::named(*measure) + " : culture d'urine positive" +
                    (counted ? ", au moins " + fr::number(*threshold) + " UFC/mL pour ce germe" : "") + ".",
                "choix de Relais ; seuils par germe et par sexe : SPILF, à vérifier" + std::string(to_confirm),
                "culture d'urine", measure->observation.id());
  }
}

void announcement(const Situation& situation, Reasons& reasons) {
  if (situation.report().announcement_reserved()) {
    reasons.add("D-ANNONCE", Category::aujourdhui,
                "L'expéditeur demande que le patient ne le lise pas avant un professionnel, annonce réservée au médecin.",
                "métadonnée INVISIBLE_PATIENT du message ; choix de Relais", "", situation.report().id());
  }
  if (situation.report().status() == relais::ReportStatus::cancelled) return;
  for (const Measure& measure : situation.measures()) {
    if (!rendered(situation, measure)) continue;
    if (announced_infection(situation, measure)) announce(measure, "résultat positif", reasons);
    if (affirms_malignancy(situation, measure)) announce(measure, "le texte parle d'une lésion maligne", reasons);
  }
  if (situation.words().affirms(Family::malignant, situation.report().comment())) {
    reasons.add("D-ANNONCE", Category::aujourdhui,
                "Le commentaire du compte rendu parle d'une lésion maligne, annonce réservée au médecin.",
                "choix de Relais (à confirmer par le médecin)", "comment", situation.report().id());
  }
}

}  // namespace bio
