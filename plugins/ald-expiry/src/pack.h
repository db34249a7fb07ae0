// SPDX-License-Identifier: Apache-2.0
// The renewal request as a draft: what the record holds, copied; the medical part and the signature stay the doctor's.
#pragma once

#include <string>
#include <vector>

#include <relais/findings.h>

#include "judge.h"

namespace ald {

// A draft that lists every right of the patient, since a renewal declares them all.
relais::Effect pack(const relais::Slice& slice, const std::vector<Line>& lines, const Durations& durations);
// What says on the list that the draft is there.
relais::Finding pack_finding(const std::vector<Line>& lines, const Durations& durations);

}  // namespace ald
