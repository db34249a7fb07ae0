// SPDX-License-Identifier: Apache-2.0
// Vaccinations of the patients of a bench practice, and the same read back as the engine alone takes them.
#pragma once

#include <filesystem>
#include <vector>

#include "calendar_fr/answer.h"
#include "domain/clock.h"

namespace bench {

// Some fifteen for each patient, less for the young; one in eleven is missing, and one patient in four has none of
// childhood. One in five becomes a child. `now` is the day of the run.
void fill_vaccinations(const std::filesystem::path& file, relais::Instant now);

// One record for each patient, on that day.
std::vector<relais::vaccine::fr::Record> read_vaccinations(const std::filesystem::path& file, relais::Instant now,
                                                           const relais::vaccine::fr::Calendar& calendar);

}  // namespace bench
