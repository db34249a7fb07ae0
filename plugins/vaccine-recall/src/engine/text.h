// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relais::vaccine {

// Without white space at both ends.
std::string trimmed(std::string_view text);
// ASCII letters only.
std::string lower_case(std::string_view text);
// Non-empty trimmed parts.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace relais::vaccine
