// SPDX-License-Identifier: Apache-2.0
// A worker that is a sandboxed process.
#pragma once

#include <memory>

#include "plugins/sandbox/spawner.h"
#include "plugins/supervision/pipelined_worker.h"
#include "plugins/worker/stream.h"

namespace relais::plugins {

class ProcessWorker final : public PipelinedWorker {
 public:
  explicit ProcessWorker(Spawned spawned);
  // Kills the process when it still runs.
  ~ProcessWorker() override;

  // What the worker says of itself once the plugin is loaded.
  WorkerAnswer<worker::v1::Hello> hello(std::chrono::milliseconds deadline);

  WorkerAnswer<worker::v1::BatchResult> evaluate(const worker::v1::Batch& batch,
                                                 std::chrono::milliseconds deadline) override;
  std::size_t in_flight() const override { return 4; }
  void submit(const worker::v1::Batch& batch) override { stream_->send(batch); }
  WorkerAnswer<worker::v1::BatchResult> collect(std::chrono::milliseconds deadline) override;
  WorkerAnswer<worker::v1::Rules> rules(std::chrono::milliseconds deadline) override;
  WorkerAnswer<worker::v1::OutcomesTaken> feedback(const worker::v1::OutcomeBatch& batch,
                                                   std::chrono::milliseconds deadline) override;
  std::optional<WorkerFailure> ended() override;
  std::optional<WorkerFailure> close() override;

 private:
  WorkerAnswer<worker::v1::FromWorker> receive(std::chrono::milliseconds deadline);
  WorkerFailure kill(FailureKind kind, std::string detail);
  WorkerFailure describe_end();

  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<WorkerStream> stream_;
  std::optional<WorkerFailure> failure_;
};

}  // namespace relais::plugins
