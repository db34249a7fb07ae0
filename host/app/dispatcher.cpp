// SPDX-License-Identifier: Apache-2.0
#include "app/dispatcher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <vector>

#include "app/evaluation_round.h"
#include "app/practice_timers.h"
#include "practice/events.h"
#include "practice/ids.h"
#include "practice/inbound.h"
#include "practice/store_error.h"
#include "records/report_trace.h"

namespace relais::app {

using practice::Event;
using practice::Transaction;

namespace {

constexpr std::int64_t round_size = 64;
// Longer than any batch may take: an event that is still held then belonged to a host that died.
constexpr std::chrono::minutes hold{5};
// How long the thread sleeps when nothing told it to work: an event put off until an instant is then due.
constexpr std::chrono::seconds idle{1};

void announce(Transaction& tx, const worklist::Subject& subject) {
  Event event;
  event.source = "report/" + subject.item_id;
  event.version = practice::next_number(tx, "report-event");
  event.kind = records::report_available;
  event.item_id = subject.item_id;
  event.patient_id = subject.patient_id;
  event.doctor_id = subject.doctor_id;
  // It goes on from the message that brought the report.
  event.trace_id = records::trace_of_report(tx.sql(), subject.item_id);
  practice::append_event(tx, event);
}

}  // namespace

Evaluators hold_evaluators(const DispatchParts& parts) {
  // A version that was replaced between the two questions is no longer held: the packages are asked for again, and name
  // the next one. What is still missing then is stopped.
  constexpr int tries = 3;
  Evaluators held;
  for (int i = 0; i < tries; ++i) {
    held.clear();
    bool replaced = false;
    for (auto& package : parts.packages()) {
      auto runner = parts.supervisor.hold(package->manifest.id, package->manifest.version);
      if (!runner && parts.supervisor.state(package->manifest.id).status != plugins::PluginStatus::stopped) replaced = true;
      held.push_back({std::move(package), std::move(runner)});
    }
    if (!replaced) break;
  }
  return held;
}

Dispatcher::~Dispatcher() { stop(); }

Result<void> Dispatcher::start() {
  const auto released = parts_.database.write([](Transaction& tx) -> Result<void> {
    practice::release_events(tx);
    return {};
  });
  if (!released) return released;
  thread_ = std::thread([this] { loop(); });
  return {};
}

void Dispatcher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::notify() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_all();
}

void Dispatcher::notify_tasks() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = tasks_changed_ = true;
  }
  changed_.notify_all();
}

void Dispatcher::loop() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wanted_ = false;
    lock.unlock();
    std::size_t finished = 0;
    try {
      const auto done = work_once();
      if (done) finished = *done;
      if (!done) spdlog::error("dispatch.round-failed code={}", stable_code(done.error().code));
    } catch (const std::exception&) {
      // Its words could hold what was read. The round is taken up again: nothing is lost, nothing is made twice.
      spdlog::error("dispatch.round-failed code=relais.internal");
    }
    lock.lock();
    // After a failed round too: the database may come back.
    if (finished == 0) changed_.wait_for(lock, idle, [this] { return stop_ || wanted_; });
  }
}

Result<std::size_t> Dispatcher::work_once() {
  if (const auto given = give_back(); !given) return tl::unexpected(given.error());
  const auto evaluators = hold_evaluators(parts_);
  if (const auto looked = look_again(evaluators); !looked) return tl::unexpected(looked.error());
  std::vector<Event> claimed;
  const auto read = read_messages(claimed);
  if (!read) return read;
  const auto sorted = sort_reports(evaluators, std::move(claimed));
  if (!sorted) return sorted;
  return *read + *sorted;
}

// What the last message led to is claimed in its own commit: a message that comes alone waits for one commit less.
Result<std::size_t> Dispatcher::read_messages(std::vector<Event>& claimed) {
  const auto waiting = parts_.database.read([](soci::session& sql) -> Result<std::vector<practice::InboundMessage>> {
    return practice::inbound_in_state(sql, practice::InboundState::received, round_size);
  });
  if (!waiting) return tl::unexpected(waiting.error());
  for (const auto& message : *waiting) {
    const bool last = message.id == waiting->back().id;
    auto done = parts_.database.write([&](Transaction& tx) -> Result<std::vector<Event>> {
      if (const auto taken = parts_.ingest.process(tx, message.id); !taken) return tl::unexpected(taken.error());
      return last ? claim(tx) : std::vector<Event>{};
    });
    if (done) {
      spdlog::info("dispatch.read message={} trace={}", message.id, message.trace_id);
      claimed = std::move(*done);
      continue;
    }
    // A disk without room, or a commit that failed after all else, says nothing of the message: it stays to be read.
    if (practice::is_of_the_store(done.error().code) || !held_.empty()) return tl::unexpected(done.error());
    // One message that cannot be taken in must not keep the others waiting: it stands in « illisible », in sight.
    if (const auto aside = set_aside(message, done.error()); !aside) return tl::unexpected(aside.error());
  }
  if (!waiting->empty()) parts_.worklist.changed();
  return waiting->size();
}

Result<void> Dispatcher::set_aside(const practice::InboundMessage& message, const Error& why) {
  const std::string code(stable_code(why.code));
  spdlog::error("dispatch.not-read message={} trace={} code={}", message.id, message.trace_id, code);
  return parts_.database.write([&](Transaction& tx) { return parts_.ingest.set_unreadable(tx, message.id, code); });
}

// What was not evaluated is tried again by a package that runs anew, and what nobody sorted once a task is on or a
// package is new here.
Result<void> Dispatcher::look_again(const Evaluators& evaluators) {
  std::map<std::string, std::int64_t> now;
  std::set<std::string> fresh;
  bool installed = false;
  for (const auto& [package, runner] : evaluators) {
    const auto& id = package->manifest.id;
    const auto run = runner ? runner->run() : 0;
    const auto name = id + " " + package->manifest.version;
    now[name] = run;
    const auto before = known_packages_.find(name);
    // At the start of the host nothing has changed for what nobody sorts.
    installed = installed || (looked_ && before == known_packages_.end());
    if (run != 0 && (before == known_packages_.end() || before->second != run)) fresh.insert(id);
  }
  bool tasks = false;
  {
    const std::lock_guard lock(mutex_);
    std::swap(tasks, tasks_changed_);
  }
  if (!fresh.empty() || installed || tasks) {
    const auto told = announce_again(fresh, installed || tasks);
    if (!told) {
      const std::lock_guard lock(mutex_);
      tasks_changed_ = tasks_changed_ || tasks;
      return told;
    }
  }
  known_packages_ = std::move(now);
  looked_ = true;
  return {};
}

Result<void> Dispatcher::announce_again(const std::set<std::string>& fresh, bool unsorted) {
  return parts_.database.write([&](Transaction& tx) -> Result<void> {
    std::set<worklist::Subject> subjects;
    for (const auto& one : practice::WorklistStore::not_evaluated(tx.sql(), {}))
      if (fresh.contains(one.scope.plugin)) subjects.insert(one.scope.subject);
    if (unsorted)
      for (const auto& item : practice::WorklistStore::items(tx.sql(), {}))
        if (item.key.scope.plugin == own_plugin) subjects.insert(item.key.scope.subject);
    for (const auto& subject : subjects) announce(tx, subject);
    // What waits for a plugin that could not be asked need wait no longer.
    if (!fresh.empty()) practice::hasten_events(tx);
    return {};
  });
}

Result<std::size_t> Dispatcher::sort_reports(const Evaluators& evaluators, std::vector<Event> events) {
  if (events.empty()) {
    auto claimed = parts_.database.write(
        [this](Transaction& tx) -> Result<std::vector<Event>> { return claim(tx); });
    if (!claimed) return tl::unexpected(claimed.error());
    events = std::move(*claimed);
  }
  if (events.empty()) return 0;
  auto due = debounce(std::move(events));
  if (!due) return tl::unexpected(due.error());
  const auto night = std::stable_partition(due->begin(), due->end(), [](const Event& event) {
    return event.kind != nightly_trigger;
  });
  // A report is on the list before the night that is claimed with it is evaluated.
  std::size_t ended = 0;
  for (const auto& part : {std::vector<Event>(due->begin(), night), std::vector<Event>(night, due->end())}) {
    if (part.empty()) continue;
    const auto done = EvaluationRound(parts_, evaluators).run(part);
    if (!done) return done;
    ended += *done;
  }
  held_.clear();
  return ended;
}

// What a round had claimed when the database failed it is due at once when the database works again, not when the hold
// ends.
Result<void> Dispatcher::give_back() {
  if (held_.empty()) return {};
  const auto given = parts_.database.write([&](Transaction& tx) -> Result<void> {
    for (const auto& event : held_) practice::unclaim_event(tx, event, tx.now());
    return {};
  });
  if (given) held_.clear();
  return given;
}

// On the writer thread, while this one waits for it.
std::vector<Event> Dispatcher::claim(Transaction& tx) {
  auto events = practice::claim_events(tx, round_size, hold);
  held_.insert(held_.end(), events.begin(), events.end());
  return events;
}

// Several events that tell of one subject are one evaluation: the last one stands for those before it. The first of a
// burst is evaluated at once; what follows it within `burst` waits, together, until the burst is over.
Result<std::vector<Event>> Dispatcher::debounce(std::vector<Event> events) {
  const auto now = parts_.clock.now();
  // An instant after now is of a clock that went back since: it says nothing.
  std::erase_if(lately_, [&](const auto& one) { return one.second > now || now - one.second >= parts_.burst; });
  std::map<Evaluated, Event> last;
  std::vector<std::int64_t> covered;
  for (auto& event : events) {
    const Evaluated key{event.kind, {event.item_id, event.patient_id, event.doctor_id}};
    const auto [place, fresh] = last.try_emplace(key, event);
    if (fresh) continue;
    covered.push_back(place->second.seq);
    spdlog::info("dispatch.covered event={} trace={} by={}", place->second.seq, place->second.trace_id, event.seq);
    place->second = std::move(event);
  }
  std::vector<Event> due;
  std::vector<std::pair<std::int64_t, Instant>> later;
  for (auto& [key, event] : last) {
    if (const auto recent = lately_.find(key); recent != lately_.end()) {
      later.emplace_back(event.seq, recent->second + parts_.burst);
    } else {
      if (parts_.burst.count() > 0) lately_.emplace(key, now);
      due.push_back(std::move(event));
    }
  }
  std::sort(due.begin(), due.end(), [](const Event& a, const Event& b) { return a.seq < b.seq; });
  if (covered.empty() && later.empty()) return due;
  const auto kept = parts_.database.write([&](Transaction& tx) -> Result<void> {
    // Those that the last one covers: it is still in the queue.
    for (const auto seq : covered)
      if (const auto done = practice::finish_event(tx, seq); !done) return done;
    for (const auto& [seq, at] : later)
      if (const auto put_off = practice::retry_event(tx, seq, "", at); !put_off) return put_off;
    return {};
  });
  if (!kept) return tl::unexpected(kept.error());
  return due;
}

}  // namespace relais::app
