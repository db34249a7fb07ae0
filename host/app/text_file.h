// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace relais::app {

// The whole content of a regular file of 16 MiB at most. Errors: io, with the file's name in the detail.
Result<std::string> read_text_file(const std::filesystem::path& path);

}  // namespace relais::app
