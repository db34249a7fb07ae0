// SPDX-License-Identifier: Apache-2.0
// Starts worker processes from one thread that lives as long as the spawner: the kernel sends the parent-death signal
// when the thread that started a process ends, not when its process does.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"

namespace relais::plugins {

// How a process ended.
struct ProcessEnd {
  int exit_code = 0;  // when signal is 0
  int signal = 0;
  // The process made a system call that its filter answers with death.
  bool forbidden_call() const;
};

// One child process, held by a handle that is never reused for another process (a pidfd). Killed when destroyed.
// Not thread-safe, but kill() may be called from any thread while the object lives.
class ChildProcess {
 public:
  virtual ~ChildProcess() = default;
  // Ends it at once. Harmless when it has ended already.
  virtual void kill() = 0;
  // Waits for its end at most `patience`; nothing when it still runs. Answers the same end when asked again.
  virtual std::optional<ProcessEnd> wait(std::chrono::milliseconds patience) = 0;
};

struct SpawnRequest {
  std::filesystem::path executable;
  std::vector<std::string> arguments;  // without the program's name
  // Leaves standard error open, for a developer; a plugin could write a patient's data there. Else /dev/null.
  bool keep_standard_error = false;
};

struct Spawned {
  std::unique_ptr<ChildProcess> process;
  int socket = -1;  // this side of a connected pair, owned by the caller, non-blocking; the child has the other as 3
};

class Spawner {
 public:
  // The descriptor that a spawned process finds its socket on.
  static constexpr int child_socket = 3;

  Spawner();
  // Ends the thread, and with it every process it started.
  ~Spawner();
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;

  // Starts a process with an empty environment, its own session, default signals, and no descriptor but its socket and
  // /dev/null. Blocks until it runs its program. Thread-safe. Fails with plugin.start-failed.
  Result<Spawned> spawn(SpawnRequest request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::plugins
