// SPDX-License-Identifier: Apache-2.0
// The whole host, with its worker, killed at random instants while a practice works on it.
//   RELAIS_CHAOS_KILLS  how often (100)
//   RELAIS_CHAOS_SEED   the seed that a failing run printed (chosen at random)
#include <fmt/format.h>
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "chance.h"
#include "chaos_practice.h"
#include "stored_state.h"
#include "support/scratch.h"

namespace relais::chaos {
namespace {

void pause_for(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

// Workers end with their host, however it ends.
bool all_gone(const RunningHost& host) {
  for (int i = 0; i < 2400; ++i) {
    if (host.workers().empty()) return true;
    pause_for(std::chrono::milliseconds{25});
  }
  return false;
}

TEST_CASE("a host killed at random instants loses nothing and does nothing twice") {
  const auto kills = number_from("RELAIS_CHAOS_KILLS", 100);
  const auto seed = number_from("RELAIS_CHAOS_SEED", std::random_device{}());
  std::cout << "RELAIS_CHAOS_SEED=" << seed << " RELAIS_CHAOS_KILLS=" << kills << std::endl;
  CAPTURE(seed);
  std::mt19937 random(seed);

  const test::Scratch scratch;
  ChaosPractice practice(scratch.path());
  const auto& paths = practice.paths();
  EveningLoad load(practice.scenario(), std::string(ChaosPractice::today), ChaosPractice::password);
  const auto database = paths.data / "practice.sqlite";
  const auto began = std::chrono::steady_clock::now();
  std::uint32_t before_ready = 0;
  {
    RunningHost host(paths, practice.clock({}));
    REQUIRE(host.ready());
    load.sign_in(paths.address());
    CHECK(host.stop() == 0);
  }

  for (std::uint32_t round = 1; round <= kills; ++round) {
    CAPTURE(round);
    // The clock of each host begins at a whole minute of the evening: now and then it goes back a little.
    RunningHost host(paths, practice.clock(std::chrono::steady_clock::now() - began));
    // The instant of the kill is what this test is about: chosen, not waited for.
    if (random() % 7 == 0) {
      pause_for(std::chrono::microseconds(random() % 300'000));
      host.kill();
      ++before_ready;
      continue;
    }
    if (!host.ready()) {
      host.kill();
      FAIL("the host did not start again: " + practice.last_words());
    }
    // What an acknowledged past must look like, before anybody works on it again.
    const auto wrong = wrongs(database, load.answered(), false);
    for (const auto& one : wrong) FAIL_CHECK(one);
    if (!wrong.empty()) break;
    if (round % 10 == 0) CHECK(load.verify_ledger(paths.address()) == "ok");
    load.start(paths.address(), static_cast<std::uint32_t>(random()));
    // After so many answers, on any machine, and then somewhere between two of them.
    load.wait_for_answers(load.answers() + random() % 50, std::chrono::seconds{3});
    pause_for(std::chrono::microseconds(random() % 30'000));
    host.kill();
    load.stop();
    CHECK(all_gone(host));
  }

  RunningHost host(paths, practice.clock(std::chrono::steady_clock::now() - began));
  REQUIRE(host.ready());
  CHECK(load.settle(paths.address()) == "");
  // A plugin that has just been switched on again is given what it missed within a round.
  auto left = wrongs(database, load.answered(), true);
  for (int i = 0; i < 1200 && !left.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    left = wrongs(database, load.answered(), true);
  }
  for (const auto& one : left) FAIL_CHECK(one);
  CHECK(load.verify_ledger(paths.address()) == "ok");
  CHECK(host.stop() == 0);
  const auto& answered = load.answered();
  std::cout << fmt::format("{} messages and {} acts answered for, {} plugin switches, {} kills before ready, {} items, {} "
                           "ledger entries\n",
                           answered.messages.size(), answered.acts.size(), load.plugin_switches(), before_ready,
                           rows_of(database, "worklist_item"), rows_of(database, "ledger"));
  // The evening was worked on: a load that never got through would prove nothing. A few kills on a busy machine may meet
  // no whole switch of the plugin.
  CHECK(answered.messages.size() > kills);
  CHECK(answered.acts.size() > kills / 4);
  if (kills >= 50) CHECK(load.plugin_switches() > 0);
}

}  // namespace
}  // namespace relais::chaos
