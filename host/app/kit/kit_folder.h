// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "domain/error.h"

namespace relais::app {

// The folder of templates and samples of the kit: share/relais/kit of the installation that `program` (the running
// executable) is part of, or sdk/kit of the source tree whose build folder holds it. kit.files when there is none.
Result<std::filesystem::path> kit_folder(const std::filesystem::path& program);

}  // namespace relais::app
