// SPDX-License-Identifier: Apache-2.0
// LogiCab, the fictitious product of samples/record-reader, with its base in a folder and its service as a process.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "domain/clock.h"

namespace relais::test {

class LogiCab {
 public:
  // Its records are those of an instant a little before `now`.
  LogiCab(std::filesystem::path folder, Instant now) : folder_(std::move(folder)), now_(now) {
    std::filesystem::create_directories(folder_);
    act({"creer"}, std::chrono::hours{1});
  }
  ~LogiCab() { stop(); }
  LogiCab(const LogiCab&) = delete;
  LogiCab& operator=(const LogiCab&) = delete;

  std::string address() const { return "unix:" + (folder_ / "logicab.sock").string(); }
  // One act at its screens, so long before `now`.
  void act(const std::vector<std::string>& words, std::chrono::milliseconds ago) {
    std::vector<std::string> arguments{"logicab", "--base", base(), "--instant",
                                       std::to_string((now_ - ago).time_since_epoch().count())};
    arguments.insert(arguments.end(), words.begin(), words.end());
    int status = -1;
    const auto process = run(arguments);
    REQUIRE(::waitpid(process, &status, 0) == process);
    REQUIRE(status == 0);
  }
  // Serves, or serves with one fault of broken.py.
  void start(const std::string& fault = {}) {
    std::vector<std::string> arguments{"reader", "--base", base(), "--listen", address()};
    if (!fault.empty()) arguments.insert(arguments.end(), {"--break", fault});
    service_ = run(arguments);
  }
  // Kills it, and waits until it has gone.
  void stop() {
    if (service_ <= 0) return;
    ::kill(service_, SIGKILL);
    wait();
  }
  // Waits until it has ended by itself.
  void wait() {
    ::waitpid(service_, nullptr, 0);
    service_ = 0;
    std::filesystem::remove(folder_ / "logicab.sock");
  }

 private:
  std::string base() const { return (folder_ / "logicab.db").string(); }
  static pid_t run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"bash", RELAIS_SAMPLE_READER "/run.sh"});
    std::vector<char*> raw;
    for (auto& one : arguments) raw.push_back(one.data());
    raw.push_back(nullptr);
    pid_t process = 0;
    REQUIRE(::posix_spawnp(&process, "bash", nullptr, nullptr, raw.data(), environ) == 0);
    return process;
  }

  const std::filesystem::path folder_;
  const Instant now_;
  pid_t service_ = 0;
};

}  // namespace relais::test
