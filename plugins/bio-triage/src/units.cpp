// SPDX-License-Identifier: Apache-2.0
#include "units.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "table.h"

namespace bio {

std::string normal_unit(std::string_view written) {
  // No-break spaces, both micro signs, superscript digits.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> replaced{{
      {"\u00a0", ""}, {"\u202f", ""}, {"\u00b5", "u"}, {"\u03bc", "u"}, {"\u2079", "*9"}, {"\u00b3", "*3"}}};
  std::string unit;
  for (std::size_t at = 0; at < written.size();) {
    bool found = false;
    for (const auto& [from, to] : replaced) {
      if (!written.substr(at).starts_with(from)) continue;
      unit += to;
      at += from.size();
      found = true;
      break;
    }
    if (found) continue;
    const char c = written[at++];
    if (c == ' ' || c == '\t') continue;
    unit += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return unit;
}

Units Units::parse(std::string_view text) {
  Units units;
  for (const std::string& part : split(text, ' ')) {
    const std::size_t equal = part.rfind('=');
    if (equal == std::string::npos) throw std::runtime_error("not a unit: " + part);
    const std::vector<std::string> numbers = split(std::string_view(part).substr(equal + 1), '+');
    const auto factor = number(numbers.front());
    const auto offset = numbers.size() == 2 ? number(numbers.back()) : std::optional<double>(0);
    if (!factor || !offset || *factor <= 0 || numbers.size() > 2) throw std::runtime_error("not a factor: " + part);
    if (!units.known_.emplace(normal_unit(part.substr(0, equal)), Conversion{*factor, *offset}).second) {
      throw std::runtime_error("unit given twice: " + part);
    }
  }
  return units;
}

std::optional<Conversion> Units::find(std::string_view written) const {
  const auto found = known_.find(normal_unit(written));
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace bio
