// SPDX-License-Identifier: Apache-2.0
// What a row of a record says was given: from its code, else from its words, to valences of the schedule. By data only
// (produits.csv, codes.csv). A code or a word that nothing declares stays unread: it is never guessed.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calendar_fr/calendar.h"

namespace recall {

namespace fr = relais::vaccine::fr;

struct Reading {
  bool read = false;
  bool outside = false;               // known, and without a rule in this edition: changes no answer
  std::string product;                // when it is one product of produits.csv
  std::vector<std::string> sure;      // valences that every reading of it holds
  std::vector<std::string> possible;  // valences that some reading of it holds
  bool certain() const { return read && (outside || sure == possible); }
};

// Small letters without accents; everything but letters and digits is one space: "Infanrix® Hexa," is "infanrix hexa".
std::string folded(std::string_view text);

class Codes {
 public:
  // Throws std::runtime_error on a bad file. `calendar` is that of the same folder.
  static Codes load(const std::filesystem::path& edition, const fr::Calendar& calendar);

  // `system` as the record writes it: "cis", "atc", "cvx", their OID or URI, or anything else.
  Reading read(std::string_view system, std::string_view code, std::string_view label) const;

 private:
  const Reading* named(std::string_view text) const;

  std::map<std::string, Reading, std::less<>> by_code_;  // "cis/60645557"
  std::map<std::string, Reading, std::less<>> by_word_;  // folded, the whole text
  std::vector<std::pair<std::string, Reading>> brands_;  // folded, the beginning of a text; longest first
};

}  // namespace recall
