// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/supervision/worker.h"

namespace relais::plugins {

// A worker that takes a batch while it still works on another: when it is done with one, the next is already there.
class PipelinedWorker : public Worker {
 public:
  // How many batches it takes before the first is answered.
  virtual std::size_t in_flight() const = 0;
  // Hands a batch over without waiting for its answer; nothing else is asked until all are collected.
  virtual void submit(const worker::v1::Batch& batch) = 0;
  // Blocks for the next answer, in the order of the batches, or until the deadline.
  virtual WorkerAnswer<worker::v1::BatchResult> collect(std::chrono::milliseconds deadline) = 0;
};

}  // namespace relais::plugins
