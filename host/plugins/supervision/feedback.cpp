// SPDX-License-Identifier: Apache-2.0
// What became of findings is told in a worker that evaluates nothing: a plugin that crashes, hangs or remembers there
// touches no evaluation.
#include <atomic>

#include "plugins/supervision/runner.h"

namespace relais::plugins {

Result<std::vector<std::int32_t>> PluginRunner::feedback(const std::vector<worker::v1::Outcome>& outcomes) {
  if (run() == 0 || stopping_) return fail(Code::plugin_stopped, state().code, package_.manifest.id);
  auto fresh = context_.launcher.start(package_);
  if (!fresh) return fail(fresh.error().code, fresh.error().detail, package_.manifest.id);
  // Apart from the calls of evaluations, whose numbers are the runner's own.
  static std::atomic<std::int64_t> calls = 0;
  worker::v1::OutcomeBatch batch;
  batch.set_id(++calls);
  batch.mutable_outcomes()->Assign(outcomes.begin(), outcomes.end());
  const auto taken = fresh->worker->feedback(batch, package_.manifest.budget.batch_deadline);
  if (!taken) return fail(code_of(taken.error().kind), taken.error().detail, package_.manifest.id);
  if (taken->id() != batch.id() || taken->statuses_size() != batch.outcomes_size()) {
    return fail(Code::plugin_garbage, "not as many answers as outcomes", package_.manifest.id);
  }
  write_logs(taken->logs(), batch.id(), {});
  // How it ends is the same code as how the other will: told then.
  static_cast<void>(fresh->worker->close());
  return std::vector<std::int32_t>(taken->statuses().begin(), taken->statuses().end());
}

}  // namespace relais::plugins
