// SPDX-License-Identifier: Apache-2.0
// From a place as the loader names it, "settings[0].minimum", to the line where a person reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace relais::app {

// A key of an object or a position in a list.
using PlaceStep = std::variant<std::string, std::size_t>;

std::vector<PlaceStep> steps_of(std::string_view place);

// The line, counted from 1, of the deepest part of the place that the document has; nothing when it cannot be read.
std::optional<int> line_of(std::string_view yaml, const std::vector<PlaceStep>& place);

}  // namespace relais::app
