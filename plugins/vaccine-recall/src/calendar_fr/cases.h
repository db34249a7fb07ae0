// SPDX-License-Identifier: Apache-2.0
// Files of French cases (schema relais-vaccins-fr-cases/1) and their comparison.
#pragma once

#include <map>
#include <ostream>

#include "calendar_fr/answer.h"

namespace relais::vaccine::fr {

struct ExpectedLine {
  std::string group, confidence;
  // By name: status, dose, earliest, recommended, late_from. Absent where the file says null: not compared.
  std::map<std::string, std::string> values;
};

struct FrenchCase {
  std::string id, title;
  Record record;
  std::vector<ExpectedLine> lines;
};

struct FrenchCases {
  std::string edition;
  std::vector<FrenchCase> cases;
  std::vector<std::string> refused;  // place and reason of each case that cannot be judged
};

// A closed shape. Another file is refused whole; a case of another shape, or one that contradicts itself or compares
// nothing, is refused alone and counts as failed.
tl::expected<FrenchCases, std::string> read_french_cases(std::string_view json, const Calendar& calendar);

struct FrenchTotals {
  int passed = 0, failed = 0;            // cases
  int lines_passed = 0, lines_failed = 0;  // lines of letter A or B
  int other_passed = 0, other_failed = 0;  // lines of letter C or X: never fail a case
};

FrenchTotals report_french_cases(const Calendar& calendar, const FrenchCases& cases, std::ostream& out);

}  // namespace relais::vaccine::fr
