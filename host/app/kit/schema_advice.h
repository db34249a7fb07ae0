// SPDX-License-Identifier: Apache-2.0
// What to write instead where a manifest breaks its schema: read out of the schema itself, so that the two cannot
// differ.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/kit/yaml_place.h"

namespace relais::app {

struct SchemaAdvice {
  std::vector<PlaceStep> place;  // where exactly: the unknown key, the value that is not allowed
  std::string what, instead;     // French
};

// `place`: where the schema's check stopped, in `manifest`. `instead` is empty when the schema has nothing to say.
SchemaAdvice schema_advice(const nlohmann::json& manifest, std::string_view place);

// The word of `known` that is nearest to `written`; empty when none is near.
std::string nearest_word(std::string_view written, const std::vector<std::string>& known);

}  // namespace relais::app
