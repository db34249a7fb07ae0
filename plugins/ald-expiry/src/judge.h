// SPDX-License-Identifier: Apache-2.0
// What a patient's rights ask for on one day: one line each, one task for the visit, since a renewal declares them all.
#pragma once

#include <optional>
#include <vector>

#include <relais/findings.h>

#include "doubts.h"
#include "rights.h"

namespace ald {

struct Line {
  Right right;
  End end;
  Stage stage = Stage::none;
  bool speaks = false;  // something is to be done about this right
  std::vector<Doubt> doubts;
};

// Every right that stands, the nearest end first.
std::vector<Line> lines(const relais::Slice& slice, const Durations& durations);

// Nothing when nothing is to be said.
std::optional<relais::Finding> alert(const relais::Slice& slice, const std::vector<Line>& lines,
                                     const Durations& durations);

// Rights for which a request is to be prepared now.
bool to_prepare(const Line& line, const Durations& durations);

}  // namespace ald
