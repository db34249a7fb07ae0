// SPDX-License-Identifier: Apache-2.0
#include "app/feedback_post.h"

#include <relais/relais.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace relais::app {

using practice::PluginFeedback;
using practice::Transaction;

namespace {

constexpr std::int64_t round_rows = 256;
// Rows that failed before go alone: one that kills the worker takes no other with it. A worker each, so few at a time.
constexpr std::size_t alone_at_once = 8;
constexpr std::chrono::minutes first_delay{1};
constexpr std::chrono::minutes held_delay{1};
// An outcome that nobody could be told for so long says nothing any more.
constexpr std::chrono::hours longest_wait{24 * 30};

bool refuses(std::int32_t status) {
  return status != static_cast<std::int32_t>(RELAIS_OK) && status != static_cast<std::int32_t>(RELAIS_UNSUPPORTED);
}

worker::v1::Outcome outcome_of(const PluginFeedback& row) {
  worker::v1::Outcome outcome;
  const auto& scope = row.key.scope;
  outcome.mutable_subject()->set_item_id(scope.subject.item_id);
  outcome.mutable_subject()->set_patient_id(scope.subject.patient_id);
  outcome.mutable_subject()->set_doctor_id(scope.subject.doctor_id);
  outcome.mutable_subject()->set_task_id(scope.task);
  outcome.set_kind(row.key.kind);
  outcome.set_verdict(static_cast<std::int32_t>(row.verdict));
  outcome.set_category(static_cast<v1::Category>(row.category));
  outcome.set_reason(row.reason_code);
  return outcome;
}

practice::LedgerEntry feedback_entry(const PluginFeedback& row, const std::string& version, const std::string& code) {
  practice::LedgerEntry entry;
  entry.actor = "system";
  entry.role = "system";
  entry.action = "plugin.feedback";
  entry.item_id = row.key.scope.subject.item_id;
  entry.patient_id = row.key.scope.subject.patient_id;
  entry.doctor_id = entry.on_behalf_of = row.key.scope.subject.doctor_id;
  entry.task_id = row.key.scope.task;
  entry.plugin_id = row.key.scope.plugin;
  entry.plugin_version = version;
  entry.trace_id = row.trace_id;
  if (!row.reason_code.empty()) entry.rule_codes = {row.reason_code};
  if (!code.empty()) {
    entry.outcome = practice::LedgerOutcome::failed;
    entry.error_code = code;
  }
  return entry;
}

}  // namespace

FeedbackPost::~FeedbackPost() { stop(); }

void FeedbackPost::start() {
  thread_ = std::thread([this] { loop(); });
}

void FeedbackPost::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FeedbackPost::loop() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, parts_.pace, [this] { return stop_; })) {
    lock.unlock();
    try {
      if (const auto done = deliver_once(); !done)
        spdlog::error("feedback.round-failed code={}", stable_code(done.error().code));
    } catch (const std::exception&) {
      // Nothing left the queue: it is told again.
      spdlog::error("feedback.round-failed code={}", stable_code(Code::internal));
    }
    lock.lock();
  }
}

Result<std::size_t> FeedbackPost::deliver_once() {
  const auto now = parts_.clock.now();
  const auto due = parts_.database.read([&](soci::session& sql) -> Result<Rows> {
    return practice::due_feedback(sql, now, round_rows);
  });
  if (!due) return tl::unexpected(due.error());
  std::map<std::string, Rows> by_plugin;
  for (const auto& row : *due) by_plugin[row.key.scope.plugin].push_back(row);
  std::size_t done = 0;
  for (const auto& [plugin, rows] : by_plugin) {
    const auto version = parts_.version(plugin);
    const auto settled = settle(plugin, version, tell_all(plugin, version, rows));
    if (!settled) return settled;
    done += *settled;
  }
  return done;
}

std::vector<FeedbackPost::Told> FeedbackPost::tell_all(const std::string& plugin, const std::string& version,
                                                       const Rows& rows) {
  std::vector<Told> told;
  if (is_deaf(plugin, version)) {
    for (const auto& row : rows) told.push_back({&row, std::string(stable_code(Code::plugin_feedback_given_up))});
    return told;
  }
  // Those that never failed, together.
  for (std::size_t from = 0; from < rows.size();) {
    if (rows[from].attempts != 0) {
      ++from;
      continue;
    }
    std::size_t count = 1;
    while (from + count < rows.size() && rows[from + count].attempts == 0) ++count;
    tell_batch(plugin, rows, from, count, told);
    from += count;
  }
  std::size_t alone = 0;
  for (std::size_t at = 0; at < rows.size() && alone < alone_at_once; ++at) {
    if (rows[at].attempts == 0) continue;
    tell_batch(plugin, rows, at, 1, told);
    ++alone;
  }
  return told;
}

void FeedbackPost::tell_batch(const std::string& plugin, const Rows& rows, std::size_t from, std::size_t count,
                              std::vector<Told>& told) {
  std::vector<worker::v1::Outcome> outcomes;
  for (std::size_t i = 0; i < count; ++i) outcomes.push_back(outcome_of(rows[from + i]));
  const auto taken = parts_.tell(plugin, outcomes);
  for (std::size_t i = 0; i < count; ++i) {
    auto& one = told.emplace_back();
    one.row = &rows[from + i];
    if (!taken && taken.error().code == Code::plugin_stopped) {
      one.held = true;
      one.code = stable_code(Code::plugin_stopped);
    } else if (!taken) {
      one.put_off = true;
      one.code = stable_code(taken.error().code);
    } else if (refuses((*taken)[i])) {
      one.put_off = true;
      one.code = stable_code(Code::plugin_feedback_failed);
    }
  }
}

// What was taken, or never will be, leaves the queue with its ledger entry; the rest waits.
Result<std::size_t> FeedbackPost::settle(const std::string& plugin, const std::string& version,
                                         const std::vector<Told>& told) {
  plugins::PluginEvent event;
  event.plugin_id = plugin;
  event.plugin_version = version;
  event.kind = plugins::PluginEventKind::feedback_given_up;
  event.code = stable_code(Code::plugin_feedback_given_up);
  bool taken = false;
  const auto settled = parts_.database.write([&](Transaction& tx) -> Result<std::size_t> {
    std::size_t left = 0;
    event.subjects.clear();
    taken = false;
    for (const auto& one : told) {
      const auto& row = *one.row;
      const bool too_old = tx.now() - row.created > longest_wait;
      if (one.held && !too_old) {
        practice::hold_feedback(tx, row.seq, tx.now() + held_delay);
        continue;
      }
      if (one.put_off && !too_old && row.attempts + 1 < most_attempts) {
        practice::put_off_feedback(tx, row.seq, tx.now() + first_delay * (std::int64_t{1} << row.attempts));
        continue;
      }
      const bool given_up = !one.code.empty();
      taken = taken || !given_up;
      if (!practice::forget_feedback(tx, row.seq)) continue;
      ++left;
      if (given_up) *event.subjects.emplace_back().mutable_item_id() = row.key.scope.subject.item_id;
      const auto code = given_up ? std::string(stable_code(Code::plugin_feedback_given_up)) : std::string();
      const auto written = parts_.ledger.append(tx, feedback_entry(row, version, code));
      if (!written) return tl::unexpected(written.error());
    }
    return left;
  });
  if (!settled) return settled;
  const bool was_deaf = is_deaf(plugin, version);
  auto& silence = silent_[plugin];
  if (silence.version != version || taken) silence = {version, 0};
  if (event.subjects.empty()) return settled;
  if (!taken) silence.given_up += static_cast<int>(event.subjects.size());
  event.at = parts_.clock.now();
  // What a deaf one is spared is in the ledger.
  if (!was_deaf && parts_.given_up) parts_.given_up(event);
  return settled;
}

bool FeedbackPost::is_deaf(const std::string& plugin, const std::string& version) const {
  const auto found = silent_.find(plugin);
  return found != silent_.end() && found->second.version == version && found->second.given_up >= deaf_after;
}

}  // namespace relais::app
