// SPDX-License-Identifier: Apache-2.0
#include "doubts.h"

#include "words.h"

namespace ald {
namespace {

using relais::RightPeriod;

// Code 12 was taken off the list by decree 2011-726.
constexpr Date hypertension_closed = Date(std::chrono::year(2011) / std::chrono::June / 27);

}  // namespace

std::vector<Doubt> doubts(const Right& right, const End& end, const Durations& durations) {
  std::vector<Doubt> found;
  const auto odd = [&](const std::string& why) { found.push_back({"ALD-INCOHERENCE", ald(right) + " : " + why + "."}); };

  if (right.number.empty()) odd("numéro manquant");
  if (!right.number.empty() && durations.any(right.number) == nullptr) odd("numéro absent de la liste des ALD");
  if (right.from && right.until && *right.until < *right.from) odd("fin le " + french(*right.until) + " avant le début");
  if (right.number == "12" && right.period == RightPeriod::first && right.from && *right.from >= hypertension_closed) {
    odd("première demande le " + french(*right.from) + ", or ce numéro est fermé depuis le 27/06/2011");
  }
  if (right.from && right.previous_until) {
    if (*right.from <= *right.previous_until) {
      odd("cette période commence avant la fin de la précédente (" + french(*right.previous_until) + ")");
    } else if (*right.from > *right.previous_until + std::chrono::days(1)) {
      odd("interruption entre le " + french(*right.previous_until) + " et le " + french(*right.from));
    }
  }
  if (right.period == RightPeriod::renewal && never_renewed(right, durations)) {
    odd("renouvellement inscrit, or le texte n'en prévoit pas");
  }
  if (end.discrepancy) {
    found.push_back({"ALD-ECART", ald(right) + " : " + end_words(right, end) + " ; les textes donneraient le " +
                                      french(*end.discrepancy) + " (" + std::to_string(*end.years) +
                                      " ans depuis le " + french(*right.from) + ", " + end.length->regime + ")."});
  }
  // A period that was set back before a change of the texts and granted after it: which one holds was not confirmed.
  if (end.length != nullptr && right.protocol_on && end.length->until && *right.protocol_on > *end.length->until) {
    found.push_back({"ALD-REGIME", ald(right) + " : le protocole du " + french(*right.protocol_on) +
                                       " suit un changement des textes que le début du droit précède : durée incertaine."});
  }
  if (right.to_confirm) {
    found.push_back({"ALD-A-REVOIR", ald(right) + " : saisie par l'assistante, à revoir par le médecin."});
  }
  return found;
}

}  // namespace ald
