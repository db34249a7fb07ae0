// SPDX-License-Identifier: Apache-2.0
// The workers of one trial: nothing of them outlives the call.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/findings_from_wire.h"
#include "app/trials.h"
#include "plugins/worker/supervisor.h"

namespace relais::app {

// A report says when it fell due by itself; nothing to retry, nothing to restart.
inline plugins::SupervisionOptions no_retries() {
  plugins::SupervisionOptions options;
  options.failures_allowed = 1;
  // The practice's own runs look for hidden state.
  options.sampler = plugins::sample_one_in(0);
  return options;
}

// The workers of one call, ended with it.
class Trials::Workers {
 public:
  Workers(const plugins::WorkerOptions& worker, const Clock& clock)
      : supervisor_(worker, clock, [](const plugins::PluginEvent&) {}, no_retries()) {}

  Result<void> load(const plugins::Package& package) {
    if (const auto loaded = supervisor_.load(package); !loaded) return loaded;
    rules_ = declared_rules(supervisor_.rules(package.manifest.id));
    return {};
  }

  std::vector<worker::v1::Evaluation> evaluate(const plugins::Package& package, std::vector<worker::v1::Slice> slices) {
    auto answers = supervisor_.evaluate(package.manifest.id, std::move(slices));
    for (auto& answer : answers) keep_declared_rules(answer, rules_);
    return answers;
  }

 private:
  plugins::Supervisor supervisor_;
  std::set<std::string> rules_;
};

}  // namespace relais::app
