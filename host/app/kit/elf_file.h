// SPDX-License-Identifier: Apache-2.0
// What a shared library says of itself, read as a file: nothing of it is loaded or run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "domain/error.h"

namespace relais::app {

struct ElfFile {
  std::vector<std::string> exported;   // defined dynamic symbols that others can see
  std::vector<std::string> libraries;  // that it needs, such as "libstdc++.so.6"
};

// plugin.package for what is no 64-bit shared library of this machine's byte order.
Result<ElfFile> read_elf(const std::filesystem::path& file);

}  // namespace relais::app
