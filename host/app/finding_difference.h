// SPDX-License-Identifier: Apache-2.0
// What tells two sets of findings apart, in French.
#pragma once

#include <string>
#include <vector>

#include "domain/findings.h"

namespace relais::app {

struct FindingDifference {
  std::string kind;    // stable kind of the finding
  std::string french;  // health data
};

// From `before` to `after`, compared kind by kind; empty when they say the same. The order of the findings, and of the
// reasons in one, tells nothing apart.
std::vector<FindingDifference> differences(const std::vector<worklist::Finding>& before,
                                           const std::vector<worklist::Finding>& after);

}  // namespace relais::app
