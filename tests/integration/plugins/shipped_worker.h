// SPDX-License-Identifier: Apache-2.0
// Slices through a package in its sandboxed worker.
#pragma once

#include <vector>

#include "plugins/worker/supervisor.h"

namespace relais::test {

inline Result<std::vector<worker::v1::Evaluation>> in_worker(const plugins::Package& package,
                                                             std::vector<worker::v1::Slice> slices) {
  const SystemClock clock;
  plugins::WorkerOptions options;
  options.worker_executable = RELAIS_WORKER;
  plugins::Supervisor supervisor(options, clock, {});
  if (auto loaded = supervisor.load(package); !loaded) return tl::unexpected(loaded.error());
  return supervisor.evaluate(package.manifest.id, std::move(slices));
}

}  // namespace relais::test
