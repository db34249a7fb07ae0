// SPDX-License-Identifier: Apache-2.0
#include "egfr.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

struct Coefficients {
  double scale, female_exponent, male_exponent, high_exponent, per_year, female;
};

double ckd_epi(double creatinine, int age, relais::Sex sex, const Coefficients& by) {
  const bool female = sex == relais::Sex::female;
  const double ratio = creatinine / 88.4 / (female ? 0.7 : 0.9);
  return by.scale * std::pow(std::min(ratio, 1.0), female ? by.female_exponent : by.male_exponent) *
         std::pow(std::max(ratio, 1.0), by.high_exponent) * std::pow(by.per_year, age) * (female ? by.female : 1);
}

}  // namespace

double ckd_epi_2009(double creatinine, int age, relais::Sex sex) {
  return ckd_epi(creatinine, age, sex, {141, -0.329, -0.411, -1.209, 0.993, 1.018});
}

double ckd_epi_2021(double creatinine, int age, relais::Sex sex) {
  return ckd_epi(creatinine, age, sex, {142, -0.241, -0.302, -1.200, 0.9938, 1.012});
}

std::string_view filtration_stage(double rate) {
  return rate >= 90 ? "G1" : rate >= 60 ? "G2" : rate >= 45 ? "G3a" : rate >= 30 ? "G3b" : rate >= 15 ? "G4" : "G5";
}

void estimated_filtration(const Situation& situation, Reasons& reasons) {
  const auto age = situation.age();
  if (!age || *age < 18 || situation.sex() == relais::Sex::unknown || situation.pregnancy()) return;
  if (kidney_injury(reasons) || situation.has("dialyse")) return;
  // The laboratory's own is preferred, whatever its unit.
  for (const Measure& measure : situation.measures()) {
    if (measure.analyte != nullptr && measure.analyte->id == "DFG") return;
  }
  for (const Measure* const creatinine : measures_of(situation, "CREA")) {
    const auto value = exact_canonical(*creatinine);
    if (!value || *value <= 0) continue;
    const double rate = ckd_epi_2009(*value, *age, situation.sex());
    reasons.add("DFG-CALCULE", Category::none,
                fr::named(*creatinine) + " : débit de filtration estimé par Relais à " + fr::number(std::round(rate)) +
                    " mL/min/1,73 m² (stade " + std::string(filtration_stage(rate)) +
                    "), le laboratoire n'en a pas rendu ; montré seulement, aucune règle ne s'y applique.",
                "HAS 2011, équation CKD-EPI 2009 ; KDIGO 2024 (à confirmer par le médecin)", "DFG-CALCULE",
                creatinine->observation.id());
  }
}

}  // namespace bio
