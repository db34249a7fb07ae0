// SPDX-License-Identifier: Apache-2.0
// What people read: at most two findings, one to call for a visit and one to look at the record first, and two drafts.
// Nothing counts days from today: what is read tomorrow is what was read today, until something changes.
#pragma once

#include <relais/findings.h>
#include <relais/slice.h>

#include <optional>
#include <vector>

#include "recall/visits.h"

namespace recall {

inline constexpr auto visit_kind = "vaccine-visit";
inline constexpr auto record_kind = "vaccine-record";

// The rules that reasons cite.
std::vector<relais::Rule> describe_rules();

struct Report {
  std::optional<relais::Finding> visit;   // whom to call, for what, when
  std::optional<relais::Finding> record;  // what is to be looked at before anybody is called
  std::vector<relais::Effect> drafts;     // of the first visit
};

Report report(const relais::Slice& slice, const History& history, const Judgement& judgement,
              const fr::Calendar& calendar, const Groups& groups, const Settings& settings);

// The only thing that can be said without a birth date.
relais::Finding record_finding(const Doubt& why);

}  // namespace recall
