// SPDX-License-Identifier: Apache-2.0
// The plugin inside this process: for an editor's own trusted plugins and for the author's harness. Nothing holds it
// in, a crash is the host's crash, and the deadline is not enforced.
#pragma once

#include "plugins/supervision/worker.h"
#include "plugins/loaded_plugin.h"

namespace relais::plugins {

class InProcessWorker final : public Worker {
 public:
  explicit InProcessWorker(std::unique_ptr<LoadedPlugin> plugin) : plugin_(std::move(plugin)) {}

  WorkerAnswer<worker::v1::BatchResult> evaluate(const worker::v1::Batch& batch,
                                                 std::chrono::milliseconds /*deadline*/) override {
    return plugin_->evaluate(batch, never_cancelled_);
  }
  WorkerAnswer<worker::v1::Rules> rules(std::chrono::milliseconds /*deadline*/) override {
    auto rules = plugin_->describe_rules();
    if (rules) return std::move(*rules);
    worker::v1::Rules refused;
    refused.set_refused(std::string(stable_code(rules.error().code)));
    return refused;
  }
  WorkerAnswer<worker::v1::OutcomesTaken> feedback(const worker::v1::OutcomeBatch& batch,
                                                   std::chrono::milliseconds /*deadline*/) override {
    return plugin_->feedback(batch);
  }
  std::optional<WorkerFailure> ended() override { return std::nullopt; }
  std::optional<WorkerFailure> close() override {
    plugin_.reset();
    return std::nullopt;
  }

 private:
  std::unique_ptr<LoadedPlugin> plugin_;
  std::atomic<bool> never_cancelled_ = false;
};

}  // namespace relais::plugins
