// SPDX-License-Identifier: Apache-2.0
// A run over every patient of the practice, such as a nightly one: one plugin, one task, to reconciled findings. Blocks
// of patients are read, evaluated and reconciled beside each other; each block is decided under the fiches of its
// moment, is in the ledger before the plugin sees it, and is kept in one transaction.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "app/dispatch_parts.h"
#include "domain/error.h"
#include "practice/mandate_runs.h"

namespace relais::app {

struct SweepOptions {
  std::size_t block = 4096;  // patients
};

// Patients, each counted once.
struct SweepOutcome {
  std::int64_t patients = 0;  // seen
  std::int64_t evaluated = 0;
  std::int64_t not_evaluated = 0;  // with the reason, on the list
  std::int64_t not_delegated = 0;  // no doctor of theirs has switched the task on, or a fiche refuses it: quiet
  std::int64_t changes = 0;        // items that are new or different
};

// Blocks until every patient has been seen, or until `stop`, after which what was begun is finished. plugin.stopped,
// or the code for which it is disabled, when the plugin does not run: then nothing more is begun, and the caller says
// that the run did not take place. Errors of the database pass through: what was kept stays, and the next run takes the
// rest up. Not twice at once for one plugin and task.
Result<SweepOutcome> sweep(const DispatchParts& parts, const practice::MandateSources& mandates,
                           const plugins::Package& package, const std::string& task, const std::atomic<bool>& stop,
                           SweepOptions options = {});

}  // namespace relais::app
