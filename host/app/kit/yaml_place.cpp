// SPDX-License-Identifier: Apache-2.0
#include "app/kit/yaml_place.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

namespace relais::app {

std::vector<PlaceStep> steps_of(std::string_view place) {
  std::vector<PlaceStep> steps;
  while (!place.empty()) {
    if (place.front() == '.') place.remove_prefix(1);
    if (!place.empty() && place.front() == '[') {
      const auto end = place.find(']');
      std::size_t index = 0;
      std::from_chars(place.data() + 1, place.data() + std::min(end, place.size()), index);
      steps.emplace_back(index);
      place.remove_prefix(end == std::string_view::npos ? place.size() : end + 1);
    } else {
      const auto end = std::min(place.find_first_of(".["), place.size());
      if (end > 0) steps.emplace_back(std::string(place.substr(0, end)));
      place.remove_prefix(end);
    }
  }
  return steps;
}

std::optional<int> line_of(std::string_view yaml, const std::vector<PlaceStep>& place) {
  try {
    YAML::Node at = YAML::Load(std::string(yaml));
    int line = at.Mark().line;
    for (const PlaceStep& step : place) {
      bool found = false;
      if (const auto* const key = std::get_if<std::string>(&step); key != nullptr && at.IsMap()) {
        for (const auto& pair : at) {
          if (!pair.first.IsScalar() || pair.first.Scalar() != *key) continue;
          line = pair.first.Mark().line;
          const YAML::Node next = pair.second;
          at.reset(next);
          found = true;
          break;
        }
      } else if (const auto* const index = std::get_if<std::size_t>(&step); index != nullptr && at.IsSequence()) {
        if (*index < at.size()) {
          const YAML::Node next = at[*index];
          line = next.Mark().line;
          at.reset(next);
          found = true;
        }
      }
      if (!found) break;
    }
    return line < 0 ? std::nullopt : std::optional(line + 1);
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

}  // namespace relais::app
