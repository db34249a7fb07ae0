// SPDX-License-Identifier: Apache-2.0
// What can be given together. Days the practice is closed are no part of a slice: the agenda knows them, and looks for a
// slot inside the dates given here. Nobody here knows school holidays.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recall/judge.h"

namespace recall {

struct Visit {
  std::vector<const Line*> lines;
  int injections = 0;        // one product may serve two lines
  bool overdue = false;      // something of it is late already
  bool month_after = false;  // a live vaccine, and another one stands in the visit before
  Day from = 0;              // the earliest day on which the schedule asks for all of it
  MaybeDay until;            // the last day before something of it becomes late
};

// In order; none is empty. Points into `lines`.
std::vector<Visit> visits(const std::vector<Line>& lines, const Groups& groups, const Settings& settings, Day today);

}  // namespace recall
