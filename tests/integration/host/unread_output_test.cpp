// SPDX-License-Identifier: Apache-2.0
// relais-host, whose words nobody reads.
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/scratch.h"

namespace {

namespace fs = std::filesystem;

template <class F>
bool comes_true(F holds) {
  for (int i = 0; i < 1200; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return false;
}

void drop(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

}  // namespace

TEST_CASE("a host whose output nobody reads goes on taking messages in and stops well") {
  const relais::test::Scratch scratch;
  const auto data = scratch.path() / "data";
  const std::string init = std::string("RELAIS_PASSWORD=demonstration-relais '") + RELAIS_HOST + "' init --data '" +
                           data.string() + "' --practice 'Cabinet fictif' --demonstration >/dev/null";
  REQUIRE(std::system(init.c_str()) == 0);
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const int room = ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
  REQUIRE(room > 0);
  const pid_t host = ::fork();
  if (host == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(RELAIS_HOST, RELAIS_HOST, "run", "--data", data.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  REQUIRE(host > 0);
  ::close(ends[1]);

  // An empty file is told of, once: more of them than the pipe has room for.
  const auto inbox = data / "reception";
  REQUIRE(comes_true([&] { return fs::exists(inbox); }));
  for (int i = 0; i < room / 20; ++i) drop(inbox / ("vide-" + std::to_string(i)), "");
  CHECK(comes_true([&] {
    int waiting = 0;
    return ::ioctl(ends[0], FIONREAD, &waiting) == 0 && waiting > room - 200;
  }));
  drop(inbox / "message.hpr", "ceci n'est pas un message");
  CHECK(comes_true([&] { return fs::exists(inbox / "recus" / "message.hpr"); }));

  ::kill(host, SIGTERM);
  int status = -1;
  CHECK(comes_true([&] { return ::waitpid(host, &status, WNOHANG) == host; }));
  if (status == -1) {
    ::kill(host, SIGKILL);
    ::waitpid(host, &status, 0);
  }
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  ::close(ends[0]);
}
