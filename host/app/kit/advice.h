// SPDX-License-Identifier: Apache-2.0
// An error of the loader as an author reads it: what is wrong, where, and what to write instead.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace relais::app {

struct Advice {
  std::string what, where, instead;  // French
};

// `file` and `yaml`: the manifest that was read.
Advice advise(const Error& error, const std::filesystem::path& file, std::string_view yaml);

// Why a worker refused to load a package; `detail` is what the launcher told.
Advice advise_load(Code code, std::string_view detail, const std::filesystem::path& library);

}  // namespace relais::app
