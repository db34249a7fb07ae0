// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "fakes.h"

namespace relais::plugins::test {
namespace {

using std::chrono::milliseconds;

std::size_t answered(const std::vector<std::string>& codes) {
  return static_cast<std::size_t>(std::count(codes.begin(), codes.end(), ""));
}

}  // namespace

TEST_CASE("every slice gets its answer in the order it was given") {
  Bench bench;
  const auto answers = bench.runner.evaluate(slices_of(700));
  REQUIRE(answers.size() == 700);
  for (std::size_t index = 0; index < answers.size(); ++index) {
    CHECK(answers[index].subject().item_id() == "item-" + std::to_string(index));
    CHECK(answers[index].slice_index() == static_cast<int>(index));
    CHECK(answers[index].findings_size() == 1);
  }
  CHECK(bench.plan.starts == 1);
}

TEST_CASE("one subject that kills the worker is found and the others are evaluated") {
  Plan plan;
  plan.deadly["item-97"] = FailureKind::crashed;
  Bench bench(std::move(plan));
  const auto codes = bench.codes(slices_of(256));
  CHECK(answered(codes) == 255);
  CHECK(codes[97] == "plugin.crashed");
  CHECK(bench.count(PluginEventKind::poisoned) == 1);
  // One loss for each halving of 256, and the last one alone.
  CHECK(bench.count(PluginEventKind::failed) == 9);
  CHECK(bench.runner.state().status == PluginStatus::running);
}

TEST_CASE("a worker has several batches in its hands and answers them in order") {
  Plan plan;
  plan.in_flight = 3;
  Bench bench(std::move(plan));
  const auto answers = bench.runner.evaluate(slices_of(1500));
  REQUIRE(answers.size() == 1500);
  for (std::size_t index = 0; index < answers.size(); ++index) {
    CHECK(answers[index].subject().item_id() == "item-" + std::to_string(index));
    CHECK(answers[index].slice_index() == static_cast<int>(index));
  }
  CHECK(bench.plan.most_in_hands == 3);
  CHECK(bench.plan.starts == 1);
}

TEST_CASE("a subject that kills a worker with several batches in its hands takes no other with it") {
  Plan plan;
  plan.in_flight = 3;
  plan.deadly = {{"item-300", FailureKind::crashed}, {"item-1400", FailureKind::timed_out}};
  Bench bench(std::move(plan));
  const auto codes = bench.codes(slices_of(1500));
  CHECK(answered(codes) == 1498);
  CHECK(codes[300] == "plugin.crashed");
  CHECK(codes[1400] == "plugin.timeout");
  CHECK(bench.count(PluginEventKind::poisoned) == 2);
  CHECK(bench.runner.state().status == PluginStatus::running);
}

TEST_CASE("an answer to another batch than the oldest is refused") {
  Plan plan;
  plan.in_flight = 3;
  int calls = 0;
  plan.twist = [&calls](worker::v1::BatchResult& result, const worker::v1::Batch&) {
    if (++calls == 2) result.set_id(result.id() + 1);
  };
  Bench bench(std::move(plan));
  CHECK(answered(bench.codes(slices_of(1500))) == 1500);
  CHECK(bench.count(PluginEventKind::failed) == 1);
}

TEST_CASE("a poisoned subject is remembered and does not kill again") {
  Plan plan;
  plan.deadly["item-3"] = FailureKind::timed_out;
  Bench bench(std::move(plan));
  CHECK(bench.codes(slices_of(8))[3] == "plugin.timeout");
  const auto starts = bench.plan.starts;
  const auto again = bench.codes(slices_of(8));
  CHECK(again[3] == "plugin.poisoned");
  CHECK(answered(again) == 7);
  CHECK(bench.plan.starts == starts);
}

TEST_CASE("another version of a poisoned slice is tried again") {
  Plan plan;
  plan.deadly["item-3"] = FailureKind::crashed;
  Bench bench(std::move(plan));
  bench.codes(slices_of(4));
  bench.plan.deadly.clear();
  auto slices = slices_of(4);
  slices[3].set_version(2);
  CHECK(answered(bench.codes(std::move(slices))) == 4);
}

TEST_CASE("a bisection counts as one failure and does not wait") {
  Plan plan;
  plan.deadly = {{"item-1", FailureKind::crashed}, {"item-9", FailureKind::crashed}};
  auto options = Bench::without_sample();
  options.failures_allowed = 2;
  Bench bench(std::move(plan), options);
  const auto codes = bench.codes(slices_of(16));
  CHECK(answered(codes) == 14);
  CHECK(bench.waits.empty());
  CHECK(bench.runner.state().status == PluginStatus::running);
}

TEST_CASE("a plugin that every subject kills loses a bounded number of workers") {
  Plan plan;
  for (int index = 0; index < 256; ++index) plan.deadly["item-" + std::to_string(index)] = FailureKind::timed_out;
  auto options = Bench::without_sample();
  options.bisection_losses = 12;
  Bench bench(std::move(plan), options);
  const auto codes = bench.codes(slices_of(256));
  CHECK(answered(codes) == 0);
  CHECK(bench.count(PluginEventKind::failed) == 12);
  CHECK(std::count(codes.begin(), codes.end(), "plugin.timeout") == 256);
}

TEST_CASE("a crash that no half repeats blames nobody and waits before the next start") {
  Plan plan;
  int calls = 0;
  plan.twist = [&calls](worker::v1::BatchResult& result, const worker::v1::Batch&) {
    if (++calls == 1) result.set_id(-1);
  };
  Bench bench(std::move(plan));
  CHECK(answered(bench.codes(slices_of(4))) == 4);
  CHECK(bench.count(PluginEventKind::poisoned) == 0);
  bench.plan.dies_idle = true;
  bench.codes(slices_of(1));
  CHECK(bench.waits == std::vector{milliseconds(200)});
}

TEST_CASE("starts that fail wait twice as long each time and the plugin is disabled at last") {
  Plan plan;
  plan.failing_starts = -1;
  Bench bench(std::move(plan));
  const auto started = bench.runner.start();
  REQUIRE_FALSE(started.has_value());
  CHECK(bench.waits == std::vector{milliseconds(100), milliseconds(200), milliseconds(400), milliseconds(800)});
  CHECK(bench.runner.state().status == PluginStatus::disabled);
  CHECK(bench.runner.state().code == "plugin.disabled");
  CHECK(bench.runner.state().since == bench.clock.now());
  CHECK(bench.count(PluginEventKind::disabled) == 1);
}

TEST_CASE("back-off never exceeds its longest") {
  Plan plan;
  plan.failing_starts = 12;
  auto options = Bench::without_sample();
  options.failures_allowed = 100;
  options.longest_back_off = milliseconds(1000);
  Bench bench(std::move(plan), options);
  REQUIRE(bench.runner.start().has_value());
  CHECK(bench.waits.size() == 12);
  CHECK(*std::max_element(bench.waits.begin(), bench.waits.end()) == milliseconds(1000));
}

TEST_CASE("a refused plugin is disabled at once and nothing is evaluated") {
  Plan plan;
  plan.refused = true;
  Bench bench(std::move(plan));
  CHECK_FALSE(bench.runner.start().has_value());
  CHECK(bench.plan.starts == 1);
  CHECK(bench.count(PluginEventKind::refused) == 1);
  CHECK(bench.codes(slices_of(2)) == std::vector<std::string>{"plugin.refused", "plugin.refused"});
  CHECK(bench.count(PluginEventKind::not_evaluated) == 1);
}

TEST_CASE("failures far apart do not disable a plugin and close ones do") {
  for (const auto apart : {milliseconds(std::chrono::minutes(4)), milliseconds(1)}) {
    Plan plan;
    Bench bench(std::move(plan));
    for (int night = 0; night < 10; ++night) {
      bench.plan.deadly = {{"deadly-" + std::to_string(night), FailureKind::crashed}};
      bench.codes({slice_of("deadly-" + std::to_string(night))});
      bench.clock.forward(apart);
    }
    const bool disabled = bench.runner.state().status == PluginStatus::disabled;
    CHECK(disabled == (apart == milliseconds(1)));
  }
}

TEST_CASE("a disabled plugin runs again when a person enables it and its poisoned subjects stay out") {
  Plan plan;
  plan.deadly["item-0"] = FailureKind::crashed;
  auto options = Bench::without_sample();
  options.failures_allowed = 1;
  Bench bench(std::move(plan), options);
  bench.codes(slices_of(1));
  REQUIRE(bench.runner.state().status == PluginStatus::disabled);
  REQUIRE(bench.runner.enable().has_value());
  CHECK(bench.count(PluginEventKind::enabled) == 1);
  CHECK(bench.codes(slices_of(2)) == std::vector<std::string>{"plugin.poisoned", ""});
}

TEST_CASE("a worker that dies while nothing is asked of it blames no subject") {
  Bench bench;
  bench.codes(slices_of(1));
  bench.plan.dies_idle = true;
  CHECK(answered(bench.codes(slices_of(3))) == 3);
  CHECK(bench.count(PluginEventKind::failed) == 1);
  CHECK(bench.count(PluginEventKind::poisoned) == 0);
}

TEST_CASE("a plugin that remembers a patient is disabled and nothing it said counts") {
  Plan plan;
  plan.remembers = true;
  SupervisionOptions options;
  options.sampler = sample_one_in(1);
  Bench bench(std::move(plan), options);
  const auto codes = bench.codes(slices_of(5));
  CHECK(std::count(codes.begin(), codes.end(), "plugin.hidden-state") == 5);
  CHECK(bench.runner.state().status == PluginStatus::disabled);
  CHECK(bench.runner.state().code == "plugin.hidden-state");
}

TEST_CASE("a pure plugin passes the hidden-state check in a fresh worker and another order") {
  SupervisionOptions options;
  options.sampler = sample_one_in(1);
  Bench bench({}, options);
  CHECK(answered(bench.codes(slices_of(3))) == 3);
  CHECK(bench.plan.starts == 2);
  CHECK(bench.plan.batches == std::vector<std::vector<std::string>>{{"item-0", "item-1", "item-2"},
                                                                    {"item-2", "item-1", "item-0"}});
}

TEST_CASE("a stopped runner answers that it is stopped") {
  Bench bench;
  bench.codes(slices_of(1));
  bench.runner.stop();
  CHECK(bench.codes(slices_of(2)) == std::vector<std::string>{"plugin.stopped", "plugin.stopped"});
  CHECK(bench.count(PluginEventKind::stopped) == 1);
}

}  // namespace relais::plugins::test
