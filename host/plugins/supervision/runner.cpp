// SPDX-License-Identifier: Apache-2.0
#include "plugins/supervision/runner.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "plugins/supervision/answers.h"
#include "plugins/supervision/work.h"

namespace relais::plugins {
namespace {

// What the slices of a batch are all about; empty when they are about several things.
std::string shared_trace(const worker::v1::Batch& batch) {
  if (batch.slices().empty()) return {};
  const auto& first = batch.slices(0).trace_id();
  const auto& all = batch.slices();
  const bool one = std::all_of(all.begin(), all.end(), [&](const auto& slice) { return slice.trace_id() == first; });
  return one ? first : std::string{};
}

}  // namespace

PluginRunner::PluginRunner(Package package, RunnerContext context, std::unique_ptr<Pause> pause)
    : package_(std::move(package)),
      context_(std::move(context)),
      pause_(std::move(pause)),
      failures_(context_.options) {
  state_.since = context_.clock.now();
}

PluginRunner::~PluginRunner() { stop(); }

Result<void> PluginRunner::start() {
  const std::lock_guard lock(running_);
  if (ensure_started()) {
    static std::atomic<std::int64_t> runs = 0;
    run_ = ++runs;
    return {};
  }
  const auto why = state();
  return fail(Code::plugin_refused, why.code + (why.detail.empty() ? "" : ": " + why.detail), package_.manifest.id);
}

bool PluginRunner::ensure_started() {
  if (stopping_) return false;
  if (worker_) {
    const auto end = worker_->ended();
    if (!end) return true;
    // It ended while nothing was asked of it: no subject is to blame.
    retire(*end, {});
    after_failure(true);
  }
  while (status() != PluginStatus::disabled) {
    if (!pause_->wait(failures_.start_from())) {
      set_state(PluginStatus::stopped, stable_code(Code::plugin_stopped));
      return false;
    }
    if (start_once()) return true;
  }
  return false;
}

bool PluginRunner::start_once() {
  auto started = context_.launcher.start(package_);
  if (started) {
    worker_ = std::move(started->worker);
    {
      const std::lock_guard lock(state_mutex_);
      state_ = PluginState{PluginStatus::running, {}, {}, context_.clock.now(), started->hello.landlock_abi()};
    }
    const bool unbounded_files = started->hello.seccomp() && started->hello.landlock_abi() == 0;
    tell(PluginEventKind::started, unbounded_files ? std::string(stable_code(Code::plugin_landlock_missing)) : "",
         "landlock " + std::to_string(started->hello.landlock_abi()));
    return true;
  }
  const auto& failure = started.error();
  if (failure.final) {
    tell(PluginEventKind::refused, std::string(stable_code(failure.code)), failure.detail);
    disable(failure.code, failure.detail);
    return false;
  }
  set_state(PluginStatus::restarting, stable_code(failure.code), failure.detail);
  tell(PluginEventKind::failed, std::string(stable_code(failure.code)), failure.detail);
  after_failure(true);
  return false;
}

void PluginRunner::retire(const WorkerFailure& failure, const std::vector<worker::v1::Subject>& subjects) {
  worker_.reset();
  const auto code = stable_code(code_of(failure.kind));
  set_state(PluginStatus::restarting, code, failure.detail);
  tell(PluginEventKind::failed, std::string(code), failure.detail, subjects);
}

void PluginRunner::after_failure(bool back_off) {
  failures_.count(context_.clock.now(), back_off);
  if (failures_.too_many()) disable(Code::plugin_disabled, state().code);
}

void PluginRunner::disable(Code code, std::string detail) {
  worker_.reset();
  set_state(PluginStatus::disabled, stable_code(code), detail);
  tell(PluginEventKind::disabled, std::string(stable_code(code)), std::move(detail));
}

std::vector<worker::v1::Evaluation> PluginRunner::evaluate(std::vector<worker::v1::Slice> slices) {
  const auto start = std::chrono::steady_clock::now();
  Work work(std::move(slices));
  const std::lock_guard lock(running_);
  Positions candidates;
  for (std::size_t position = 0; position < work.slices.size(); ++position) {
    const auto& slice = work.slices[position];
    if (context_.poison.recall(poison_key(package_, slice))) {
      give_up(work, {position}, stable_code(Code::plugin_poisoned));
    } else {
      candidates.push_back(position);
    }
  }
  const auto cut = cut_by_bytes(work.slices, candidates, package_.manifest.budget.batch_bytes);
  give_up(work, cut.too_large, stable_code(Code::plugin_slice_too_large));
  work.run(*this, cut.batches);
  check_hidden_state(work);
  for (std::size_t position = 0; position < work.answers.size(); ++position) {
    work.answers[position].set_slice_index(static_cast<int>(position));
  }
  if (context_.options.measured) {
    const auto silent = static_cast<std::size_t>(std::count_if(
        work.answers.begin(), work.answers.end(), [](const auto& answer) { return !answer.not_evaluated().empty(); }));
    context_.options.measured({package_.manifest.id, package_.manifest.version, work.answers.size() - silent, silent,
                               std::chrono::steady_clock::now() - start});
  }
  return std::move(work.answers);
}

void PluginRunner::run_batch(Work& work, const Positions& positions) {
  if (!ensure_started()) {
    const auto why = stopping_ ? std::string(stable_code(Code::plugin_stopped)) : state().code;
    return give_up(work, positions, why);
  }
  auto failure = attempt(work, positions);
  if (!failure) return failures_.went_well();
  bisect(work, positions, std::move(*failure));
}

void PluginRunner::give_up(Work& work, const Positions& positions, std::string_view code) {
  if (positions.empty()) return;
  for (const auto position : positions) {
    work.answers[position] = not_evaluated(work.slices[position], position, code);
  }
  tell(PluginEventKind::not_evaluated, std::string(code), {}, work.subjects(positions));
}

// Sends one batch to the running worker. On a failure the worker is gone and nothing is answered.
std::optional<WorkerFailure> PluginRunner::attempt(Work& work, const Positions& positions) {
  auto batch = work.lend(positions, next_batch_++);
  auto result = worker_->evaluate(batch, package_.manifest.budget.batch_deadline);
  if (result && result->id() != batch.id()) {
    result = tl::make_unexpected(WorkerFailure{FailureKind::garbage, "answer to another batch"});
  }
  if (result) accept(work, positions, batch, std::move(*result));
  work.take_back(batch, positions);
  if (result) return std::nullopt;
  retire(result.error(), work.subjects(positions));
  return result.error();
}

void PluginRunner::accept(Work& work, const Positions& positions, const worker::v1::Batch& batch,
                          worker::v1::BatchResult result) {
  write_logs(result.logs(), result.id(), shared_trace(batch));
  auto checked = check_answers(batch, std::move(result), package_.manifest);
  write_evaluated(batch, checked.evaluations);
  // The plugin's own doing, and not the size of one patient's record.
  const auto is_lie = [](std::string_view code) {
    return code == stable_code(Code::plugin_out_of_subject) || code == stable_code(Code::plugin_wrong_version) ||
           code == stable_code(Code::plugin_garbage);
  };
  bool lied = false;
  std::map<std::string, std::vector<worker::v1::Subject>> unanswered;
  for (std::size_t index = 0; index < positions.size(); ++index) {
    auto& answer = checked.evaluations[index];
    const auto& code = answer.not_evaluated();
    lied = lied || is_lie(code);
    if (!code.empty()) unanswered[code].push_back(answer.subject());
    work.answers[positions[index]] = std::move(answer);
  }
  for (auto& [code, subjects] : unanswered) tell(PluginEventKind::not_evaluated, code, {}, std::move(subjects));
  for (const auto& refused : checked.refused) {
    if (refused.slice) continue;
    lied = true;
    tell(PluginEventKind::answer_refused, std::string(stable_code(refused.code)));
  }
  if (lied) after_failure(false);
}

Result<std::vector<worker::v1::Rule>> PluginRunner::rules() {
  const std::lock_guard lock(running_);
  if (!ensure_started()) return fail(Code::plugin_disabled, state().code, package_.manifest.id);
  auto rules = worker_->rules(context_.options.load_deadline);
  if (!rules) {
    retire(rules.error(), {});
    after_failure(true);
    return fail(code_of(rules.error().kind), rules.error().detail, package_.manifest.id);
  }
  if (!rules->refused().empty()) return fail(Code::plugin_garbage, rules->refused(), package_.manifest.id);
  return std::vector<worker::v1::Rule>(rules->rules().begin(), rules->rules().end());
}

Result<void> PluginRunner::enable() {
  {
    const std::lock_guard lock(running_);
    failures_ = FailureHistory(context_.options);
    if (status() == PluginStatus::disabled) {
      set_state(PluginStatus::stopped);
      tell(PluginEventKind::enabled);
    }
  }
  return start();
}

void PluginRunner::stop() {
  stopping_ = true;
  pause_->interrupt();
  const std::lock_guard lock(running_);
  if (status() == PluginStatus::stopped && !worker_) return;
  std::optional<WorkerFailure> failure;
  if (worker_) failure = worker_->close();
  worker_.reset();
  set_state(PluginStatus::stopped, stable_code(Code::plugin_stopped));
  tell(PluginEventKind::stopped, failure ? std::string(stable_code(Code::plugin_unload_crashed)) : "",
       failure ? failure->detail : "");
}

std::int64_t PluginRunner::run() const {
  const auto now = status();
  return now == PluginStatus::running || now == PluginStatus::restarting ? run_.load() : 0;
}

PluginState PluginRunner::state() const {
  const std::lock_guard lock(state_mutex_);
  return state_;
}

PluginStatus PluginRunner::status() const { return state().status; }

void PluginRunner::set_state(PluginStatus status, std::string_view code, std::string detail) {
  const std::lock_guard lock(state_mutex_);
  state_ = PluginState{status, std::string(code), std::move(detail), context_.clock.now(), 0};
}

}  // namespace relais::plugins
