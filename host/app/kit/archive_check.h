// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "app/kit/package_check.h"

namespace relais::app {

// check_package() of a .relais file: that it can be read, that its files are those its author signed when it is signed,
// then what is in it, unpacked in a folder that is removed afterwards.
std::vector<CheckedPart> check_archive(const std::filesystem::path& file, const CheckOptions& options);

}  // namespace relais::app
