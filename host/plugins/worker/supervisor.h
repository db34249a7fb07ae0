// SPDX-License-Identifier: Apache-2.0
// Every plugin of one practice: what the rest of the host asks for evaluations.
//
// Not supported: two versions of one plugin that both evaluate what comes in; reading a plugin's log as text.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "domain/clock.h"
#include "plugins/manifest.h"
#include "plugins/supervision/events.h"
#include "plugins/supervision/options.h"
#include "plugins/supervision/poison.h"
#include "plugins/supervision/runner.h"
#include "plugins/worker/options.h"

namespace relais::plugins {

// Thread-safe. Plugins run beside each other; one plugin is given one batch at a time.
class Supervisor {
 public:
  // `clock` and `poison` outlive it; without `poison` the subjects that killed a plugin are forgotten with it.
  Supervisor(WorkerOptions worker, const Clock& clock, PluginObserver observer, SupervisionOptions options = {},
             PoisonMemory* poison = nullptr);
  // Ends every worker.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Starts the plugin's worker and waits until it is loaded. A plugin that is refused, or that dies at each start,
  // stays known as disabled; the error names the stable code. Refuses an id that is loaded already.
  Result<void> load(const Package& package);

  // Blocks. Answers stand in the order of `slices`, exactly one for each: its findings, or `not_evaluated` with a
  // stable code (an unknown plugin: plugin.stopped). Never fails as a whole.
  std::vector<worker::v1::Evaluation> evaluate(const std::string& plugin_id, std::vector<worker::v1::Slice> slices);

  // The rules as the plugin describes them. Blocks while a batch runs.
  Result<std::vector<worker::v1::Rule>> rules(const std::string& plugin_id);

  // Tells the plugin what became of its findings, as PluginRunner::feedback; plugin.stopped for an unknown one.
  Result<std::vector<std::int32_t>> feedback(const std::string& plugin_id,
                                             const std::vector<worker::v1::Outcome>& outcomes);
  // The version that is asked, empty when none is.
  std::string version(const std::string& plugin_id) const;

  // Never blocks on a batch. An unknown plugin is stopped.
  PluginState state(const std::string& plugin_id) const;

  // A person lets a disabled plugin run again. Its poisoned subjects stay poisoned.
  Result<void> enable(const std::string& plugin_id);

  // Ends the worker and forgets the plugin; what it evaluates is answered plugin.stopped.
  Result<void> unload(const std::string& plugin_id);

  // Another version in the place of the one that is loaded, without a moment in which nothing is: its worker is started
  // beside the other, and then it is the one that is asked. The one before goes on for who holds it, until `settle` or
  // `put_back`. An Error of its start leaves all as it was. relais.not-found when nothing is loaded.
  Result<void> replace(const Package& package);
  // The replacement stays: the worker of the version before ends once nobody holds it any more.
  void settle(const std::string& plugin_id);
  // The version before is the one that is asked again.
  void put_back(const std::string& plugin_id);
  // This version, loaded, or just replaced and not settled yet; null otherwise. Who holds it may go on asking it, and
  // gets its answers, whatever replaces it meanwhile; let go of it before this supervisor ends.
  std::shared_ptr<PluginRunner> hold(const std::string& plugin_id, const std::string& version) const;

 private:
  struct Slot {
    std::shared_ptr<PluginRunner> asked;
    std::shared_ptr<PluginRunner> before;  // while a replacement is not settled
  };
  std::shared_ptr<PluginRunner> find(const std::string& plugin_id) const;
  std::shared_ptr<PluginRunner> make_runner(const Package& package);

  const Clock& clock_;
  PluginObserver observer_;
  SupervisionOptions options_;
  InMemoryPoison own_poison_;
  PoisonMemory& poison_;
  std::unique_ptr<WorkerLauncher> launcher_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Slot> runners_;
};

}  // namespace relais::plugins
