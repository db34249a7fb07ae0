// SPDX-License-Identifier: Apache-2.0
// What a practice's file must hold at any instant, whatever was killed: read beside the host, in one snapshot.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "evening_load.h"

namespace relais::chaos {

// Everything that is wrong, in words; empty when all is as it must be. `settled`: nothing is pending any more and the
// plugin runs, so that everything must have been evaluated.
std::vector<std::string> wrongs(const std::filesystem::path& database, const Answered& answered, bool settled);

// How many rows a table holds.
long long rows_of(const std::filesystem::path& database, const std::string& table);

}  // namespace relais::chaos
