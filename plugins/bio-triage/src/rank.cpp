// SPDX-License-Identifier: Apache-2.0
#include "rank.h"

#include <algorithm>

namespace bio {

double rank(const Reasons& reasons, Category category) {
  const auto all = reasons.ordered(most_reasons);
  const auto heaviest = std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.category >= category; });
  return static_cast<double>(heaviest) + (reasons.fired("T-RCV") ? 0.5 : 0);
}

}  // namespace bio
