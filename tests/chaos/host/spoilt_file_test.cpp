// SPDX-License-Identifier: Apache-2.0
// A practice's file that its disk has spoilt: said, never written onto, and restored from its backup.
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/scratch.h"
#include "whole_practice.h"

namespace relais::chaos {
namespace {

namespace fs = std::filesystem;

// Overwrites what the file holds after its first pages, as a failing disk would.
void spoil(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(descriptor >= 0);
  const std::string noise(4096, '\x5a');
  const auto size = static_cast<off_t>(fs::file_size(file));
  for (off_t at = 4 * 4096; at + 4096 <= size; at += 4096)
    REQUIRE(::pwrite(descriptor, noise.data(), noise.size(), at) == static_cast<ssize_t>(noise.size()));
  ::close(descriptor);
}

// Made while the host runs.
void back_up(const ChaosPractice& practice, const fs::path& file) {
  const auto saved = practice.relais({"backup", "create", "--data", practice.paths().data.string(), file.string()});
  INFO(saved.said);
  REQUIRE(saved.status == 0);
}

void restore(const ChaosPractice& practice, const fs::path& file) {
  const auto back = practice.relais(
      {"backup", "restore", "--replace", "--accept-loss", "--data", practice.paths().data.string(), file.string()});
  INFO(back.said);
  REQUIRE(back.status == 0);
}

void expect_said(const ChaosPractice& practice) {
  const auto log = text_of(practice.paths().log);
  CHECK(log.find("La base de données est abîmée") != std::string::npos);
  CHECK(log.find("store.damaged") != std::string::npos);
}

TEST_CASE("a spoilt file is said at the start and restored from its backup") {
  const test::Scratch scratch;
  ChaosPractice practice(scratch.path());
  auto load = load_of(practice);
  {
    RunningHost host(practice.paths(), practice.clock({}));
    REQUIRE(host.ready());
    load.start(practice.paths().address(), 3);
    REQUIRE(becomes_true([&] { return load.messages() > 2; }));
    load.stop();
    back_up(practice, scratch.path() / "a.backup");
    CHECK(load.settle(practice.paths().address()) == "");
    CHECK(host.stop() == 0);
  }
  spoil(practice.paths().data / "practice.sqlite");
  {
    RunningHost host(practice.paths(), practice.clock({}));
    CHECK(!host.ready());
    CHECK(host.wait() == 1);
  }
  expect_said(practice);
  restore(practice, scratch.path() / "a.backup");
  CHECK(faults_of(practice, load) == no_faults);
}

TEST_CASE("a file that is spoilt while the host runs stops it and is restored from its backup") {
  const test::Scratch scratch;
  ChaosPractice practice(scratch.path());
  auto load = load_of(practice);
  for (const bool at_work : {true, false}) {
    INFO("while people work: " << at_work);
    const auto before = load.messages();
    const auto backup = scratch.path() / (at_work ? "a.backup" : "b.backup");
    {
      RunningHost host(practice.paths(), practice.clock({}));
      REQUIRE(host.ready());
      load.start(practice.paths().address(), at_work ? 4 : 5);
      REQUIRE(becomes_true([&] { return load.messages() > before + 2; }));
      load.stop();
      CHECK(load.settle(practice.paths().address()) == "");
      back_up(practice, backup);
      // What people do after the backup is lost with the file: another load, which is not asked for.
      auto lost = load_of(practice);
      if (at_work) lost.start(practice.paths().address(), 6);
      spoil(practice.paths().data / "practice.sqlite");
      // Nobody needs to ask for what is spoilt.
      CHECK(host.wait() == 5);
      lost.stop();
      if (const auto refused = lost.refusals(); refused.contains("store.damaged"))
        CHECK(refused.at("store.damaged").sentence.find("restaurez une sauvegarde") != std::string::npos);
    }
    expect_said(practice);
    fs::remove(practice.paths().log);
    restore(practice, backup);
    CHECK(faults_of(practice, load) == no_faults);
  }
}

}  // namespace
}  // namespace relais::chaos
