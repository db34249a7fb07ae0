// SPDX-License-Identifier: Apache-2.0
// Numbers, comparators and intervals as French laboratories write them in text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace relais::formats {

struct WrittenNumber {
  std::string comparator;  // "<", "<=", ">", ">=" or empty; « inf. à » and « sup. à » are < and >
  std::string digits;      // with a decimal point and without separators of thousands
  std::string rest;        // what follows, trimmed
  bool comma = false;      // the decimal mark was a comma
  bool thousands = false;  // groups of three were apart
};

// The number that `text` begins with, white space and marks of emphasis (*) ignored. Nothing when it begins otherwise.
std::optional<WrittenNumber> leading_number(std::string_view text);

// A text that is a number and nothing else, or a number and its unit. A date, a titre (1/80), an interval or a sentence is
// neither.
std::optional<WrittenNumber> written_measure(std::string_view text);

double number_of(const WrittenNumber& written);
// The whole text as a number, comma or point; nothing otherwise.
std::optional<double> decimal(std::string_view text);

// An interval in words: "45 - 84", "0,40 à 4,00", "(3,5 - 5,1)", "<5.0", ">=60", "inf. à 400". As written, without sign.
struct WrittenRange {
  std::string low, high;
  bool low_excluded = false, high_excluded = false;
};
std::optional<WrittenRange> written_range(std::string_view text);

}  // namespace relais::formats
