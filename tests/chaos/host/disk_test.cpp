// SPDX-License-Identifier: Apache-2.0
// A disk that is read-only.
#include <catch2/catch.hpp>

#include "chaos_practice.h"
#include "evening_load.h"
#include "small_disk.h"
#include "support/scratch.h"
#include "support/skip.h"
#include "whole_practice.h"

namespace relais::chaos {
namespace {

TEST_CASE("a host on a read-only disk says so and starts again once it can write") {
  if (!no_mounts().empty()) return test::skip("a read-only disk: " + no_mounts());
  const test::Scratch scratch;
  const SmallDisk disk(scratch.path() / "disk", "96m");
  if (!disk.mounted()) return test::skip("a read-only disk: a small file system cannot be mounted");
  ChaosPractice practice(scratch.path() / "disk");
  auto paths = practice.paths();
  paths.log = scratch.path() / "read-only.log";
  paths.socket = scratch.path() / "socket" / "relais.sock";
  REQUIRE(disk.read_only(true));
  {
    RunningHost host(paths, practice.clock({}));
    CHECK(!host.ready());
    CHECK(host.wait() == 1);
  }
  const auto said = text_of(paths.log);
  CHECK(said.find("store.read-only") != std::string::npos);
  CHECK(said.find("lecture seule") != std::string::npos);
  REQUIRE(disk.read_only(false));
  auto load = load_of(practice);
  CHECK(faults_of(practice, load) == no_faults);
}

}  // namespace
}  // namespace relais::chaos
