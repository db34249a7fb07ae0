// SPDX-License-Identifier: Apache-2.0
#include "records/immunization_contradiction.h"

#include "records/immunization_acts.h"

namespace relais::records {

v1::ImmunizationConflictKind contradiction(const ImmunizationFacts& a, const ImmunizationFacts& b) {
  constexpr auto none = v1::IMMUNIZATION_CONFLICT_KIND_UNSPECIFIED;
  const auto dates = match_dates(a, b);
  const bool one_lot = !a.lot.empty() && a.lot == b.lot;
  if (!one_lot && (dates == DateMatch::apart || dates == DateMatch::unknown)) return none;
  const auto products = match_products(a, b);
  const bool alike =
      products == ProductMatch::same || products == ProductMatch::sibling || products == ProductMatch::related;
  const bool not_done_a = a.status == immunization_not_done, not_done_b = b.status == immunization_not_done;
  if (not_done_a && not_done_b) return none;
  if (not_done_a || not_done_b) {
    const bool one_time = dates == DateMatch::same || dates == DateMatch::within;
    return alike && one_time ? v1::IMMUNIZATION_CONFLICT_KIND_DONE_AND_NOT_DONE : none;
  }
  if (one_lot && (products == ProductMatch::different || products == ProductMatch::sibling)) {
    return v1::IMMUNIZATION_CONFLICT_KIND_LOT_OF_TWO_PRODUCTS;
  }
  if (one_lot && (dates == DateMatch::apart || dates == DateMatch::close)) {
    // Two doses of one box, told as such.
    const bool two_doses = a.dose != 0 && b.dose != 0 && a.dose != b.dose && dates == DateMatch::apart;
    return two_doses ? none : v1::IMMUNIZATION_CONFLICT_KIND_LOT_ON_TWO_DATES;
  }
  if (one_lot && dates == DateMatch::unknown) return v1::IMMUNIZATION_CONFLICT_KIND_VAGUE_DATE;
  if (!alike && !one_lot) return none;
  if (dates == DateMatch::same) return v1::IMMUNIZATION_CONFLICT_KIND_TWICE_A_DAY;
  if (dates == DateMatch::close) return v1::IMMUNIZATION_CONFLICT_KIND_CLOSE_DATES;
  if (dates != DateMatch::within) return none;
  // Another lot or another rank is another act of the same year.
  const bool lots_differ = !a.lot.empty() && !b.lot.empty() && a.lot != b.lot;
  const bool doses_differ = a.dose != 0 && b.dose != 0 && a.dose != b.dose;
  return lots_differ || doses_differ ? none : v1::IMMUNIZATION_CONFLICT_KIND_VAGUE_DATE;
}

v1::ImmunizationConflictKind error_contradiction(const ImmunizationFacts& a, const ImmunizationFacts& b) {
  const bool lots_differ = !a.lot.empty() && !b.lot.empty() && a.lot != b.lot;
  const auto dates = match_dates(a, b);
  const bool same =
      match_products(a, b) == ProductMatch::same && (dates == DateMatch::same || dates == DateMatch::within);
  return same && !lots_differ ? v1::IMMUNIZATION_CONFLICT_KIND_DONE_AND_IN_ERROR
                              : v1::IMMUNIZATION_CONFLICT_KIND_UNSPECIFIED;
}

v1::ImmunizationConflictKind contradiction(const v1::Immunization& a, const v1::Immunization& b) {
  const ImmunizationFacts one(a), other(b);
  if (one.status == immunization_in_error || other.status == immunization_in_error) {
    return v1::IMMUNIZATION_CONFLICT_KIND_UNSPECIFIED;
  }
  return contradiction(one, other);
}

}  // namespace relais::records
