// SPDX-License-Identifier: Apache-2.0
// Family D: decisions tied to the number of one analyte.
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::string_view to_confirm = " (à confirmer par le médecin)";

struct Teller {
  const Situation& situation;
  Reasons& reasons;

  void operator()(std::string_view rule, Category category, const Measure& measure, const std::string& what,
                  std::string_view source) const {
    reasons.add(rule, category,
                fr::named(measure) + fr::converted(measure) + " : " + what + fr::details(situation, measure) + ".",
                std::string(source) + std::string(to_confirm),
                measure.analyte != nullptr ? measure.analyte->id : measure.observation.id(), measure.observation.id());
  }
};

// "Above range" by the report's own bound; a laboratory that gives none says it with its flag.
bool above(const Measure& measure) {
  if (measure.high && measure.value) return measure.above_range();
  return measure.flag == Flag::high || measure.flag == Flag::very_high;
}

// D-DDIM: 500 µg/L FEU, age x 10 over fifty. A number in DDU units (48066-5) is doubled to be compared.
void d_dimer(const Teller& tell, const Measure& measure, const Interval& value, bool doubled) {
  const auto age = tell.situation.age();
  const bool by_age = age && *age > 50;
  const double limit = by_age ? *age * 10.0 : 500.0;
  if (!at_least(value, limit)) return;
  tell("D-DDIM", Category::critique, measure,
       "au moins " + fr::number(limit) + " µg/L FEU" + (by_age ? " (âge × 10)" : "") +
           (doubled ? ", unités DDU doublées pour comparer, à vérifier avec le laboratoire" : ""),
       "Barnsley Hospital, liste pour les généralistes ; seuil selon l'âge : société savante à préciser");
}

void d_dimers(const Teller& tell, const AnalyteTable& table) {
  for (const Measure* const one : measures_of(tell.situation, "DDI")) d_dimer(tell, *one, *one->canonical(), false);
  const Analyte* const feu = table.by_id("DDI");
  for (const Measure& measure : tell.situation.measures()) {
    if (feu == nullptr || measure.observation.code() != "48066-5" || !measure.value) continue;
    const auto conversion = feu->units.find(measure.observation.unit());
    if (!conversion || !rendered(tell.situation, measure)) continue;
    d_dimer(tell, measure, measure.value->converted([&](double x) { return 2 * (*conversion)(x); }), true);
  }
}

void troponin(const Teller& tell) {
  for (const Measure* const one : measures_of(tell.situation, "TROP")) {
    if (!above(*one)) continue;
    tell("D-TROP", Category::critique, *one, "au-dessus de la limite du laboratoire",
         "Royal College of Pathologists G158 (2017)");
  }
}

void thyroid(const Teller& tell) {
  const auto thyroxine = measures_of(tell.situation, "T4L");
  for (const Measure* const tsh : measures_of(tell.situation, "TSH")) {
    if (!less_than(*tsh->canonical(), 0.1)) continue;
    for (const Measure* const free : thyroxine) {
      if (!above(*free)) continue;
      tell("D-TSH", Category::aujourdhui, *tsh, "TSH de moins de 0,1 avec une T4 libre haute (" + fr::value(*free) + ")",
           "hyperthyroïdie : société savante à préciser ; délai : choix de Relais");
      tell("D-TSH", Category::aujourdhui, *free, "T4 libre haute avec une TSH de moins de 0,1 (" + fr::value(*tsh) + ")",
           "hyperthyroïdie : société savante à préciser ; délai : choix de Relais");
    }
  }
}

// D-HCG: a sex or an age that is not known does not lower.
void hcg(const Teller& tell) {
  const Situation& situation = tell.situation;
  if (!situation.settled() || situation.sex() == relais::Sex::male || situation.pregnancy()) return;
  if (situation.age() && (*situation.age() < 11 || *situation.age() > 55)) return;
  for (const Measure* const one : measures_of(situation, "HCG")) {
    if (!at_least(*one->canonical(), 5)) continue;
    tell("D-HCG", Category::aujourdhui, *one, "au moins 5 UI/L chez une femme de 11 à 55 ans sans grossesse connue",
         "choix de Relais");
  }
}

void to_be_seen(const Teller& tell) {
  const Situation& situation = tell.situation;
  const auto each = [&](std::string_view rule, std::string_view analyte, auto test, const std::string& what,
                        std::string_view source) {
    for (const Measure* const one : measures_of(situation, analyte)) {
      if (test(*one->canonical())) tell(rule, Category::a_voir, *one, what, source);
    }
  };
  const auto from = [](double limit) { return [limit](const Interval& value) { return at_least(value, limit); }; };
  const auto over = [](double limit) { return [limit](const Interval& value) { return more_than(value, limit); }; };
  if (!situation.has("diabete")) {
    each("D-HBA1C", "HBA1C", from(6.5), "au moins 6,5 % sans diabète connu",
         "diabète de type 2 : société savante à préciser");
  }
  each("D-BNP", "BNP", from(35), "au moins 35 ng/L", "ESC, insuffisance cardiaque");
  each("D-BNP", "NTBNP", from(125), "au moins 125 ng/L", "ESC, insuffisance cardiaque ; NICE NG106");
  if (situation.has("prostatectomie")) {
    each("D-PSA", "PSA", over(0.2), "plus de 0,2 µg/L après prostatectomie", "EAU, à vérifier");
  } else {
    each("D-PSA", "PSA", over(4), "plus de 4 µg/L", "AFU ; EAU, à vérifier");
  }
  each("D-FER", "FER", [](const Interval& value) { return less_than(value, 45); }, "moins de 45 µg/L",
       "anémie ferriprive : société savante à préciser");
  each("D-FER", "FER", over(1000), "plus de 1000 µg/L", "hyperferritinémie : société savante à préciser");
}

}  // namespace

void decisions(const Situation& situation, Reasons& reasons) {
  // Under two years no threshold applies (X6).
  if (situation.age_band() == AgeBand::under_2) return;
  const Teller tell{situation, reasons};
  d_dimers(tell, situation.analytes());
  troponin(tell);
  thyroid(tell);
  hcg(tell);
  to_be_seen(tell);
}

}  // namespace bio
