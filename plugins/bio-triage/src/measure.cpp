// SPDX-License-Identifier: Apache-2.0
#include "measure.h"

#include <array>
#include <cmath>
#include <utility>

namespace bio {
namespace {

std::optional<double> finite(std::optional<double> number) {
  return number && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace

Flag flag_of(std::string_view written) {
  static constexpr std::array<std::pair<std::string_view, Flag>, 19> codes{
      {{"N", Flag::normal},       {"NEG", Flag::negative},  {"ND", Flag::negative},   {"NR", Flag::negative},
       {"L", Flag::low},          {"<", Flag::low},         {"LX", Flag::low},        {"H", Flag::high},
       {">", Flag::high},         {"HX", Flag::high},       {"LL", Flag::very_low},   {"LU", Flag::very_low},
       {"HH", Flag::very_high},   {"HU", Flag::very_high},  {"AA", Flag::very},       {"POS", Flag::positive},
       {"DET", Flag::positive},   {"A", Flag::positive},    {"R", Flag::positive}}};
  const std::size_t first = written.find_first_not_of(" \t");
  if (first == std::string_view::npos) return Flag::absent;
  std::string code;
  for (const char c : written.substr(first, written.find_last_not_of(" \t") - first + 1)) {
    code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  for (const auto& [word, flag] : codes) {
    if (code == word) return flag;
  }
  return Flag::other;
}

std::optional<Against> Measure::against_range() const {
  if (!value || !has_range()) return std::nullopt;
  const Against below = low ? under(*value, {*low, false}) : Against::inside;
  const Against above = high ? over(*value, {*high, false}) : Against::inside;
  if (below == Against::beyond || above == Against::beyond) return Against::beyond;
  if (below == Against::straddling || above == Against::straddling) return Against::straddling;
  return Against::inside;
}

Measure measure_of(const relais::Observation& observation, const AnalyteTable& table) {
  Measure measure{.observation = observation};
  measure.analyte = table.find(observation.code_system(), observation.code());
  measure.flag = flag_of(observation.flag());
  const auto number = finite(observation.value());
  if (observation.value_type() == relais::ValueType::numeric && number) {
    measure.value = Interval::of(*number, observation.comparator());
  }
  if (measure.analyte != nullptr) measure.conversion = measure.analyte->units.find(observation.unit());
  measure.low = finite(observation.low());
  measure.high = finite(observation.high());
  // Seen in official files: both bounds equal. It says nothing; a reversed one says less.
  if (measure.low && measure.high && *measure.low >= *measure.high) {
    measure.degenerate_range = true;
    measure.low.reset();
    measure.high.reset();
  }
  return measure;
}

}  // namespace bio
