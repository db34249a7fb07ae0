// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "reasons.h"

namespace bio {

// The host keeps 64 reasons of a finding.
constexpr std::size_t most_reasons = 60;

// Place of the item inside its category, higher first: what several rules of that category say comes first; a change
// beyond what is expected (T-RCV) comes before the same without.
double rank(const Reasons& reasons, Category category);

}  // namespace bio
