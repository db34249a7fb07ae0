// SPDX-License-Identifier: Apache-2.0
// Beasts that do their deed on one subject among others, and while they are loaded. Each runs twice: with Landlock as
// the kernel has it, and with the ABI 2 of Debian 12's own kernel.
#include <catch2/catch.hpp>

#include "practice.h"

namespace relais::plugins::test {
namespace {

// Each deed ends with `code` for its subject, told; the others of its batch are evaluated and nothing is harmed.
void all_end_with(const std::string& beast, const std::vector<std::string>& deeds, const std::string& code) {
  Practice practice(any_kernel());
  REQUIRE(practice.load(beast).has_value());
  for (const auto& deed : deeds) {
    INFO(deed);
    CHECK(said(practice.evaluate_among_others(beast, deed)) == code);
    CHECK(practice.told(code, "deed:" + deed));
    CHECK(practice.supervisor().state(beast).status == PluginStatus::running);
  }
  practice.check_unharmed();
}

// The deed is refused to the plugin, which goes on and says so itself.
void all_are_refused(const std::string& beast, const std::vector<std::string>& deeds) {
  Practice practice(any_kernel());
  REQUIRE(practice.load(beast).has_value());
  for (const auto& deed : deeds) {
    INFO(deed);
    const auto how = said(practice.evaluate_among_others(beast, deed));
    INFO(how);
    CHECK(how.starts_with("failed: "));
  }
  practice.check_unharmed();
}

// The same deed while the plugin is made: it never comes to run, which is told.
void is_killed_at_load(const std::string& beast, const std::string& deed) {
  auto options = patient_options();
  options.failures_allowed = 2;
  Practice practice(any_kernel(), options);
  CHECK_FALSE(practice.load(beast, deed).has_value());
  CHECK(practice.told("plugin.forbidden-call"));
  CHECK(practice.told("plugin.disabled"));
  CHECK(practice.supervisor().state(beast).status == PluginStatus::disabled);
  practice.check_unharmed();
}

void is_refused_at_load(const std::string& beast, const std::string& deed) {
  Practice practice(any_kernel());
  REQUIRE(practice.load(beast, deed).has_value());
  const auto how = said(practice.evaluate(beast, {"a"}).front());
  INFO(how);
  CHECK(how.starts_with("failed: "));
  practice.check_unharmed();
}

}  // namespace

TEST_CASE("a plugin that throws leaves one subject not evaluated") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-dies").has_value());
  for (const char* deed : {"throw", "throw-int"}) {
    CHECK(said(practice.evaluate_among_others("zoo-dies", deed)) == "plugin.exception");
  }
  CHECK_FALSE(practice.told("plugin.crashed"));
  practice.check_unharmed();
}

TEST_CASE("a plugin that aborts or leaves or overflows its stack or segfaults is found out by subject") {
  all_end_with("zoo-dies", {"abort", "terminate", "exit", "quick-exit", "stack", "segfault"}, "plugin.crashed");
}

TEST_CASE("a plugin that hangs is killed at its deadline") { all_end_with("zoo-stalls", {"hang"}, "plugin.timeout"); }

TEST_CASE("a plugin that spins is killed at its deadline") { all_end_with("zoo-stalls", {"spin"}, "plugin.timeout"); }

#ifndef RELAIS_ADDRESS_SANITIZED
TEST_CASE("a plugin that allocates without end is given its budget and no more") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-hoards").has_value());
  const auto how = said(practice.evaluate_among_others("zoo-hoards", "private"));
  INFO(how);
  // 64 MiB of its own, 192 for the transport; or it was ended by the shortage it made.
  if (how.starts_with("given ")) {
    CHECK(std::stoi(how.substr(6)) <= 64 + 192);
  } else {
    CHECK((how == "plugin.crashed" || how == "plugin.exception" || how == "plugin.timeout"));
  }
  CHECK(said(practice.evaluate_among_others("zoo-hoards", "shared")) == "given 0");
  practice.check_unharmed();
}
#endif

TEST_CASE("a plugin that starts a process is killed") {
  all_end_with("zoo-forks", {"fork", "vfork", "exec", "spawn"}, "plugin.forbidden-call");
}

TEST_CASE("a plugin that starts a process by clone3 finds that it does not exist") {
  all_are_refused("zoo-forks", {"clone3"});
}

TEST_CASE("a plugin that opens TCP or UDP or Unix sockets is killed and no server hears of it") {
  all_end_with("zoo-connects", {"tcp", "udp", "unix", "pair", "inherited"}, "plugin.forbidden-call");
}

TEST_CASE("a plugin that resolves a name is killed") {
  all_end_with("zoo-connects", {"name"}, "plugin.forbidden-call");
}

TEST_CASE("a plugin cannot read the practice's database nor anything of the host") {
  all_are_refused("zoo-reads", {"database", "list", "accounts", "environment", "memory", "own-process", "link"});
}

TEST_CASE("a plugin that changes files in any way is killed and nothing is changed") {
  all_end_with("zoo-writes",
               {"write", "read-write", "create", "create-read-only", "open-truncate", "temporary", "own-package",
                "truncate", "chmod", "chown", "utime", "rename", "link", "symlink", "unlink", "mkdir"},
               "plugin.forbidden-call");
}

TEST_CASE("a plugin cannot open for writing by openat2 nor share a mapping of a file") {
  all_are_refused("zoo-writes", {"openat2", "map-shared"});
}

TEST_CASE("a plugin that goes for its parent is killed and the host lives") {
  all_end_with("zoo-hunts",
               {"kill", "tgkill", "tkill", "queue", "pidfd", "owner", "owner-ex", "ptrace", "read-memory"},
               "plugin.forbidden-call");
}

TEST_CASE("a plugin cannot change the limits of its parent") { all_are_refused("zoo-hunts", {"limits"}); }

TEST_CASE("a plugin that tries the doors of the kernel is killed") {
  all_end_with("zoo-pries", {"io-uring", "namespace", "mount", "memory-file", "become-root"}, "plugin.forbidden-call");
}

TEST_CASE("a plugin cannot loosen what holds it and inherits nothing") {
  all_are_refused("zoo-pries", {"dumpable", "parent-death", "raise-limit", "environment", "descriptors"});
}

TEST_CASE("a plugin that misbehaves while it is loaded is killed and told") {
  is_killed_at_load("zoo-forks", "fork");
  is_killed_at_load("zoo-connects", "tcp");
  is_killed_at_load("zoo-writes", "truncate");
  is_killed_at_load("zoo-hunts", "kill");
}

TEST_CASE("a plugin cannot read the practice's database while it is loaded") {
  is_refused_at_load("zoo-reads", "database");
}

}  // namespace relais::plugins::test
