// SPDX-License-Identifier: Apache-2.0
// `relais-vaccine explain`, `check` and `bench`. Each returns the exit status.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

namespace relais::vaccine {

// One case: the answer in French, then the decisions by rule identifier.
int explain_case(const std::filesystem::path& supporting_data, const std::filesystem::path& cases,
                 const std::string& id, std::ostream& out, std::ostream& problems);

// Loads an edition of the French schedule and prints each rule with its letter and source, for a physician to read,
// then what the sources leave open.
int check_calendar(const std::filesystem::path& calendar, std::ostream& out, std::ostream& problems);

// Forecasts of every group for the patients of a file, on one core: JSON with rate, load time and memory.
int bench(const std::filesystem::path& supporting_data, const std::filesystem::path& cases, double seconds,
          std::ostream& out, std::ostream& problems);

}  // namespace relais::vaccine
