// SPDX-License-Identifier: Apache-2.0
// The record of what decided: which rule, which data element, which dates. It is the explanation that people read.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/result.h"

namespace relais::vaccine {

struct TraceEvent {
  const char* rule = "";     // identifier of the specification, such as "CALCDTAGE-5"
  const char* element = "";  // data element, such as "age.absMinAge"
  AntigenId antigen = 0;
  std::uint16_t series = 0;
  int series_dose = 0;       // its number in the data, 0 when the event is about the series
  int dose = -1;             // position in Assessment::doses, -1 outside an evaluation
  MaybeDuration stated;      // the value of the element, when it is a duration
  MaybeDay reference;        // what it was added to
  MaybeDay date;             // the date it gave
  bool met = false;          // whether the test succeeded, or the date entered the answer
};

struct Trace {
  std::vector<TraceEvent> events;
};

}  // namespace relais::vaccine
