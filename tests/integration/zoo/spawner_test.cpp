// SPDX-License-Identifier: Apache-2.0
#include "plugins/sandbox/spawner.h"

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fcntl.h>

namespace relais::plugins::test {
namespace {

constexpr std::chrono::seconds patience{20};

// Everything the child writes until it closes its end.
std::string read_all(int socket) {
  std::string all;
  char block[4096];
  pollfd watched{socket, POLLIN, 0};
  while (poll(&watched, 1, 20000) == 1) {
    const auto got = read(socket, block, sizeof block);
    if (got <= 0) break;
    all.append(block, static_cast<std::size_t>(got));
  }
  return all;
}

std::string output_of(Spawner& spawner, const std::string& script) {
  auto spawned = spawner.spawn({"/bin/sh", {"-c", script}});
  REQUIRE(spawned.has_value());
  auto text = read_all(spawned->socket);
  close(spawned->socket);
  CHECK(spawned->process->wait(patience).has_value());
  return text;
}

}  // namespace

TEST_CASE("a spawned process has no environment and no descriptor but its socket") {
  const int extra = open("/dev/zero", O_RDONLY);  // without close-on-exec, as a careless host would
  REQUIRE(extra >= 0);
  Spawner spawner;
  CHECK(output_of(spawner, "tr '\\0' '\\n' < /proc/self/environ >&3").empty());
  CHECK(output_of(spawner, "for n in /proc/$$/fd/*; do readlink $n; done >&3").find("/dev/zero") == std::string::npos);
  // Read from a second process, so that the redirection of the answer does not show.
  CHECK(output_of(spawner, "all=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); echo $all >&3") ==
        "/dev/null /dev/null /dev/null\n");
  close(extra);
}

TEST_CASE("how a process ended is told once and again") {
  Spawner spawner;
  auto leaves = spawner.spawn({"/bin/sh", {"-c", "exit 7"}});
  REQUIRE(leaves.has_value());
  close(leaves->socket);
  for (int times = 0; times < 2; ++times) {
    const auto end = leaves->process->wait(patience);
    REQUIRE(end.has_value());
    CHECK(end->exit_code == 7);
    CHECK(end->signal == 0);
  }
  auto waits = spawner.spawn({"/bin/sh", {"-c", "exec sleep 600"}});
  REQUIRE(waits.has_value());
  CHECK_FALSE(waits->process->wait(std::chrono::milliseconds(0)).has_value());
  waits->process->kill();
  const auto end = waits->process->wait(patience);
  close(waits->socket);
  REQUIRE(end.has_value());
  CHECK(end->signal == SIGKILL);
}

TEST_CASE("a program that does not exist is an error and not a process") {
  Spawner spawner;
  const auto spawned = spawner.spawn({"/no/such/program", {}});
  REQUIRE_FALSE(spawned.has_value());
  CHECK(spawned.error().code == Code::plugin_start_failed);
}

TEST_CASE("a worker dies with the thread that started it though its socket stays open") {
  auto spawner = std::make_unique<Spawner>();
  const auto package = (std::filesystem::path(ZOO_PACKAGES) / "zoo-sheep").string();
  auto spawned = spawner->spawn({ZOO_WORKER, {"--package", package, "--parent", std::to_string(getpid())}});
  REQUIRE(spawned.has_value());
  // Its first bytes are written after it tied itself to its parent.
  pollfd watched{spawned->socket, POLLIN, 0};
  REQUIRE(poll(&watched, 1, 20000) == 1);
  spawner.reset();
  const auto end = spawned->process->wait(patience);
  close(spawned->socket);
  REQUIRE(end.has_value());
  CHECK(end->signal == SIGKILL);
}

TEST_CASE("a worker whose host is gone does not start") {
  Spawner spawner;
  const auto package = (std::filesystem::path(ZOO_PACKAGES) / "zoo-sheep").string();
  auto spawned = spawner.spawn({ZOO_WORKER, {"--package", package, "--parent", "1073741824"}});
  REQUIRE(spawned.has_value());
  const auto end = spawned->process->wait(patience);
  close(spawned->socket);
  REQUIRE(end.has_value());
  CHECK(end->exit_code == 1);
}

}  // namespace relais::plugins::test
