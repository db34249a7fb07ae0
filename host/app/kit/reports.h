// SPDX-License-Identifier: Apache-2.0
// What an author's cases tell of a plugin beside right and wrong: which declared data it needs, and what it costs.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "plugins/manifest.h"
#include "plugins/worker/options.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

// What one declared kind did for the answers. Found by taking it away: whatever the language of the plugin, a kind that
// changes no answer was not needed.
struct KindUse {
  plugins::SliceKind declared;
  std::size_t slices = 0;                // that hold rows of the kind
  bool needed = false;                   // some answer changes without it
  std::vector<std::string> idle_codes;   // declared, shown in the cases, and no answer changes without them
  std::vector<std::string> unseen_codes; // declared, and in no case
  std::optional<int> days;               // the least depth that gives the same answers; only when it is declared
};

// Error: the worker ended; the cases themselves tell why.
Result<std::vector<KindUse>> kinds_in_use(const plugins::Package& package, const std::vector<worker::v1::Slice>& slices,
                                          const plugins::WorkerOptions& worker);

struct Cost {
  std::size_t subjects = 0;
  double microseconds_each = 0;              // in batches, wall clock
  double slowest_ms = 0;                     // the slowest subject alone, transport included
  std::optional<std::uint64_t> loaded_kib;   // peak memory of the worker once loaded
  std::optional<std::uint64_t> peak_kib;     // and after all subjects
};

Result<Cost> cost_of(const plugins::Package& package, const std::vector<worker::v1::Slice>& slices,
                     const plugins::WorkerOptions& worker);

// In French, with the smaller `slice` of the manifest when there is one.
void print_kinds_in_use(const std::vector<KindUse>& uses, std::ostream& out);
void print_cost(const Cost& cost, const plugins::Budget& budget, std::ostream& out);

}  // namespace relais::app
