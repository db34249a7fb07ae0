// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "command/cdsi_compare.h"

namespace relais::vaccine {

struct CdsiTotals {
  int passed = 0, failed = 0;
  int stale_passed = 0, stale_failed = 0;  // of those, rows that their file marks as not matching the data
  int doses_compared = 0;
  int reasons_compared = 0, reasons_right = 0;
};

// Runs every case. Writes each difference, the pass rate by group and the failures by field.
CdsiTotals report_cdsi_cases(const std::vector<CdsiCase>& cases, const SupportingData& data, std::ostream& out);

}  // namespace relais::vaccine
