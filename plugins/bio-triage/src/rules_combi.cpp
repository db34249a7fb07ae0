// SPDX-License-Identifier: Apache-2.0
// C-COMBI: results that are critical together.
#include <string>

#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

constexpr std::string_view to_confirm = " (à confirmer par le médecin)";

class Combinations {
 public:
  Combinations(const Situation& situation, Reasons& reasons) : situation_(situation), reasons_(reasons) {}

  // The first measure of the analyte whose value the test holds for, null when there is none.
  template <class Test>
  const Measure* find(std::string_view analyte, Test test) const {
    for (const Measure* const one : measures_of(situation_, analyte)) {
      if (test(*one)) return one;
    }
    return nullptr;
  }
  const Measure* under(std::string_view analyte, double limit) const {
    return find(analyte, [&](const Measure& one) { return less_than(*one.canonical(), limit); });
  }
  const Measure* over(std::string_view analyte, double limit) const {
    return find(analyte, [&](const Measure& one) { return more_than(*one.canonical(), limit); });
  }

  void add(const std::string& about, const std::string& what, const std::string& source,
           std::initializer_list<const Measure*> measures) const {
    std::string names;
    for (const Measure* const one : measures) names += (names.empty() ? "" : ", ") + fr::named(*one);
    for (const Measure* const one : measures) {
      reasons_.add("C-COMBI", Category::critique, names + " : " + what + ".", source + std::string(to_confirm), about,
                   one->observation.id());
    }
  }

  // Anaemia by the report itself; without range and flag, by age and pregnancy.
  bool anaemia(const Measure& measure) const {
    if (measure.below_range() || measure.flag == Flag::low || measure.flag == Flag::very_low) return true;
    if (measure.has_range() || measure.flag != Flag::absent) return false;
    const auto limit = anaemia_limit();
    return limit && less_than(*measure.canonical(), *limit);
  }

 private:
  // WHO 2024, g/L.
  std::optional<double> anaemia_limit() const {
    if (const auto pregnancy = situation_.pregnancy()) {
      const bool second_trimester = pregnancy->weeks && *pregnancy->weeks >= 14 && *pregnancy->weeks < 28;
      return second_trimester ? 105 : 110;
    }
    const auto age = situation_.age();
    if (age && *age < 5) return 110;
    if (age && *age < 12) return 115;
    if (age && *age < 15) return 120;
    if (situation_.sex() == relais::Sex::female) return 120;
    // A sex that is not known counts as the one whose limit is met first.
    return 130;
  }

  const Situation& situation_;
  Reasons& reasons_;
};

}  // namespace

void combinations(const Situation& situation, Reasons& reasons) {
  if (situation.age_band() == AgeBand::under_2) return;
  const Combinations among(situation, reasons);

  const Measure* const potassium = among.over("K", 6.0);
  if (potassium != nullptr && reasons.fired("A1")) {
    for (const Measure* const creatinine : measures_of(situation, "CREA")) {
      among.add("combi-ira-k", "insuffisance rénale aiguë de stade 1 et potassium au-dessus de 6,0 mmol/L",
                "Royal College of Pathologists G158 (2017)", {creatinine, potassium});
    }
  }

  if (const Measure* const digoxin = among.over("DIG", 2.0)) {
    const std::string source = "Homerton, seuils d'appel aux généralistes";
    if (const Measure* const low = among.under("K", 3.5)) {
      among.add("combi-digoxine", "digoxine au-dessus de 2,0 nmol/L avec un potassium de moins de 3,5 mmol/L", source,
                {digoxin, low});
    } else if (const Measure* const magnesium = among.under("MG", 0.70)) {
      among.add("combi-digoxine", "digoxine au-dessus de 2,0 nmol/L avec un magnésium de moins de 0,70 mmol/L", source,
                {digoxin, magnesium});
    } else if (situation.has("irc")) {
      among.add("combi-digoxine", "digoxine au-dessus de 2,0 nmol/L avec une maladie rénale chronique", source,
                {digoxin});
    }
  }

  const Measure* const neutrophils = among.under("PNN", 1.0);
  const Measure* const platelets = among.under("PLQ", 100);
  const Measure* const haemoglobin = among.find("HB", [&](const Measure& one) { return among.anaemia(one); });
  if (neutrophils != nullptr && platelets != nullptr && haemoglobin != nullptr) {
    among.add("combi-pancytopenie",
              "pancytopénie (neutrophiles de moins de 1,0, plaquettes de moins de 100, hémoglobine basse)",
              "PNDS 2024, neutropénie ; limites d'anémie OMS 2024", {neutrophils, haemoglobin, platelets});
  }

  const Measure* const prothrombin = among.under("TP", 50);
  const Measure* const alat = among.find(
      "ALAT", [](const Measure& one) { return one.high && more_than(*one.value, 5 * *one.high); });
  if (prothrombin != nullptr && alat != nullptr && !situation.has("avk")) {
    among.add("combi-foie",
              "taux de prothrombine de moins de 50 % et ALAT au-dessus de 5 fois la limite haute, hors antivitamine K",
              "choix de Relais", {prothrombin, alat});
  }
}

}  // namespace bio
