// SPDX-License-Identifier: Apache-2.0
// What comes again by the practice's own clock: the nightly run of plugins, and what is told ahead once a day.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "app/dispatch_parts.h"
#include "app/timekeeper.h"
#include "practice/fiche_store.h"
#include "practice/mandate_gate.h"
#include "records/record_source.h"

namespace relais::app {

struct PracticeTimerParts {
  practice::Database& database;
  practice::Ledger& ledger;
  practice::WorklistStore& worklist;
  practice::FicheStore& fiches;
  const practice::MandateGate& gate;
  const Clock& clock;
  std::string time_zone;
  std::chrono::minutes nightly_at;  // since local midnight
  std::function<EnabledPackages()> packages;
  std::function<void()> events_wait;
  records::RecordSource& record = records::own_record();
};

// Trigger of what a plugin evaluates by night: every patient, and every item of its own that is open.
inline constexpr auto nightly_trigger = "nightly";

class PracticeTimers {
 public:
  // Everything in `parts` must outlive it.
  explicit PracticeTimers(PracticeTimerParts parts) : parts_(std::move(parts)) {}

  // Creates them, and follows a change of `nightly_at`. Before Timekeeper::start().
  Result<void> ensure();

  // "nightly": once a day at `nightly_at`, whatever the clock change makes of that hour; missed nights are made up for
  // by one run at the start of the host. "daily": soon after midnight, and at the start of the host when days were missed.
  std::vector<TimerKind> kinds();

 private:
  Result<TimerKind::Work> nightly(const practice::Timer& timer, Instant now);
  Result<TimerKind::Work> daily(Instant now);

  PracticeTimerParts parts_;
};

}  // namespace relais::app
