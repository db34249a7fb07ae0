// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "domain/clock.h"

namespace bench {

// Writes the record of a practice straight into its tables, in SQL: a million patients in a minute. Five results a
// report, the latest report a day before `now`, the others ninety days apart.
void fill_record(const std::filesystem::path& file, std::int64_t patients, int results, relais::Instant now);

}  // namespace bench
