// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "plugins/supervision/worker.h"

namespace relais::plugins {

struct WorkerOptions {
  std::filesystem::path worker_executable;  // relais-worker
  std::optional<int> force_landlock_abi;    // at most this one; 0: as on a kernel without it
  bool require_landlock = false;            // refuse plugins where the kernel does not bound files
  bool in_process = false;                  // an editor's own trusted plugins: no sandbox, no deadline, no survival
  bool no_files_while_evaluating = false;   // for the validator: opening a file then ends the worker
  bool keep_standard_error = false;         // for a developer: a plugin could write a patient's data there
};

// Starts relais-worker processes, or loads into this process. Fails when the executable is missing.
std::unique_ptr<WorkerLauncher> make_launcher(WorkerOptions options, std::chrono::milliseconds load_deadline);

}  // namespace relais::plugins
