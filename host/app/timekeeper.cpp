// SPDX-License-Identifier: Apache-2.0
#include "app/timekeeper.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "practice/events.h"
#include "practice/notices.h"

namespace relais::app {

using practice::Timer;
using practice::Transaction;

namespace {

constexpr std::chrono::seconds first_retry{30};
// Fiches, leave and holidays change without the list changing: what was planned from them is looked at again that often.
constexpr std::chrono::minutes full_plan{5};
// A clock that is corrected by less than this did not go back.
constexpr std::chrono::seconds wobble{2};
// In one tick: more would be a timer that is due again at once.
constexpr int most_rounds = 32;
constexpr auto tick_mark = "tick";
constexpr auto failure_notice = "timer-failed";

Instant retry_at(const Timer& timer, Instant now) {
  const auto doublings = std::min<std::int64_t>(timer.failures, 10);
  return now + std::min<std::chrono::milliseconds>(first_retry * (std::int64_t{1} << doublings), longest_back_off);
}

practice::LedgerEntry entry_of(const Timer& timer, std::string action) {
  practice::LedgerEntry entry;
  entry.actor = "system";
  entry.role = "system";
  entry.action = std::move(action);
  entry.item_id = timer.name;
  return entry;
}

}  // namespace

Timekeeper::Timekeeper(TimekeeperParts parts, std::vector<TimerKind> kinds)
    : parts_(std::move(parts)), kinds_(std::move(kinds)) {}

Timekeeper::~Timekeeper() { stop(); }

Result<void> Timekeeper::start() {
  // A file has one host at a time; of several hosts on one server, each may be at work.
  if (parts_.database.engine() == practice::Engine::sqlite) {
    const auto released = parts_.database.write([](Transaction& tx) -> Result<void> {
      practice::release_timers(tx);
      return {};
    });
    if (!released) return released;
  }
  listener_ = parts_.worklist.signal().add([this] { notify(); });
  thread_ = std::thread([this] { loop(); });
  return {};
}

void Timekeeper::stop() {
  if (listener_ != 0) parts_.worklist.signal().remove(listener_);
  listener_ = 0;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Timekeeper::notify() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_all();
}

void Timekeeper::plan_again() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = everything_ = true;
  }
  changed_.notify_all();
}

void Timekeeper::loop() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wanted_ = false;
    lock.unlock();
    try {
      if (const auto done = tick(); !done) spdlog::error("timer.tick-failed code={}", stable_code(done.error().code));
    } catch (const std::exception&) {
      // Its words could hold what was read. What is due stays due.
      spdlog::error("timer.tick-failed code=relais.internal");
    }
    lock.lock();
    changed_.wait_for(lock, parts_.period, [this] { return stop_ || wanted_; });
  }
}

Result<std::size_t> Timekeeper::tick() {
  const auto now = parts_.clock.now();
  if (const auto followed = follow_clock(now); !followed) return tl::unexpected(followed.error());
  bool everything = false;
  {
    const std::lock_guard lock(mutex_);
    std::swap(everything, everything_);
  }
  everything = everything || now - last_full_plan_ >= full_plan || now < last_full_plan_;
  if (const auto planned = parts_.plan(everything); !planned) {
    const std::lock_guard lock(mutex_);
    everything_ = everything_ || everything;
    return tl::unexpected(planned.error());
  }
  if (everything) last_full_plan_ = now;

  std::size_t ended = 0;
  // A run that did not end well in this tick waits for the next one.
  std::set<std::string> given_up;
  for (int round = 0; round < most_rounds; ++round) {
    const auto due = parts_.database.read(
        [&](soci::session& sql) -> Result<std::vector<Timer>> { return practice::due_timers(sql, now); });
    if (!due) return tl::unexpected(due.error());
    std::size_t in_round = 0;
    for (const auto& timer : *due) {
      if (given_up.contains(timer.name)) continue;
      const auto ran = run(timer, now);
      if (!ran) {
        given_up.insert(timer.name);
        if (const auto told = failed(timer, ran.error()); !told) return tl::unexpected(told.error());
      } else if (*ran) {
        ++in_round;
      } else {
        given_up.insert(timer.name);
      }
    }
    if (in_round == 0) break;
    ended += in_round;
    // What a step changed may have moved what is due next.
    if (const auto planned = parts_.plan(false); !planned) return tl::unexpected(planned.error());
  }
  if (ended > 0) parts_.worklist.changed();
  return ended;
}

// The clock may go back: by hand, by a time server, after a restore. Nothing must stop until it is later again, and
// nothing that was done comes a second time.
Result<void> Timekeeper::follow_clock(Instant now) {
  if (last_tick_ == Instant{}) {
    const auto kept = parts_.database.read(
        [](soci::session& sql) -> Result<std::int64_t> { return practice::clock_mark(sql, tick_mark); });
    if (!kept) return tl::unexpected(kept.error());
    last_tick_ = practice::from_ms(*kept);
  }
  const bool back = now + wobble < last_tick_;
  const bool keep = back || now - last_tick_ >= full_plan;
  if (!keep) return {};
  const auto done = parts_.database.write([&](Transaction& tx) -> Result<void> {
    practice::set_clock_mark(tx, tick_mark, practice::to_ms(now));
    if (!back) return {};
    practice::shorten_holds(tx, longest_hold);
    practice::shorten_retries(tx, longest_back_off);
    practice::hasten_events(tx);
    for (const auto& kind : kinds_) {
      if (!kind.next_after) continue;
      for (const auto& timer : practice::timers_of(tx.sql(), kind.name)) {
        // A slot that was served is not served again; one that the wrong clock put further away than the next is.
        auto next = kind.next_after(now);
        if (timer.last_slot && *timer.last_slot == next) next = kind.next_after(next);
        if (next < timer.slot) practice::plan_timer(tx, {timer.name, timer.kind, timer.subject}, next);
      }
    }
    auto entry = entry_of({}, "clock.went-back");
    entry.item_id.clear();
    const auto written = parts_.ledger.append(tx, entry);
    return written ? Result<void>{} : tl::unexpected(written.error());
  });
  if (!done) return done;
  if (back) {
    spdlog::warn("timer.clock-went-back");
    const std::lock_guard lock(mutex_);
    everything_ = true;
  }
  last_tick_ = now;
  return {};
}

const TimerKind* Timekeeper::kind_of(const Timer& timer) const {
  const auto found =
      std::find_if(kinds_.begin(), kinds_.end(), [&](const TimerKind& kind) { return kind.name == timer.kind; });
  return found == kinds_.end() ? nullptr : &*found;
}

std::string Timekeeper::label_of(const Timer& timer) const {
  const auto* kind = kind_of(timer);
  return kind == nullptr ? timer.kind : kind->label;
}

// True when it ended well, false when somebody else has it.
Result<bool> Timekeeper::run(const Timer& timer, Instant now) {
  const auto* kind = kind_of(timer);
  if (kind == nullptr) return fail(Code::timer_unknown_kind, timer.kind, timer.name);
  std::int64_t held_run = 0;
  if (kind->hold.count() > 0) {
    const auto started = parts_.database.write([&](Transaction& tx) -> Result<std::optional<std::int64_t>> {
      return practice::start_timer(tx, timer.name, std::min<std::chrono::milliseconds>(kind->hold, longest_hold));
    });
    if (!started) return tl::unexpected(started.error());
    if (!*started) return false;
    held_run = **started;
  }
  try {
    const auto work = kind->prepare(timer, now);
    if (!work) return tl::unexpected(work.error());
    return finish(timer, *work, held_run);
  } catch (const std::exception&) {
    return fail(Code::internal, "exception of a timer", timer.name);
  }
}

Result<bool> Timekeeper::finish(const Timer& timer, const TimerKind::Work& work, std::int64_t held_run) {
  bool taken = true;
  const auto done = parts_.database.write([&](Transaction& tx) -> Result<void> {
    auto run = held_run;
    if (run == 0) {
      // Taken, run and ended in one transaction: whoever comes second finds it no longer due.
      const auto started = practice::start_timer(tx, timer.name, longest_hold);
      taken = started.has_value();
      if (!taken) return {};
      run = *started;
    }
    const auto next = work(tx);
    if (!next) return tl::unexpected(next.error());
    if (const auto ended = practice::finish_timer(tx, timer.name, next->value_or(tx.now()), run); !ended) return ended;
    if (!*next) practice::drop_timer(tx, timer.name);
    if (timer.failures == 0) return {};
    const auto others = practice::timers_of(tx.sql(), timer.kind);
    const bool failing = std::any_of(others.begin(), others.end(), [](const Timer& other) { return other.failures > 0; });
    if (!failing) practice::end_notices(tx, failure_notice, timer.kind);
    return {};
  });
  if (!done && done.error().code == Code::timer_taken_over) return false;
  if (!done) return tl::unexpected(done.error());
  return taken;
}

// Silence is an alarm: a run that fails is tried again later, and people are told.
Result<void> Timekeeper::failed(const Timer& timer, const Error& why) {
  const std::string code(stable_code(why.code));
  spdlog::error("timer.failed kind={} code={}", timer.kind, code);
  const auto guardians = parts_.guardians();
  const auto told = parts_.database.write([&](Transaction& tx) -> Result<void> {
    const auto marked = practice::fail_timer(tx, timer.name, 0, code, retry_at(timer, tx.now()));
    if (!marked && marked.error().code == Code::not_found) return {};
    if (!marked) return marked;
    auto entry = entry_of(timer, "timer.failed");
    entry.outcome = practice::LedgerOutcome::failed;
    entry.error_code = code;
    if (const auto written = parts_.ledger.append(tx, entry); !written) return tl::unexpected(written.error());
    for (const auto& account : guardians) {
      practice::tell(tx, {account, failure_notice, timer.kind, "",
                          fmt::format("« {} » a échoué ({}) : Relais réessaie, rien n'est oublié.", label_of(timer), code)});
    }
    return {};
  });
  if (told) parts_.worklist.changed();
  return told;
}

}  // namespace relais::app
