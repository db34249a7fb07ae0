// SPDX-License-Identifier: Apache-2.0
// YAML read as JSON, strictly: one document, no aliases, tags or duplicate keys, scalars by the YAML 1.2 core rules
// (so "non" and "yes" are text). What a person would misread is refused.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "domain/error.h"

namespace relais::plugins {

// Fails with `code` and the place. `limit` is the greatest number of bytes accepted.
Result<nlohmann::json> json_from_yaml(std::string_view yaml, Code code, std::size_t limit = 256U * 1024U);

}  // namespace relais::plugins
