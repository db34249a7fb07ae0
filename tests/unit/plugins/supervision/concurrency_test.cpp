// SPDX-License-Identifier: Apache-2.0
// Several threads around one runner, and pauses that are interrupted: what the thread sanitizer looks at.
#include <catch2/catch.hpp>
#include <thread>

#include "fakes.h"

namespace relais::plugins::test {

TEST_CASE("threads that evaluate at once each get all their answers while others look at the state") {
  Plan plan;
  plan.deadly["item-5"] = FailureKind::crashed;
  Bench bench(std::move(plan));
  constexpr std::size_t threads = 4;
  std::size_t answered[threads] = {};
  std::atomic<std::size_t> running = threads;
  std::vector<std::thread> all;
  for (auto& count : answered) {
    all.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        for (const auto& answer : bench.runner.evaluate(slices_of(16))) {
          if (answer.not_evaluated().empty()) ++count;
        }
      }
      --running;
    });
  }
  while (running != 0) static_cast<void>(bench.runner.state());
  for (auto& each : all) each.join();
  for (const auto count : answered) CHECK(count == 20 * 15);
  CHECK(bench.count(PluginEventKind::poisoned) == 1);
}

TEST_CASE("a pause ends when its instant has passed") {
  const SystemClock clock;
  ClockPause pause(clock);
  CHECK(pause.wait(clock.now() - std::chrono::seconds(1)));
  const auto until = clock.now() + std::chrono::milliseconds(20);
  CHECK(pause.wait(until));
  CHECK(clock.now() >= until);
}

TEST_CASE("a pause that is interrupted ends at once and stays so") {
  const SystemClock clock;
  ClockPause pause(clock);
  std::thread other([&] { pause.interrupt(); });
  CHECK_FALSE(pause.wait(clock.now() + std::chrono::hours(1)));
  other.join();
  CHECK_FALSE(pause.wait(clock.now() + std::chrono::hours(1)));
}

TEST_CASE("stopping ends a back-off that would last an hour") {
  Plan plan;
  plan.failing_starts = -1;
  const SystemClock clock;
  FakeLauncher launcher(plan);
  InMemoryPoison poison;
  auto options = Bench::without_sample();
  options.first_back_off = options.longest_back_off = std::chrono::hours(1);
  std::atomic<bool> failed = false;
  PluginRunner runner(package_of(),
                      {launcher, clock, poison, options,
                       [&](const PluginEvent& event) { failed = failed || event.kind == PluginEventKind::failed; }},
                      std::make_unique<ClockPause>(clock));
  std::vector<worker::v1::Evaluation> answers;
  std::thread waiting([&] { answers = runner.evaluate(slices_of(2)); });
  while (!failed) std::this_thread::yield();
  runner.stop();
  waiting.join();
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].not_evaluated() == "plugin.stopped");
}

}  // namespace relais::plugins::test
