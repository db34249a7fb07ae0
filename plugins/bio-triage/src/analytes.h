// SPDX-License-Identifier: Apache-2.0
// The analyte table: data/seuils.csv, with the source of each threshold.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units.h"

namespace bio {

// A bound beyond which a threshold is met.
struct Limit {
  double value;
  bool inclusive;
};

// In canonical units.
struct Thresholds {
  std::optional<Limit> critical_low, critical_high, today_low, today_high;
  std::optional<double> critical_times_upper, today_times_upper;  // multiples of the report's own upper bound
};

struct Analyte {
  std::string id;
  std::string label;
  std::string unit;  // canonical, UCUM
  Units units;
  Thresholds adult;
  std::optional<Limit> child_low, child_high;  // 2 to 15 years, critical
  bool conditional = false;                    // has thresholds that only a rule knows
  std::string critical_source, today_source;
  bool to_confirm = true;

  bool has_thresholds() const;
};

class AnalyteTable {
 public:
  // Throws std::runtime_error on a bad file: an unknown column, a number that is none, an order of thresholds that is
  // impossible, a LOINC code of two analytes, a threshold without source.
  static AnalyteTable load(const std::filesystem::path& path);

  // Null when the code is not that of an analyte of the table.
  const Analyte* find(std::string_view code_system, std::string_view code) const;
  const Analyte* by_id(std::string_view id) const;
  const std::vector<Analyte>& all() const { return analytes_; }

 private:
  std::vector<Analyte> analytes_;
  std::map<std::string, std::size_t, std::less<>> by_loinc_;
};

}  // namespace bio
