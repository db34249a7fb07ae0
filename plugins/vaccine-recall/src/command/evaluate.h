// SPDX-License-Identifier: Apache-2.0
// `relais-vaccine evaluate`: runs a file of cases and ends with the line "N passed, M failed". Returns the exit status:
// 0 only when there was at least one case and all passed, 2 when nothing could be run.
#pragma once

#include <filesystem>
#include <ostream>

#include "command/csv.h"

namespace relais::vaccine {

int evaluate_cdsi(const std::filesystem::path& supporting_data, const std::filesystem::path& cases, std::ostream& out,
                  std::ostream& problems);

// `calendar` is the folder of one edition of the French schedule.
int evaluate_french(const std::filesystem::path& calendar, const std::filesystem::path& cases, std::ostream& out,
                    std::ostream& problems);

}  // namespace relais::vaccine
