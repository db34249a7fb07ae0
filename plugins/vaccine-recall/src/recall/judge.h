// SPDX-License-Identifier: Apache-2.0
// What the schedule says of one patient today, sorted by who has something to do. It proposes; the doctor decides.
#pragma once

#include <string>
#include <vector>

#include "recall/history.h"

namespace recall {

// What a plugin knows of the groups of an edition, worked out once.
struct Groups {
  std::vector<std::vector<bool>> one_injection;  // by group and group: a product gives both
  std::vector<bool> live;                        // two live vaccines: the same day, or a month apart
  std::vector<MaybeDay> last_season_end;         // of a seasonal group: what the data know
  static Groups of(const fr::Calendar& calendar);
};

enum class Need { overdue, due, soon };

struct Line {
  std::size_t group = 0;  // position in Calendar::groups
  Need need = Need::due;
  fr::Answer answer;
  std::vector<std::string> covers = {};  // labels of groups that the same dose of the same day serves
};

struct Judgement {
  std::vector<Line> lines;             // to propose, the most urgent first
  std::vector<std::string> undecided;  // labels: would be proposed, and depend on a row that cannot be read
  std::vector<std::string> unknown;    // labels: depend on the years before the known record
  std::vector<std::string> refused;    // labels: would be proposed, and were noted as not done lately
  std::vector<fr::Answer> questions;   // sources disagree
  std::vector<fr::Answer> forbidden;   // contraindicated
  std::vector<std::string> no_rule;    // labels
  std::vector<std::string> no_season;  // labels: no data for a campaign after the last known one
  bool old = false;                    // the data are past their day
};

// Refused with a reason for developers when the record cannot be assessed.
tl::expected<Judgement, std::string> judge(const History& history, const fr::Calendar& calendar, const Groups& groups,
                                           const Settings& settings);

}  // namespace recall
