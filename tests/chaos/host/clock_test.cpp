// SPDX-License-Identifier: Apache-2.0
// A practice whose clock goes back by hours while people work and hosts die: nothing is lost, nothing waits for a time
// that is hours away, and what is said to be not evaluated is.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "running_host.h"
#include "stored_state.h"
#include "support/scratch.h"
#include "whole_practice.h"

namespace relais::chaos {
namespace {

std::string today_at(const std::string& hour) { return std::string(ChaosPractice::today) + "T" + hour; }

// An evening under this clock, that ends with the host's death.
void work_and_die(const ChaosPractice& practice, EveningLoad& load, const std::string& clock, std::uint32_t seed) {
  RunningHost host(practice.paths(), clock);
  REQUIRE(host.ready());
  load.forget_sessions();
  const auto before = load.messages();
  load.start(practice.paths().address(), seed);
  CHECK(becomes_true([&] { return load.messages() > before + 3; }));
  host.kill();
  load.stop();
  for (const auto& wrong : wrongs(practice.paths().data / "practice.sqlite", load.answered(), false)) FAIL_CHECK(wrong);
}

// Reports come in while the plugin is stopped; the host dies once they are said to be not evaluated.
void receive_while_stopped(const ChaosPractice& practice, EveningLoad& load, const std::string& clock) {
  RunningHost host(practice.paths(), clock);
  REQUIRE(host.ready());
  load.send_while_stopped(practice.paths().address(), 6);
  CHECK(becomes_true([&] { return rows_of(practice.paths().data / "practice.sqlite", "worklist_not_evaluated") > 0; }));
  host.kill();
}

// A host whose clock begins at `clock` brings everything to its end.
void expect_whole(const ChaosPractice& practice, EveningLoad& load, const std::string& clock) {
  RunningHost host(practice.paths(), clock);
  REQUIRE(host.ready());
  CHECK(faults_at_rest(practice, load) == no_faults);
  CHECK(host.stop() == 0);
}

TEST_CASE("a clock that goes back by hours loses nothing and keeps nothing waiting") {
  const test::Scratch scratch;
  ChaosPractice practice(scratch.path());
  auto load = load_of(practice);
  // Seeds of evenings in which the administrator stops the plugin time and again.
  const std::vector<std::pair<const char*, std::uint32_t>> evenings = {{"17:30", 2}, {"16:10", 3}, {"17:20", 4}, {"14:30", 8}};
  for (const auto& [hour, seed] : evenings) work_and_die(practice, load, today_at(hour), seed);
  expect_whole(practice, load, today_at("14:20"));
}

TEST_CASE("what the plugin could not be asked under the later clock is asked under the earlier one") {
  const test::Scratch scratch;
  ChaosPractice practice(scratch.path());
  auto load = load_of(practice);
  receive_while_stopped(practice, load, today_at("18:00"));
  // Still stopped, and three hours earlier: what it was to be tried again at is far away.
  {
    RunningHost host(practice.paths(), today_at("15:00"));
    REQUIRE(host.ready());
    for (const auto& wrong : wrongs(practice.paths().data / "practice.sqlite", load.answered(), false)) FAIL_CHECK(wrong);
    host.kill();
  }
  expect_whole(practice, load, today_at("14:30"));
  CHECK(rows_of(practice.paths().data / "practice.sqlite", "worklist_not_evaluated") == 0);
}

TEST_CASE("before the fiche was signed nothing is sorted nor said to wait for the plugin") {
  const test::Scratch scratch;
  ChaosPractice practice(scratch.path());
  auto load = load_of(practice);
  receive_while_stopped(practice, load, today_at("18:00"));
  expect_whole(practice, load, today_at("13:00"));
  CHECK(rows_of(practice.paths().data / "practice.sqlite", "worklist_item") >= 6);
}

}  // namespace
}  // namespace relais::chaos
