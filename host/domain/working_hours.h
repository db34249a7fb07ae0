// SPDX-License-Identifier: Apache-2.0
// When an assistant is there, as a fiche says it (`temps`, `plages`, training days) and as the practice knows it (leave),
// and from when what waits for her goes to `repli`. Pure functions. Source: fiche-de-poste.md, sections 3, 5 (step 11)
// and 9.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/fiche.h"

namespace relais::fiche {

struct WorkTime {
  std::vector<Slot> slots;     // `plages` of the task, else `temps`; a holiday closes those that do not list `feries`
  std::vector<Day> away_days;  // training
  std::string zone = "Europe/Paris";
  std::function<bool(CivilDate)> holiday = is_public_holiday;
  // The last day of the leave that covers this day; none when she is not on leave.
  std::function<std::optional<CivilDate>(CivilDate)> leave = [](CivilDate) { return std::nullopt; };
};

WorkTime work_time(const Fiche& fiche, const Grant& grant);

// [from, to)
struct Shift {
  Instant from{};
  Instant to{};
  bool operator==(const Shift&) const = default;
};

// The shift that covers `at`, else the next one within 92 days; none when there is none. Of several people: who is
// there longest, else who comes first.
std::optional<Shift> shift_at(const std::vector<WorkTime>& people, Instant at);

// Whether all of them are on leave on this day.
bool on_leave(const std::vector<WorkTime>& people, Instant at);

// When what has waited since `since`, and must be seen by `due`, goes to `repli`: after `delay`, at the first instant
// at which nobody is there; at once when all are on leave ("from the first hour") or when nobody comes back before
// `due`. While somebody is there `now`, not before they leave. None when they are there for ever.
std::optional<Instant> fallback_at(const std::vector<WorkTime>& people, Instant since, std::chrono::milliseconds delay,
                                   Instant due, Instant now);

}  // namespace relais::fiche
