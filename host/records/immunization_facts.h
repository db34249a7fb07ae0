// SPDX-License-Identifier: Apache-2.0
// What can be compared of two vaccinations. Private to the reconciliation of immunizations and its tests.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "relais/v1/record.pb.h"

namespace relais::records {

enum class ProductMatch {
  same,
  // Two products of one class, such as two brands of hepatitis B.
  sibling,
  // One says less than the other, such as a class or the first word of a name.
  related,
  different,
  unknown,
};

enum class DateMatch {
  same,    // and known, to the same precision
  within,  // one is a month or a year that holds the other
  close,   // two days that differ by two at most
  apart,
  unknown,  // one of them, or both, is not known
};

struct ImmunizationFacts {
  explicit ImmunizationFacts(const v1::Immunization& act);

  std::set<std::pair<std::string, std::string>> codes;     // system, code
  std::set<std::string> cis, atc, cvx;                     // among them
  std::set<std::pair<std::string, std::string>> diseases;  // compared when neither side names a product
  std::string label, lot;                                  // normalized
  std::string date;                                        // YYYY, YYYY-MM or YYYY-MM-DD
  int status = 0, dose = 0;

  // Equal for tellings that say the same, word for word or nearly.
  std::string key() const;
  // How much it says: the fullest telling comes first.
  int fullness() const;
};

ProductMatch match_products(const ImmunizationFacts& a, const ImmunizationFacts& b);
DateMatch match_dates(const ImmunizationFacts& a, const ImmunizationFacts& b);
// Nothing in them says that they are two acts.
bool compatible(const ImmunizationFacts& a, const ImmunizationFacts& b);
// Compatible, and enough in common to be one.
bool same_act(const ImmunizationFacts& a, const ImmunizationFacts& b);

}  // namespace relais::records
