// SPDX-License-Identifier: Apache-2.0
// Instants that come from outside: a request, another software's record. Beyond the years that people write, their sums
// overflow and no calendar has their day.
#pragma once

#include <cstdint>

namespace relais {

inline constexpr std::int64_t first_dated_ms = -62'135'596'800'000;  // 0001-01-01T00:00Z
inline constexpr std::int64_t past_dated_ms = 253'402'300'800'000;   // 10000-01-01T00:00Z

// Milliseconds since 1970 that are of the years 1 to 9999.
constexpr bool is_dated(std::int64_t ms) { return ms >= first_dated_ms && ms < past_dated_ms; }

}  // namespace relais
