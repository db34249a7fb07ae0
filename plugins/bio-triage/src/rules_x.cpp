// SPDX-License-Identifier: Apache-2.0
// Family X: the ground that makes a value more or less dangerous (X1, X5, X6, X7).
#include <algorithm>
#include <cmath>
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::string_view own_choice = "choix de Relais (à confirmer par le médecin)";
constexpr std::string_view potassium_source =
    "ERC 2025 et SEC, hyperkaliémie ; hypokaliémie : choix de Relais (à confirmer par le médecin)";

// X6: under two years no threshold of the table applies; any flag is for the day.
void under_two(const Situation& situation, const Measure& measure, Reasons& reasons) {
  if (!flagged(measure.flag)) return;
  reasons.add("X6", Category::aujourdhui,
              fr::named(measure) + " : signalé par le laboratoire chez un enfant de moins de 2 ans, aucun seuil de l'adulte n'est appliqué" +
                  fr::details(situation, measure) + ".",
              own_choice, measure.observation.id(), measure.observation.id());
}

// X1: dialysis is itself a stage 3; creatinine and urea are left to the flag, potassium to its own two thresholds.
void dialysed(const Measure& measure, Reasons& reasons) {
  const std::string& id = measure.analyte->id;
  const auto value = measure.canonical();
  const bool potassium = id == "K" && value && at_least(*value, 5.5);
  if (id != "CREA" && id != "UREE" && !potassium) return;
  reasons.add("X1", Category::none,
              potassium ? "Patient dialysé : le potassium est critique à partir de 6,5 mmol/L et du jour à partir de 6,0."
                        : "Patient dialysé : ni algorithme d'insuffisance rénale aiguë ni seuil critique de créatinine "
                          "ou d'urée ; le drapeau du laboratoire reste.",
              "KDIGO 2012 (l'épuration est un stade 3) ; choix de Relais", potassium ? "X1-K" : "X1",
              measure.observation.id());
}

// X7: what a potassium means in a patient at risk.
void potassium(const Situation& situation, const Measure& measure, Reasons& reasons) {
  const auto value = measure.canonical();
  if (!value) return;
  const bool raas = situation.has("ieca_ara2") || situation.has("mra");
  // Dialysis has its own thresholds (X1).
  const std::string high_ground = situation.has("dialyse")                   ? ""
                                  : situation.has("irc")                     ? "maladie rénale chronique"
                                  : situation.has("insuffisance_cardiaque")  ? "insuffisance cardiaque"
                                  : situation.has("diabete") && raas ? "diabète sous bloqueur du système rénine-angiotensine"
                                                                     : "";
  const auto add = [&](Category category, const std::string& what) {
    reasons.add("X7", category, fr::named(measure) + " : " + what + fr::details(situation, measure) + ".",
                potassium_source, "K", measure.observation.id());
  };
  if (!high_ground.empty() && at_least(*value, 6.0)) {
    return add(Category::critique, "au moins 6,0 mmol/L avec " + high_ground);
  }
  if (!high_ground.empty() && at_least(*value, 5.5)) {
    return add(Category::aujourdhui, "au moins 5,5 mmol/L avec " + high_ground);
  }
  const bool low = less_than(*value, 3.5);
  if (low && situation.has("digoxine")) return add(Category::critique, "moins de 3,5 mmol/L sous digoxine");
  if (low && (situation.has("cardiopathie") || situation.has("insuffisance_cardiaque"))) {
    return add(Category::aujourdhui, "moins de 3,5 mmol/L avec une maladie cardiaque");
  }
  // A condition or a treatment without a code may be the one that matters: doubt goes up to the day.
  if (situation.context_complete() || situation.has("dialyse")) return;
  if (low || at_least(*value, 5.5)) {
    add(Category::aujourdhui, "terrain inconnu, une pathologie ou un traitement du dossier n'est pas codé");
  }
}

// ---- X5: pregnancy

// Codes of a fasting glucose.
bool fasting(const Measure& measure) {
  const std::string_view code = measure.observation.code();
  return measure.observation.fasting() == 1 || code == "14771-0" || code == "40193-5";
}

class PregnantPatient {
 public:
  PregnantPatient(const Situation& situation, const Pregnancy& pregnancy, Reasons& reasons)
      : situation_(situation), pregnancy_(pregnancy), reasons_(reasons) {}

  void judge(const Measure& measure) const {
    const auto value = measure.canonical();
    if (!value) return;
    const std::string& id = measure.analyte->id;
    if (id == "GLU") glucose(measure, *value);
    // 60 mg/L in the canonical unit.
    if (id == "URAT" && more_than(*value, 60 * 5.948)) add(measure, Category::aujourdhui, "plus de 60 mg/L");
    // A term that is not known counts as past 20 weeks: doubt goes up.
    if (pregnancy_.weeks && *pregnancy_.weeks < 20) return;
    if (id == "PLQ" && less_than(*value, 100)) add(measure, Category::critique, "moins de 100 × 10⁹/L");
    if ((id == "ASAT" || id == "ALAT") && measure.high && more_than(*measure.value, 2 * *measure.high)) {
      add(measure, Category::critique, "plus de 2 fois la limite haute du laboratoire");
    }
    if (id == "CREA" && at_least(*value, 90)) add(measure, Category::critique, "au moins 90 µmol/L");
    if (id == "PU24" && at_least(*value, 0.3)) add(measure, Category::aujourdhui, "au moins 0,3 g/24 h");
  }

 private:
  void glucose(const Measure& measure, const Interval& value) const {
    // Said not fasting: another threshold, which was not read.
    if (measure.observation.fasting() == 2) return;
    // 0,92 g/L is written 5,1 mmol/L: compared at the hundredth of a gram.
    const double grams = std::round(value.low / 5.551 * 100) / 100;
    if (!std::isfinite(grams) || compare(grams, 0.92) < 0) return;
    add(measure, Category::aujourdhui,
        std::string("au moins 0,92 g/L à jeun") + (fasting(measure) ? "" : ", jeûne non précisé"));
  }

  void add(const Measure& measure, Category category, const std::string& what) const {
    const std::string term = pregnancy_.weeks ? "grossesse de " + std::to_string(*pregnancy_.weeks) + " SA"
                                              : std::string("grossesse, terme inconnu");
    reasons_.add("X5", category,
                 fr::named(measure) + fr::converted(measure) + " : " + what + ", " + term +
                     fr::details(situation_, measure) + ".",
                 "diabète gestationnel et pré-éclampsie : société savante à préciser ; grille d'alerte de laboratoire "
                 "IT A0 122 (2019) (à confirmer par le médecin)",
                 measure.analyte->id, measure.observation.id());
  }

  const Situation& situation_;
  const Pregnancy pregnancy_;
  Reasons& reasons_;
};

}  // namespace

void ground(const Situation& situation, Reasons& reasons) {
  if (!situation.settled()) return;
  const auto pregnancy = situation.pregnancy();
  for (const Measure& measure : situation.measures()) {
    if (!rendered(situation, measure)) continue;
    if (situation.age_band() == AgeBand::under_2) {
      under_two(situation, measure, reasons);
      continue;
    }
    if (measure.analyte == nullptr) continue;
    if (situation.has("dialyse")) dialysed(measure, reasons);
    if (measure.analyte->id == "K") potassium(situation, measure, reasons);
    if (pregnancy) PregnantPatient(situation, *pregnancy, reasons).judge(measure);
  }
}

}  // namespace bio
