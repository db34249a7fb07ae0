// SPDX-License-Identifier: Apache-2.0
// Test cases of the shape that CDC publishes, as CSV: a patient, the day of assessment and the expected answer for one
// vaccine group.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "engine/patient.h"

namespace relais::vaccine {

struct ExpectedDose {
  std::string status, reason;  // "" when the case does not say
};

struct CdsiCase {
  std::string id, group, name;
  Patient patient;
  Day assessed = 0;
  std::string status;
  std::string number, earliest, recommended, past_due;  // as in the file
  std::vector<ExpectedDose> doses;  // in the order of the patient's doses
  bool marked_stale = false;        // literal_engine_agrees is N
  // Why the case cannot be run: such a case fails, it is not left out.
  std::string problem;
  std::vector<std::string> notices;  // codes that the data do not know
};

// Codes are looked up in `data`. Refused: text that is not such a table. A case that cannot be read keeps its problem.
tl::expected<std::vector<CdsiCase>, std::string> read_cdsi_cases(std::string_view csv, const SupportingData& data);

}  // namespace relais::vaccine
