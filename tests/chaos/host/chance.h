// SPDX-License-Identifier: Apache-2.0
// What a run of kills may be given: RELAIS_CHAOS_KILLS, how many; RELAIS_CHAOS_SEED, as a failing run printed it.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace relais::chaos {

inline std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
  const char* given = std::getenv(variable);
  return given == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10));
}

}  // namespace relais::chaos
