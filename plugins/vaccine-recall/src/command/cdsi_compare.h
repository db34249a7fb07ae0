// SPDX-License-Identifier: Apache-2.0
// Compares an assessment with the expectation of a case. A vaccine group can have several forecasts and the case one
// expectation: it passes when one forecast meets status, number, dates and dose statuses together.
#pragma once

#include <string>
#include <vector>

#include "command/cdsi_cases.h"
#include "engine/engine.h"

namespace relais::vaccine {

struct Difference {
  std::string field, expected, got;
};

struct Comparison {
  bool passed = false;
  std::string forecast;  // the series of the forecast that came nearest
  std::vector<Difference> differences;
  int doses_compared = 0;
  // Reported apart, no part of passing: is the expected reason among the engine's?
  int reasons_compared = 0, reasons_right = 0;
};

Comparison compare(const CdsiCase& expected, const SupportingData& data, const Assessment& got);

// Runs the engine on the case, then compare(). A case with a problem, or that the engine refuses, fails.
Comparison run_case(const CdsiCase& expected, const SupportingData& data);

}  // namespace relais::vaccine
