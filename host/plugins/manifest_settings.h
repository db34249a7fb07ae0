// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "plugins/manifest.h"

namespace relais::plugins {

// The settings of a manifest that follows the schema. Refuses a default outside its own bounds, a number without
// bounds, a choice that is not among the choices, and a key given twice.
Result<std::vector<SettingDeclaration>> settings_of(const nlohmann::json& manifest);

}  // namespace relais::plugins
