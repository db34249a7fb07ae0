// SPDX-License-Identifier: Apache-2.0
// Finding which subject killed a worker: the batch is halved until one subject is alone with the failure.
#include "plugins/supervision/work.h"

namespace relais::plugins {

// A whole bisection counts as one failure, and does not wait between restarts. Only when it found nobody to blame
// does the next start wait: the plugin then fails by itself.
void PluginRunner::bisect(Work& work, const Positions& positions, WorkerFailure failure) {
  work.losses = 1;
  work.found = false;
  isolate(work, positions, failure);
  if (status() != PluginStatus::disabled) after_failure(!work.found);
}

void PluginRunner::isolate(Work& work, const Positions& positions, const WorkerFailure& failure) {
  const auto code = std::string(stable_code(code_of(failure.kind)));
  if (positions.size() == 1) {
    const auto& slice = work.slices[positions.front()];
    work.found = true;
    context_.poison.remember(poison_key(package_, slice), code);
    work.answers[positions.front()] = not_evaluated(slice, positions.front(), code);
    tell(PluginEventKind::poisoned, code, failure.detail, {slice.subject()});
    return;
  }
  const auto middle = positions.begin() + static_cast<std::ptrdiff_t>(positions.size() / 2);
  for (const auto& half : {Positions(positions.begin(), middle), Positions(middle, positions.end())}) {
    if (stopping_) {
      give_up(work, half, stable_code(Code::plugin_stopped));
      continue;
    }
    if (work.losses >= context_.options.bisection_losses) {
      give_up(work, half, code);
      continue;
    }
    if (!worker_ && (status() == PluginStatus::disabled || !start_once())) {
      give_up(work, half, state().code);
      continue;
    }
    if (const auto again = attempt(work, half)) {
      ++work.losses;
      isolate(work, half, *again);
    }
  }
}

}  // namespace relais::plugins
