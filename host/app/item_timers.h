// SPDX-License-Identifier: Apache-2.0
// The timers of the list: one for each item that time can still change, planned from the feed of changes and done by
// the rules of domain/worklist_clock.h.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/item_waits.h"
#include "app/timekeeper.h"
#include "domain/worklist_clock.h"
#include "practice/database.h"
#include "practice/worklist_store.h"

namespace relais::app {

struct ItemTimerParts {
  practice::Database& database;
  practice::WorklistStore& worklist;
  practice::FicheStore& fiches;
  practice::Accounts& accounts;
  practice::MandateGate& gate;
  PracticeCalendar& calendar;
  const Clock& clock;
  std::string time_zone;
  worklist::ClockRules rules;
  // Events were appended to the queue. Any thread.
  std::function<void()> events_wait;
};

class ItemTimers {
 public:
  // Everything in `parts` must outlive it.
  explicit ItemTimers(ItemTimerParts parts);

  // Plans the items that changed since the last time; `everything`: every open one, and drops the timers of those that
  // are gone. One thread at a time.
  Result<void> plan(bool everything);

  // One kind for each step, all done the same way: what is due of the item when it is run. A step missed while the host
  // was down is done once, and the next one counts from then.
  std::vector<TimerKind> kinds();

 private:
  struct Read;
  Result<Read> read(bool everything);
  Result<TimerKind::Work> prepare(const practice::Timer& timer, Instant now);
  Result<worklist::Outcome> act(const worklist::Item& item, worklist::Step step, const Route& route, Instant now) const;
  Instant due_of(const worklist::Item& item) const;

  ItemTimerParts parts_;
  worklist::Calendar calendar_;
};

}  // namespace relais::app
