// SPDX-License-Identifier: Apache-2.0
#include "recall/settings.h"

#include <cmath>

namespace recall {
namespace {

void whole(const relais::Slice& slice, std::string_view key, int& into) {
  if (const auto set = slice.setting(key)) into = static_cast<int>(std::floor(set->number()));
}
void yes_or_no(const relais::Slice& slice, std::string_view key, bool& into) {
  if (const auto set = slice.setting(key)) into = set->number() != 0;
}
void by_doctor(const relais::Slice& slice, std::string_view key, bool& into) {
  if (const auto set = slice.setting(key)) into = set->text() == "médecin";
}

}  // namespace

Settings read_settings(const relais::Slice& slice) {
  Settings made;
  whole(slice, "horizon.jours", made.horizon_days);
  whole(slice, "delai.minimal.jours", made.minimum_delay_days);
  whole(slice, "groupement.jours", made.grouping_days);
  whole(slice, "visite.injections", made.injections);
  whole(slice, "visite.minutes", made.minutes);
  whole(slice, "age.minimum", made.least_age);
  whole(slice, "age.maximum", made.most_age);
  yes_or_no(slice, "campagne.grippe", made.influenza);
  yes_or_no(slice, "campagne.covid", made.covid);
  yes_or_no(slice, "campagne.vrs", made.rsv);
  whole(slice, "campagne.debut.jours", made.season_after_opening_days);
  whole(slice, "campagne.fin.jours", made.season_before_end_days);
  whole(slice, "refus.mois", made.refusal_months);
  yes_or_no(slice, "doses.declarees", made.declared_counts);
  by_doctor(slice, "appel.enfants", made.children_by_doctor);
  by_doctor(slice, "appel.adultes", made.adults_by_doctor);
  by_doctor(slice, "appel.grossesse", made.pregnancies_by_doctor);
  if (const auto set = slice.setting("carnet.demander")) {
    made.booklet = set->text() == "toujours" ? Booklet::always
                   : set->text() == "jamais" ? Booklet::never
                                             : Booklet::with_appointment;
  }
  return made;
}

}  // namespace recall
