// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace relais::app {

// Writes the folder `in`/`name` from the C++ template of the kit folder; answers that folder. What it writes builds and
// passes its own tests as it is. kit.name for a name that is no plugin id; kit.exists when the folder is there: nothing
// is written then.
Result<std::filesystem::path> new_plugin(const std::string& name, const std::filesystem::path& in,
                                         const std::filesystem::path& kit);

}  // namespace relais::app
