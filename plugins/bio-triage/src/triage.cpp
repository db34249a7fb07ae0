// SPDX-License-Identifier: Apache-2.0
#include "rules.h"

namespace bio {

Category triage(const Situation& situation, Reasons& reasons) {
  integrity(situation, reasons);
  if (situation.report().status() != relais::ReportStatus::cancelled) {
    kidney(situation, reasons);
    critical_thresholds(situation, reasons);
    combinations(situation, reasons);
    today_thresholds(situation, reasons);
    laboratory(situation, reasons);
    trends(situation, reasons);
    decisions(situation, reasons);
    cultures(situation, reasons);
    ground(situation, reasons);
    doctors_words(situation, reasons);
    estimated_filtration(situation, reasons);
  }
  announcement(situation, reasons);
  const Category category = settle(situation, reasons);
  if (category != Category::none) return category;
  // Nothing speaks for normal: silence never does.
  reasons.add("I7", Category::a_voir, "Aucun résultat exploitable dans ce compte rendu : à lire.", "choix de Relais", "",
              situation.report().id());
  return Category::a_voir;
}

}  // namespace bio
