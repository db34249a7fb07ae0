// SPDX-License-Identifier: Apache-2.0
// One running worker, as supervision sees it: a process behind gRPC, the plugin inside this process, or a test's twin.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "domain/error.h"
#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

enum class FailureKind {
  crashed,         // ended, whatever the reason
  forbidden_call,  // ended by the system call filter
  timed_out,       // no answer by the deadline: killed
  garbage,         // answered what is no answer: killed
};

struct WorkerFailure {
  FailureKind kind = FailureKind::crashed;
  std::string detail;  // such as "signal 11"; never data of a slice
};

// The stable code of a subject that met this failure.
Code code_of(FailureKind kind);

template <class T>
using WorkerAnswer = tl::expected<T, WorkerFailure>;

// After a failure a worker is over: every later call fails too, and nothing of its process is left.
// Called by one thread at a time.
class Worker {
 public:
  virtual ~Worker() = default;
  // Blocks until the answer or the deadline.
  virtual WorkerAnswer<worker::v1::BatchResult> evaluate(const worker::v1::Batch& batch,
                                                         std::chrono::milliseconds deadline) = 0;
  virtual WorkerAnswer<worker::v1::Rules> rules(std::chrono::milliseconds deadline) = 0;
  // Blocks until the plugin has taken them all, or the deadline.
  virtual WorkerAnswer<worker::v1::OutcomesTaken> feedback(const worker::v1::OutcomeBatch& batch,
                                                           std::chrono::milliseconds deadline) = 0;
  // How it ended when nobody asked anything, nothing while it runs.
  virtual std::optional<WorkerFailure> ended() = 0;
  // Has the plugin destroyed and unloaded, and waits for its end; the failure when that did not go well.
  virtual std::optional<WorkerFailure> close() = 0;
};

struct StartedWorker {
  std::unique_ptr<Worker> worker;
  worker::v1::Hello hello;
};

struct StartFailure {
  Code code = Code::plugin_start_failed;
  std::string detail;
  bool final = false;  // starting again would give the same: refused, or no sandbox
};

class WorkerLauncher {
 public:
  virtual ~WorkerLauncher() = default;
  // Starts a worker and waits until the plugin is loaded. Thread-safe.
  virtual tl::expected<StartedWorker, StartFailure> start(const Package& package) = 0;
};

}  // namespace relais::plugins
