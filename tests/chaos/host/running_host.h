// SPDX-License-Identifier: Apache-2.0
// relais-host as a process of its own, to be killed.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace relais::chaos {

struct HostPaths {
  std::filesystem::path data;
  std::filesystem::path socket;
  std::filesystem::path log;  // what the host says on both outputs is added here
  std::string address() const { return "unix:" + socket.string(); }
};

// A program of the build, run to its end: its exit status, and what it wrote on both outputs.
struct Ended {
  int status = -1;
  std::string said;
};
Ended run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {});

// Creates a demonstration practice with relais-host init; the administrator is "admin". Throws std::runtime_error.
void make_practice(const HostPaths& paths, const std::string& password);

class RunningHost {
 public:
  // Starts the host; its clock begins at `clock` (YYYY-MM-DDTHH:MM).
  RunningHost(const HostPaths& paths, const std::string& clock);
  // Kills it, if it still runs.
  ~RunningHost();
  RunningHost(const RunningHost&) = delete;
  RunningHost& operator=(const RunningHost&) = delete;

  // Waits until it says that it is ready. False when it ended before, or after 60 s.
  bool ready();
  // SIGKILL, and waits for its end.
  void kill();
  // SIGTERM, or nothing for one that ends by itself, and its exit status; nullopt when a signal ended it.
  std::optional<int> stop();
  std::optional<int> wait();
  pid_t pid() const { return pid_; }
  // Processes of this machine that call themselves a worker of this host.
  std::vector<pid_t> workers() const;

 private:
  void take_output();

  const HostPaths paths_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int output_ = -1;
  std::mutex mutex_;
  std::condition_variable heard_;
  bool said_ready_ = false;
  bool silent_ = false;
  std::atomic<bool> leave_ = false;
  // Reads what the host says as long as it runs: a host whose words nobody takes stands still.
  std::thread listener_;
};

}  // namespace relais::chaos
