// SPDX-License-Identifier: Apache-2.0
// The queue: what happened to the record and is still to be worked on. An event is appended in the transaction of the
// change that it tells, and done in the transaction of its effects: a crash in between replays it. Functions run inside
// Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "practice/database.h"

namespace relais::practice {

struct Event {
  std::int64_t seq = 0;
  // The key: the same change told twice is one event.
  std::string source;        // what changed, such as "inbound/in-12" or an editor's own name of a row
  std::int64_t version = 0;  // of that source
  std::string kind;          // a trigger, such as "lab_report.available"
  std::string item_id;
  std::string patient_id;
  std::string doctor_id;
  // Set by the queue.
  Instant created{};
  std::int64_t attempts = 0;
  std::string last_error;    // stable code of the last failure
  // What led to it. Told without one, it takes the transaction's, else one of its own.
  std::string trace_id = {};
};

// The event's number; nothing when an event with the same source and version is already there.
std::optional<std::int64_t> append_event(Transaction& tx, const Event& event);

// Events that are not done and not held, the oldest first but any of kind "nightly" after all others, each held until
// now + `hold` and counted as one more attempt. What a crash left held comes back when the hold ends, or at once after
// release_events. A clock that went back keeps nothing waiting: an event told in what is now the future, or put off
// further than anything is put off (an hour), is due at once.
std::vector<Event> claim_events(Transaction& tx, std::int64_t limit, std::chrono::milliseconds hold);

// relais.not-found when the event is unknown or already done: somebody else finished it.
Result<void> finish_event(Transaction& tx, std::int64_t seq);
// Leaves the event in the queue, not before `retry_at`, with the stable code of what went wrong.
Result<void> retry_event(Transaction& tx, std::int64_t seq, const std::string& error_code, Instant retry_at);
// Leaves the event in the queue as it stood before this claim, not before `due`: what kept it from being worked on, such
// as a full disk, says nothing of it, and makes no later delay longer. Nothing to do when it is done.
void unclaim_event(Transaction& tx, const Event& claimed, Instant due);
// Gives back every hold: at the start of the only host of this practice.
void release_events(Transaction& tx);

// Ends the delay of every event that waits to be tried again after an error.
void hasten_events(Transaction& tx);

// For each item, and for each patient that an event without an item concerns, the last event of one of these kinds of this
// doctor's in [from, until], oldest first, done or not.
std::vector<Event> last_events(soci::session& sql, const std::string& doctor_id, const std::vector<std::string>& kinds,
                               Instant from, Instant until);

// Events not done.
std::int64_t events_waiting(soci::session& sql);

}  // namespace relais::practice
