// SPDX-License-Identifier: Apache-2.0
// Stored timers: nightly runs, deadlines, escalations. A run missed while the host was down is due at its start and runs
// once, however many times it was missed; two runs of one timer never overlap, across hosts of one database either.
// Functions run inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "practice/database.h"

namespace relais::practice {

struct TimerKey {
  std::string name;     // unique in the practice
  std::string kind;     // what it does
  std::string subject;  // on what: an item; empty when the kind says it all
};

struct Timer {
  std::string name;
  std::string kind;
  std::string subject;
  Instant due{};   // when it is next tried: after a failure, later than its slot
  Instant slot{};  // the instant it serves
  std::optional<Instant> last_run;
  std::optional<Instant> last_slot;  // the last one that was served well
  std::int64_t run = 0;              // number of the run that was started last
  std::int64_t failures = 0;         // in a row
  std::string last_error;            // stable code of the last failure, empty after a run that went well
};

// Creates the timer, or leaves the one of that name as it is.
void ensure_timer(Transaction& tx, const std::string& name, Instant first_due);
void ensure_timer(Transaction& tx, const TimerKey& key, Instant first_due);
// Creates the timer or moves it: from now on it does this, at `due`. What failed before is forgotten. One that is
// running goes on, and its end counts for nothing.
void plan_timer(Transaction& tx, const TimerKey& key, Instant due);
// Unknown: nothing.
void drop_timer(Transaction& tx, const std::string& name);

// Timers due at `now` and not running, the longest due first.
std::vector<Timer> due_timers(soci::session& sql, Instant now);
Result<Timer> timer(soci::session& sql, const std::string& name);
// Whose kind starts with `prefix`, by name.
std::vector<Timer> timers_of(soci::session& sql, const std::string& prefix);

// The number of the run when the caller may run it: it is due and nobody else does. It is held for `longest` in case the
// host dies.
std::optional<std::int64_t> start_timer(Transaction& tx, const std::string& name, std::chrono::milliseconds longest);
// The run is over; the next is at `next_due`. relais.not-found when there is no such timer; timer.taken-over when `run`
// is given and is no longer the last one started.
Result<void> finish_timer(Transaction& tx, const std::string& name, Instant next_due, std::int64_t run = 0);
// The run failed: tried again at `retry_at`, for the same slot. Errors as finish_timer.
Result<void> fail_timer(Transaction& tx, const std::string& name, std::int64_t run, const std::string& error_code,
                        Instant retry_at);

// Gives back every hold: at the start of the only host of this practice.
void release_timers(Transaction& tx);
// The clock went back: a hold cannot last longer than `longest` from now, whatever clock it was taken by.
void shorten_holds(Transaction& tx, std::chrono::milliseconds longest);
// The clock went back: a run that failed is tried again at most `longest` from now.
void shorten_retries(Transaction& tx, std::chrono::milliseconds longest);

// A number kept under a name for the clocks, such as how far the feed was read. 0 when none was kept.
std::int64_t clock_mark(soci::session& sql, const std::string& name);
void set_clock_mark(Transaction& tx, const std::string& name, std::int64_t value);

}  // namespace relais::practice
