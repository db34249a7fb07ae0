// SPDX-License-Identifier: Apache-2.0
// A plugin in a worker of its own, asked directly: what supervision does for a practice, without its patience. Each
// probe is a fresh sandboxed process, started again when the plugin ends it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/manifest.h"
#include "plugins/supervision/worker.h"

namespace relais::app {

// What became of one slice.
struct Asked {
  worker::v1::Evaluation answer;  // as the host judges it
  std::string code;               // stable code of a failure or refusal by Relais; empty otherwise
  std::string detail;             // for developers, such as "signal 11"
  bool undeclared_log = false;    // a log line whose code the manifest does not list
};

class Probe {
 public:
  // Both outlive it.
  Probe(const plugins::Package& package, plugins::WorkerLauncher& launcher);
  Probe(Probe&&) = default;
  ~Probe();

  // Loads the plugin; nothing when it went well.
  std::optional<plugins::StartFailure> start();
  // One slice in a batch of its own, answered by `until` at the latest.
  Asked ask(const worker::v1::Slice& slice, std::chrono::steady_clock::time_point until);
  // All slices in as few batches as the manifest's budget allows, in their order.
  std::vector<Asked> ask_together(const std::vector<worker::v1::Slice>& slices,
                                  std::chrono::steady_clock::time_point until);
  Result<worker::v1::Rules> rules();
  // Ends the worker: how it ended when that did not go well.
  std::optional<plugins::WorkerFailure> close();
  // The most memory that the worker has had so far, in KiB; nothing where the kernel does not tell.
  std::optional<std::uint64_t> peak_kib() const;
  bool running() const { return worker_ != nullptr; }

 private:
  std::vector<Asked> ask_batch(const std::vector<const worker::v1::Slice*>& slices,
                               std::chrono::steady_clock::time_point until);

  const plugins::Package& package_;
  plugins::WorkerLauncher& launcher_;
  std::unique_ptr<plugins::Worker> worker_;
  std::optional<int> process_;
  std::int64_t next_batch_ = 1;
};

}  // namespace relais::app
