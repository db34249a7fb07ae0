// SPDX-License-Identifier: Apache-2.0
// Family T: what a result says against earlier ones.
#include <chrono>
#include <cmath>
#include <string>

#include "egfr.h"
#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

using std::chrono::days;

constexpr std::string_view to_confirm = " (à confirmer par le médecin)";

// Rounded to what people write.
std::string shown(double value) { return fr::number(std::round(value * 10) / 10); }

struct Teller {
  const Situation& situation;
  Reasons& reasons;
  const Measure& now;

  double age_in_days(const Measure& earlier) const {
    const auto age = situation.before(earlier, now);
    return age ? std::chrono::duration<double, days::period>(*age).count() : 0;
  }

  void add(std::string_view rule, Category category, const std::string& what, const Measure& earlier,
           std::string_view source) const {
    const auto age = situation.before(earlier, now);
    reasons.add(rule, category,
                fr::named(now) + fr::converted(now) + " : " + what + " (" + fr::value(earlier) +
                    (age ? ", " + fr::ago(*age) : "") + ").",
                std::string(source) + std::string(to_confirm), now.analyte->id, now.observation.id());
    reasons.add(rule, category, "", source, now.analyte->id, earlier.observation.id());
  }
};

void haemoglobin(const Teller& tell, double value) {
  const auto earlier = tell.situation.earlier(tell.now, days(90));
  const auto before = earlier.empty() ? std::nullopt : exact_canonical(*earlier.front());
  if (!before || compare(*before - value, 20) < 0) return;
  tell.add("T-HB", Category::aujourdhui,
           "baisse de " + shown(*before - value) + " g/L contre la dernière valeur des 90 jours", *earlier.front(),
           "ISTH 2005, hémorragie majeure ; fenêtre : choix de Relais");
}

void platelets(const Teller& tell, double value) {
  const auto earlier = tell.situation.earlier(tell.now, days(30));
  const auto before = earlier.empty() ? std::nullopt : exact_canonical(*earlier.front());
  if (!before || *before <= 0 || compare(value, *before / 2) > 0) return;
  const bool heparin = tell.situation.has("heparine");
  std::string what = "au plus la moitié de la dernière valeur des 30 jours";
  if (heparin) what += ", sous héparine";
  if (!heparin && !tell.situation.context_complete()) what += " ; traitement par héparine à vérifier";
  tell.add("T-PLQ", heparin ? Category::critique : Category::aujourdhui, what, *earlier.front(),
           "GIHP et GFHT 2019, score 4T");
}

void sodium(const Teller& tell, double value) {
  if (compare(value, 130) >= 0) return;
  for (const Measure* const earlier : tell.situation.earlier(tell.now, std::chrono::hours(48))) {
    const auto before = exact_canonical(*earlier);
    if (!before || compare(*before, 135) < 0) continue;
    tell.add("T-NA", Category::critique, "moins de 130 mmol/L alors qu'il était d'au moins 135 dans les 48 heures",
             *earlier, "hyponatrémie aiguë, moins de 48 heures : société savante à préciser");
    return;
  }
}

void filtration(const Teller& tell, double value) {
  if (kidney_injury(tell.reasons)) return;
  for (const Measure* const earlier : tell.situation.earlier(tell.now, days(730))) {
    const auto before = exact_canonical(*earlier);
    if (!before || *before <= 0) continue;
    const double age = std::round(tell.age_in_days(*earlier));
    const double yearly = age > 0 ? (*before - value) / (age / 365) : 0;
    // Six months, the shortest of which have 181 days.
    if (age >= 181 && compare(yearly, 5) >= 0) {
      tell.add("T-DFG", Category::a_voir, "perte de " + shown(yearly) + " mL/min/1,73 m² par an", *earlier,
               "KDIGO 2024, progression de la maladie rénale chronique");
      return;
    }
    if (compare(*before - value, 0.25 * *before) >= 0 && filtration_stage(value) != filtration_stage(*before)) {
      tell.add("T-DFG", Category::a_voir,
               "baisse d'au moins 25 % avec changement de stade (" + std::string(filtration_stage(*before)) + " à " +
                   std::string(filtration_stage(value)) + ")",
               *earlier, "KDIGO 2024, progression de la maladie rénale chronique");
      return;
    }
  }
}

void glycated(const Teller& tell, double value) {
  // Two to thirteen months, the shortest of which have 59 days and the longest 397.
  for (const Measure* const earlier : tell.situation.earlier(tell.now, days(398))) {
    const double age = std::round(tell.age_in_days(*earlier));
    if (age < 59 || age > 397) continue;
    const auto before = exact_canonical(*earlier);
    if (before && compare(value - *before, 0.5) >= 0) {
      tell.add("T-HBA1C", Category::a_voir, "hausse de " + shown(value - *before) + " point", *earlier,
               "choix de Relais");
    }
    return;
  }
}

// T-RCV: a sentence and a rank.
void change(const Teller& tell, double value) {
  const auto& reference = tell.situation.changes().of(tell.now.analyte->id);
  const Measure* const earlier = tell.situation.previous(tell.now);
  const auto before = earlier == nullptr ? std::nullopt : exact_canonical(*earlier);
  if (!reference.followed || !before || *before <= 0) return;
  const double share = (value - *before) / *before;
  if (compare(std::abs(share), *reference.followed) <= 0) return;
  tell.add("T-RCV", Category::none,
           "changement de " + std::string(share > 0 ? "+" : "−") + fr::number(std::round(std::abs(share) * 100)) +
               " %, au-delà de la variation attendue de " + fr::number(std::round(*reference.followed * 1000) / 10) +
               " % ; il explique et ne change pas la catégorie",
           *earlier, reference.source);
}

}  // namespace

void trends(const Situation& situation, Reasons& reasons) {
  if (!situation.settled()) return;
  for (const Measure& measure : situation.measures()) {
    const auto value = exact_canonical(measure);
    if (measure.analyte == nullptr || !value || !rendered(situation, measure)) continue;
    const Teller tell{situation, reasons, measure};
    const std::string& id = measure.analyte->id;
    if (id == "HB") haemoglobin(tell, *value);
    if (id == "PLQ") platelets(tell, *value);
    if (id == "NA") sodium(tell, *value);
    if (id == "DFG") filtration(tell, *value);
    if (id == "HBA1C") glycated(tell, *value);
    change(tell, *value);
  }
}

}  // namespace bio
