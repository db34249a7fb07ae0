// SPDX-License-Identifier: Apache-2.0
// The one thread that looks at the clock: takes what is due, in order, and has it done. What was due while the host was
// down is due at its start. A run ends in the transaction of its effects: a crash before that leaves the timer due.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/timers.h"
#include "practice/worklist_store.h"

namespace relais::app {

// The next due of a timer; none: it has served and is dropped.
using NextDue = std::optional<Instant>;

// What the timers of one kind do.
struct TimerKind {
  std::string name;
  std::string label;  // French, for who is told that it fails
  // Longer than zero: `prepare` itself writes, and is held by nobody else meanwhile. At most `longest_hold`.
  std::chrono::milliseconds hold{0};
  // What the run does, in the transaction that ends it. Exceptions are failures.
  using Work = std::function<Result<NextDue>(practice::Transaction&)>;
  // On the timekeeper's thread, outside any transaction: reads what the run needs.
  std::function<Result<Work>(const practice::Timer&, Instant now)> prepare;
  // Of a kind that comes again by itself: its next due after `now`, when the clock went back. Empty: it stays.
  std::function<Instant(Instant now)> next_after;
};

// No run is held longer than this by a host that died.
inline constexpr std::chrono::minutes longest_hold{10};
// A run that failed is tried again after 30 seconds, then twice as long each time, at most this.
inline constexpr std::chrono::minutes longest_back_off{30};

struct TimekeeperParts {
  practice::Database& database;
  practice::Ledger& ledger;
  practice::WorklistStore& worklist;
  const Clock& clock;
  // Plans what the list needs; `everything`: not only what changed. Before each look at the timers.
  std::function<Result<void>(bool everything)> plan;
  // Accounts that are told of a run that fails.
  std::function<std::vector<std::string>()> guardians;
  // How often the clock is looked at, at the machine's pace. A change of the list makes it look at once.
  std::chrono::milliseconds period{1000};
};

class Timekeeper {
 public:
  // All that `parts` and `kinds` refer to must outlive it.
  Timekeeper(TimekeeperParts parts, std::vector<TimerKind> kinds);
  ~Timekeeper();
  Timekeeper(const Timekeeper&) = delete;
  Timekeeper& operator=(const Timekeeper&) = delete;

  // Gives back what an earlier process of this practice held, then works on a thread of its own until stop().
  Result<void> start();
  void stop();
  // The list changed. Any thread, never blocks.
  void notify();
  // Fiches, presence or the calendar changed: everything is planned again. Any thread, never blocks.
  void plan_again();

  // One tick on the calling thread: plans, then runs what is due, the longest due first, until nothing is. The number of
  // runs that ended well; a run that fails does not stop the others. Not beside start().
  Result<std::size_t> tick();

 private:
  void loop();
  Result<void> follow_clock(Instant now);
  Result<bool> run(const practice::Timer& timer, Instant now);
  Result<bool> finish(const practice::Timer& timer, const TimerKind::Work& work, std::int64_t held_run);
  Result<void> failed(const practice::Timer& timer, const Error& why);
  const TimerKind* kind_of(const practice::Timer& timer) const;
  std::string label_of(const practice::Timer& timer) const;

  TimekeeperParts parts_;
  const std::vector<TimerKind> kinds_;
  Instant last_tick_{};
  Instant last_full_plan_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  bool wanted_ = false;
  bool everything_ = true;
  std::int64_t listener_ = 0;
  std::thread thread_;
};

}  // namespace relais::app
