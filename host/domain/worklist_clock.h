// SPDX-License-Identifier: Apache-2.0
// What time does to an item that waits: when its next step is due, and what that step leaves on it. Pure functions.
// Sources: biologie.md, B1.7, B2 and I5; fiche-de-poste.md, sections 3 (`repli`, `validation_h`) and 9.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "domain/worklist.h"
#include "domain/worklist_order.h"

namespace relais::worklist {

struct ClockRules {
  // How often an item of category critique is raised to the doctor until one has seen it. The sources give a delay of
  // one hour and no repeat: four calls inside that hour is Relais's choice, and a setting of the practice.
  std::chrono::minutes critical_repeat{15};
  // After that long, what a partial report still waits for is late (I5).
  std::chrono::hours partial{24 * 7};
};

// What the fiches and the practice say about one item, now.
struct Waits {
  std::optional<Instant> fallback_at;                  // when it goes to `repli`; none: somebody is there, or nobody may
  std::optional<std::chrono::milliseconds> validation; // validation_h
  std::chrono::milliseconds fallback_delay{0};         // delai_h
};

enum class Step {
  fallback,             // goes to `repli`: the assistants are away
  overdue,              // past the delay of its category, seen by no doctor
  escalate,             // raised to the doctor again
  remind,               // past validation_h: the doctor is reminded
  validation_fallback,  // and still not validated
  look_again,           // partial for too long: to be evaluated again
};

// Stable: "item.fallback", "item.overdue"…
std::string_view name(Step step);

struct PlannedStep {
  Step step{};
  Instant at{};
  bool operator==(const PlannedStep&) const = default;
};

// The step that is due first, at an instant that may be past; none when time changes nothing any more. Instants of the
// item that lie after `now` (the clock went back) count as `now`.
std::optional<PlannedStep> next_step(const Item& item, const Waits& waits, const Calendar& calendar,
                                     const ClockRules& rules, Instant now);

// The clock went back: instants of the item that lie after `now` become `now`, so that what counts from them does not
// wait for the clock to be there again. True when one did.
bool settle_clock(Item& item, Instant now);

// Past its delay, seen by no doctor: higher on the list, and raised to the doctor.
Outcome overdue(const Item& item, Instant now);
// Raised to the doctor once more.
Outcome escalate(const Item& item, Instant now);
// Goes to `repli`: `to` is its word, `person` the other assistant of "autre-am", `why` a French sentence without health
// data. Whoever held it and is away no longer does.
Outcome route(const Item& item, std::string to, const std::string& person, std::string why, Instant now);
Outcome remind(const Item& item, Instant now);
Outcome look_again(const Item& item, Instant now);

}  // namespace relais::worklist
