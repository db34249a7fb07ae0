// SPDX-License-Identifier: Apache-2.0
// A stable code as people read it.
#pragma once

#include <string>
#include <string_view>

namespace relais::formats {

// The French sentence of a code of domain/codes.def or of anomalies.def; empty for no code, and for an unknown one a
// sentence that names it.
std::string sentence_of(std::string_view stable);

}  // namespace relais::formats
