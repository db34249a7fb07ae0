// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reasons.h"
#include "situation.h"

namespace bio {

// The title of the item, in French: category, then the analytes that weigh most first, and how many are to be seen.
std::string title(const Situation& situation, const Reasons& reasons, Category category);

}  // namespace bio
