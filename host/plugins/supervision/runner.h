// SPDX-License-Identifier: Apache-2.0
// Supervision of one plugin: its worker, its failures, its poisoned subjects. Knows nothing of processes or gRPC.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "domain/clock.h"
#include "plugins/manifest.h"
#include "plugins/supervision/batches.h"
#include "plugins/supervision/events.h"
#include "plugins/supervision/failures.h"
#include "plugins/supervision/options.h"
#include "plugins/supervision/pause.h"
#include "plugins/supervision/poison.h"
#include "plugins/supervision/worker.h"

namespace relais::plugins {

enum class PluginStatus { stopped, running, restarting, disabled };

struct PluginState {
  PluginStatus status = PluginStatus::stopped;
  std::string code;    // stable code of why it is not running
  std::string detail;  // for developers
  Instant since;
  int landlock_abi = 0;  // of the running worker; 0 when missing or in this process
};

// Everything a runner is given; outlives it.
struct RunnerContext {
  WorkerLauncher& launcher;
  const Clock& clock;
  PoisonMemory& poison;
  SupervisionOptions options;
  PluginObserver observer;
};

// Thread-safe; one batch at a time, so that a plugin never sees two calls at once.
class PluginRunner {
 public:
  PluginRunner(Package package, RunnerContext context, std::unique_ptr<Pause> pause);
  ~PluginRunner();

  // Starts the worker, with back-off between attempts. Fails once the plugin is disabled, with its code.
  Result<void> start();
  // One answer for each slice, in their order. Blocks; never throws away a slice.
  std::vector<worker::v1::Evaluation> evaluate(std::vector<worker::v1::Slice> slices);
  Result<std::vector<worker::v1::Rule>> rules();
  // Tells the plugin what became of findings, in a worker of its own that ends with this call: whatever it does with
  // them, it changes no evaluation and is no failure of the plugin. How it took each (relais_status), in their order;
  // plugin.stopped when it does not run, else the code of how the worker ended. Blocks, beside evaluations.
  Result<std::vector<std::int32_t>> feedback(const std::vector<worker::v1::Outcome>& outcomes);
  PluginState state() const;
  // Numbers the times that plugins of this program were started or let run again by a person: another number than before
  // says that it did not run in between, however briefly. 0 while it is stopped or disabled. Never blocks on a batch.
  std::int64_t run() const;
  const std::string& version() const { return package_.manifest.version; }
  // A person decides that it may run again: forgets its failures, not its poisoned subjects.
  Result<void> enable();
  // Ends the worker; what is being evaluated is answered "plugin.stopped".
  void stop();

 private:
  struct Work;  // one call of evaluate

  bool ensure_started();
  bool start_once();
  void retire(const WorkerFailure& failure, const std::vector<worker::v1::Subject>& subjects);
  void after_failure(bool back_off);
  void disable(Code code, std::string detail);
  void run_batch(Work& work, const Positions& positions);
  std::optional<WorkerFailure> attempt(Work& work, const Positions& positions);
  void bisect(Work& work, const Positions& positions, WorkerFailure failure);
  void isolate(Work& work, const Positions& positions, const WorkerFailure& failure);
  void give_up(Work& work, const Positions& positions, std::string_view code);
  void accept(Work& work, const Positions& positions, const worker::v1::Batch& batch, worker::v1::BatchResult result);
  void check_hidden_state(Work& work);
  // `trace`: of what the call was about; empty when that is several things.
  void write_logs(const google::protobuf::RepeatedPtrField<worker::v1::LogLine>& lines, std::int64_t call,
                  const std::string& trace) const;
  void write_evaluated(const worker::v1::Batch& batch, const std::vector<worker::v1::Evaluation>& answers) const;
  void tell(PluginEventKind kind, std::string code = {}, std::string detail = {},
            std::vector<worker::v1::Subject> subjects = {}) const;
  void set_state(PluginStatus status, std::string_view code = {}, std::string detail = {});
  PluginStatus status() const;

  const Package package_;
  RunnerContext context_;
  std::unique_ptr<Pause> pause_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::int64_t> run_ = 0;

  std::mutex running_;  // held while the worker is used; guards the fields below
  std::unique_ptr<Worker> worker_;
  FailureHistory failures_;
  std::int64_t next_batch_ = 1;

  mutable std::mutex state_mutex_;  // guards state_ only, so that it can be read while a batch runs
  PluginState state_;
};

}  // namespace relais::plugins
