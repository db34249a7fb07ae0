// SPDX-License-Identifier: Apache-2.0
// Several batches in the worker's hands at once.
#include <deque>

#include "plugins/supervision/pipelined_worker.h"
#include "plugins/supervision/work.h"

namespace relais::plugins {

void PluginRunner::Work::run(PluginRunner& runner, const std::vector<Positions>& batches) {
  std::size_t done = 0;
  while (done < batches.size()) {
    done += run_ahead(runner, std::span(batches).subspan(done));
    // A worker that takes one at a time, the last batch, or a plugin that is over.
    if (done < batches.size()) runner.run_batch(*this, batches[done++]);
  }
}

// Keeps the worker supplied. The number of batches dealt with, in order. A failure is that of the oldest batch, which
// is bisected; the others in flight are left for the next worker.
std::size_t PluginRunner::Work::run_ahead(PluginRunner& runner, std::span<const Positions> batches) {
  if (batches.size() < 2 || !runner.ensure_started()) return 0;
  auto* const worker = dynamic_cast<PipelinedWorker*>(runner.worker_.get());
  if (worker == nullptr || worker->in_flight() < 2) return 0;
  std::deque<worker::v1::Batch> sent;
  std::size_t answered = 0;
  std::optional<WorkerFailure> failure;
  while (answered < batches.size() && !runner.stopping_) {
    while (sent.size() < worker->in_flight() && answered + sent.size() < batches.size()) {
      sent.push_back(lend(batches[answered + sent.size()], runner.next_batch_++));
      worker->submit(sent.back());
    }
    auto result = worker->collect(runner.package_.manifest.budget.batch_deadline);
    if (result && result->id() != sent.front().id()) {
      result = tl::make_unexpected(WorkerFailure{FailureKind::garbage, "answer to another batch"});
    }
    if (!result) {
      failure = result.error();
      break;
    }
    runner.accept(*this, batches[answered], sent.front(), std::move(*result));
    take_back(sent.front(), batches[answered]);
    sent.pop_front();
    ++answered;
    if (!runner.worker_) break;  // what it answered had it disabled
    runner.failures_.went_well();
  }
  for (std::size_t index = 0; index < sent.size(); ++index) take_back(sent[index], batches[answered + index]);
  if (failure) {
    runner.retire(*failure, subjects(batches[answered]));
    runner.bisect(*this, batches[answered++], std::move(*failure));
  } else if (!sent.empty()) {
    // Stopped, or disabled: the answers still on their way are nobody's.
    runner.worker_.reset();
  }
  return answered;
}

}  // namespace relais::plugins
