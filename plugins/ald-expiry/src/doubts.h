// SPDX-License-Identifier: Apache-2.0
// What does not hold together in a right, for a person to look at. Nothing is ever corrected.
#pragma once

#include <string>
#include <vector>

#include "rights.h"

namespace ald {

struct Doubt {
  std::string rule;  // "ALD-INCOHERENCE", "ALD-ECART", "ALD-REGIME" or "ALD-A-REVOIR"
  std::string text;
};

std::vector<Doubt> doubts(const Right& right, const End& end, const Durations& durations);

}  // namespace ald
