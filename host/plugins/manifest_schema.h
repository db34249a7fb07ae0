// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "domain/error.h"

namespace relais::plugins {

// Checks a manifest against manifest.schema.json, which is compiled in. The error names the innermost place.
Result<void> check_manifest_schema(const nlohmann::json& manifest);

}  // namespace relais::plugins
