// SPDX-License-Identifier: Apache-2.0
// A disk that fills up while messages come in and people work.
#include <catch2/catch.hpp>
#include <set>

#include "domain/error.h"
#include "small_disk.h"
#include "stored_state.h"
#include "support/scratch.h"
#include "support/skip.h"
#include "whole_practice.h"

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a full disk refuses what it cannot keep and the host goes on once there is room") {
  if (!no_mounts().empty()) return test::skip("a full disk: " + no_mounts());
  const test::Scratch scratch;
  const SmallDisk disk(scratch.path() / "disk", "96m");
  if (!disk.mounted()) return test::skip("a full disk: a small file system cannot be mounted");
  ChaosPractice practice(scratch.path() / "disk");
  auto load = load_of(practice);
  RunningHost host(practice.paths(), practice.clock({}));
  REQUIRE(host.ready());
  // A session is kept on the disk too.
  load.sign_in(practice.paths().address());

  // Several times, so that it fills up at different points of the work; the third with the plugin stopped and started.
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    const auto before = load.messages();
    const auto full = load.refusals()["store.full"].times;
    load.start(practice.paths().address(), seed);
    CHECK(becomes_true([&] { return load.messages() > before + 3; }));
    disk.fill(20'000 + 40'000 * seed);
    CHECK(becomes_true([&] { return load.refusals()["store.full"].times > full + 5; }));
    load.stop();
    // People go on trying.
    load.start(practice.paths().address(), 10 + seed);
    load.wait_for_answers(load.answers() + 20, 1s);
    load.stop();
    for (const auto& wrong : wrongs(practice.paths().data / "practice.sqlite", load.answered(), false)) FAIL_CHECK(wrong);

    const auto kept = load.messages();
    disk.empty();
    load.start(practice.paths().address(), 20 + seed);
    CHECK(becomes_true([&] { return load.messages() > kept + 3; }));
    load.stop();
  }
  CHECK(faults_at_rest(practice, load) == no_faults);
  CHECK(host.stop() == 0);

  // Each refusal had its own code and its sentence; those that tell of the disk tell what to do.
  for (const auto& [code, refusal] : load.refusals()) {
    CAPTURE(code, refusal.sentence);
    CHECK(!code.empty());
    CHECK(!refusal.sentence.empty());
    CHECK(code != stable_code(Code::internal));
    CHECK(code != stable_code(Code::store_failed));
    CHECK(code != stable_code(Code::api_ledger_unavailable));
    if (code == stable_code(Code::store_full)) CHECK(refusal.sentence == french(Code::store_full));
  }
  CHECK(faults_of(practice, load) == no_faults);
}

}  // namespace
}  // namespace relais::chaos
