// SPDX-License-Identifier: Apache-2.0
// In-memory twins of what supervision meets: a clock that the test moves, a pause that moves it, a worker that behaves
// as the test says.
#pragma once

#include <deque>
#include <functional>
#include <set>

#include "plugins/supervision/pipelined_worker.h"
#include "plugins/supervision/runner.h"

namespace relais::plugins::test {

class TestClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void forward(std::chrono::milliseconds by) { now_ += by; }
  void set(Instant to) { now_ = to; }

 private:
  Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
};

// Passes at once, and remembers how long it would have been.
class TestPause final : public Pause {
 public:
  TestPause(TestClock& clock, std::vector<std::chrono::milliseconds>& waits) : clock_(clock), waits_(waits) {}
  bool wait(Instant until) override {
    if (until > clock_.now()) {
      waits_.push_back(until - clock_.now());
      clock_.set(until);
    }
    return !interrupted_;
  }
  void interrupt() override { interrupted_ = true; }

 private:
  TestClock& clock_;
  std::vector<std::chrono::milliseconds>& waits_;
  bool interrupted_ = false;
};

// What the fake plugins of one test do, and what happened to them.
struct Plan {
  // Subjects (item ids) that kill the worker, and how.
  std::map<std::string, FailureKind> deadly;
  // Starts that fail before the plugin is loaded; negative: all of them.
  int failing_starts = 0;
  bool refused = false;
  // Changes a good answer.
  std::function<void(worker::v1::BatchResult&, const worker::v1::Batch&)> twist;
  // Remembers a patient: the answer depends on what this worker saw before.
  bool remembers = false;
  bool dies_idle = false;
  std::size_t in_flight = 1;

  int starts = 0;
  std::size_t most_in_hands = 0;
  std::vector<std::vector<std::string>> batches;  // item ids, in the order sent
};

inline worker::v1::BatchResult good_answer(const worker::v1::Batch& batch) {
  worker::v1::BatchResult result;
  result.set_id(batch.id());
  for (int index = 0; index < batch.slices_size(); ++index) {
    auto& answer = *result.add_evaluations();
    answer.set_slice_index(index);
    *answer.mutable_subject() = batch.slices(index).subject();
    answer.set_version(batch.slices(index).version());
    auto& finding = *answer.add_findings();
    finding.set_kind("bio");
    finding.set_category(relais::v1::CATEGORY_A_VOIR);
    finding.set_data_level(2);
    auto& reason = *finding.add_reasons();
    reason.set_rule("C01");
    reason.set_category(relais::v1::CATEGORY_A_VOIR);
  }
  return result;
}

class FakeWorker final : public PipelinedWorker {
 public:
  explicit FakeWorker(Plan& plan) : plan_(plan) {}

  WorkerAnswer<worker::v1::BatchResult> evaluate(const worker::v1::Batch& batch,
                                                 std::chrono::milliseconds /*deadline*/) override {
    auto& sent = plan_.batches.emplace_back();
    for (const auto& slice : batch.slices()) sent.push_back(slice.subject().item_id());
    for (const auto& item : sent) {
      if (const auto found = plan_.deadly.find(item); found != plan_.deadly.end()) {
        return tl::make_unexpected(WorkerFailure{found->second, "fake"});
      }
    }
    auto result = good_answer(batch);
    if (plan_.remembers) {
      for (auto& answer : *result.mutable_evaluations()) answer.mutable_findings(0)->set_rank(seen_++);
    }
    if (plan_.twist) plan_.twist(result, batch);
    return result;
  }
  std::size_t in_flight() const override { return plan_.in_flight; }
  void submit(const worker::v1::Batch& batch) override {
    in_hands_.push_back(batch);
    plan_.most_in_hands = std::max(plan_.most_in_hands, in_hands_.size());
  }
  WorkerAnswer<worker::v1::BatchResult> collect(std::chrono::milliseconds deadline) override {
    const auto batch = std::move(in_hands_.front());
    in_hands_.pop_front();
    return evaluate(batch, deadline);
  }
  WorkerAnswer<worker::v1::Rules> rules(std::chrono::milliseconds /*deadline*/) override { return worker::v1::Rules(); }
  WorkerAnswer<worker::v1::OutcomesTaken> feedback(const worker::v1::OutcomeBatch& batch,
                                                   std::chrono::milliseconds /*deadline*/) override {
    worker::v1::OutcomesTaken taken;
    taken.set_id(batch.id());
    for (int i = 0; i < batch.outcomes_size(); ++i) taken.add_statuses(0);
    return taken;
  }
  std::optional<WorkerFailure> ended() override {
    if (!plan_.dies_idle) return std::nullopt;
    plan_.dies_idle = false;
    return WorkerFailure{FailureKind::crashed, "fake"};
  }
  std::optional<WorkerFailure> close() override { return std::nullopt; }

 private:
  Plan& plan_;
  int seen_ = 0;
  std::deque<worker::v1::Batch> in_hands_;
};

class FakeLauncher final : public WorkerLauncher {
 public:
  explicit FakeLauncher(Plan& plan) : plan_(plan) {}
  tl::expected<StartedWorker, StartFailure> start(const Package& package) override {
    ++plan_.starts;
    if (plan_.refused) return tl::make_unexpected(StartFailure{Code::plugin_refused, "fake", true});
    if (plan_.failing_starts != 0) {
      --plan_.failing_starts;
      return tl::make_unexpected(StartFailure{Code::plugin_crashed, "fake", false});
    }
    worker::v1::Hello hello;
    hello.set_plugin_id(package.manifest.id);
    return StartedWorker{std::make_unique<FakeWorker>(plan_), std::move(hello)};
  }

 private:
  Plan& plan_;
};

inline worker::v1::Slice slice_of(const std::string& item, std::size_t padding = 0) {
  worker::v1::Slice slice;
  slice.mutable_subject()->set_item_id(item);
  slice.mutable_subject()->set_task_id("bio-triage");
  slice.set_version(1);
  slice.set_time_zone(std::string(padding, 'x'));
  return slice;
}

inline std::vector<worker::v1::Slice> slices_of(std::size_t count) {
  std::vector<worker::v1::Slice> slices;
  for (std::size_t index = 0; index < count; ++index) slices.push_back(slice_of("item-" + std::to_string(index)));
  return slices;
}

inline Package package_of() {
  Package package;
  package.manifest.id = "fake";
  package.manifest.version = "1.0.0";
  package.manifest.effects = {"task.propose"};
  return package;
}

// One runner and all that is around it.
struct Bench {
  explicit Bench(Plan given = {}, SupervisionOptions options = without_sample(), Package package = package_of())
      : plan(std::move(given)),
        runner(std::move(package),
               RunnerContext{launcher, clock, poison, std::move(options),
                             [this](const PluginEvent& event) { events.push_back(event); }},
               std::make_unique<TestPause>(clock, waits)) {}

  static SupervisionOptions without_sample() {
    SupervisionOptions options;
    options.sampler = nullptr;
    return options;
  }

  std::size_t count(PluginEventKind kind) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [&](const auto& event) { return event.kind == kind; }));
  }

  std::vector<std::string> codes(std::vector<worker::v1::Slice> slices) {
    std::vector<std::string> found;
    for (const auto& answer : runner.evaluate(std::move(slices))) found.push_back(answer.not_evaluated());
    return found;
  }

  Plan plan;
  TestClock clock;
  std::vector<std::chrono::milliseconds> waits;
  std::vector<PluginEvent> events;
  InMemoryPoison poison;
  FakeLauncher launcher{plan};
  PluginRunner runner;
};

}  // namespace relais::plugins::test
