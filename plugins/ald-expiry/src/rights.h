// SPDX-License-Identifier: Apache-2.0
// A right, its end, and how near that end is on a day. The caisse decides: what it notified always wins, and the table
// only checks a date or proposes one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <relais/slice.h>

#include "durations.h"

namespace ald {

struct Right {
  std::string id;
  std::string number;
  std::optional<Date> from;
  std::optional<Date> until;
  std::string until_source;
  relais::RightPeriod period = relais::RightPeriod::unknown;
  relais::RenewalStep step = relais::RenewalStep::none;
  std::optional<Date> step_on;
  std::optional<Date> previous_until;
  std::optional<Date> protocol_on;
  bool to_confirm = false;
};

// What a doctor may tune; 3 and 2 months are the caisse's own marks.
struct Settings {
  int watch_months = 6;
  int critical_days = 15;
};

enum class Stage { none, watch, prepare, due, critical, expired, unknown };

enum class EndSource { unknown, estimated, notified };

struct End {
  std::optional<Date> day;
  EndSource source = EndSource::unknown;
  // What the texts would give, when it differs from `day` by more than a day.
  std::optional<Date> discrepancy;
  // The text that gives the estimate, and its number of years.
  const Length* length = nullptr;
  std::optional<int> years;
};

Right read(const relais::LongTermCondition& row);
// The rights of the slice that stand: of several of one number the one that began last.
std::vector<Right> standing(const relais::Slice& slice);
// Numbers whose present period stands in the slice more than once.
std::vector<std::string> repeated(const relais::Slice& slice);
Settings read_settings(const relais::Slice& slice);

End end_of(const Right& right, const Durations& durations);
// First match wins: unknown, expired, critical, due, prepare, watch, none.
Stage stage_on(const std::optional<Date>& end, Date day, const Settings& settings);

// The text gives no renewal: the end is one, and not a request to make.
bool never_renewed(const Right& right, const Durations& durations);

}  // namespace ald
