// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string_view>

namespace relais::plugins {

// Which of two versions of a plugin is the later one, by Semantic Versioning 2.0.0, section 11. Both are versions that a
// manifest may carry; digits of any length.
std::strong_ordering compare_versions(std::string_view left, std::string_view right);

}  // namespace relais::plugins
