// SPDX-License-Identifier: Apache-2.0
// What sorting stands on.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/shadowed_run.h"
#include "app/slice_poison.h"
#include "domain/clock.h"
#include "plugins/manifest.h"
#include "plugins/worker/supervisor.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/mandate_gate.h"
#include "practice/worklist_store.h"
#include "records/context_map.h"
#include "records/ingest.h"
#include "records/record_source.h"

namespace relais::app {

// Packages that the practice has switched on, stopped ones included: what those would have evaluated is not evaluated.
using EnabledPackages = std::vector<std::shared_ptr<const plugins::Package>>;

// A package with what evaluates it, held: another version that is installed meanwhile changes nothing of it.
struct Evaluator {
  std::shared_ptr<const plugins::Package> package;
  std::shared_ptr<plugins::PluginRunner> runner;  // null: stopped
};
using Evaluators = std::vector<Evaluator>;

struct DispatchParts {
  practice::Database& database;
  practice::Ledger& ledger;
  practice::WorklistStore& worklist;
  practice::MandateGate& gate;
  records::Ingest& ingest;
  plugins::Supervisor& supervisor;
  SlicePoison& poison;
  const records::ContextMap& context;
  const Clock& clock;
  std::string time_zone;
  // Asked at each round: an installation or a stop takes effect at the next one.
  std::function<EnabledPackages()> packages;
  // Events of one subject that come within this time of its last evaluation are evaluated together, once.
  std::chrono::milliseconds burst{0};
  records::RecordSource& record = records::own_record();
  // Told of each evaluation once it is kept; may be empty.
  EvaluationObserver evaluated = {};
};

// The packages of this instant, each with what evaluates it.
Evaluators hold_evaluators(const DispatchParts& parts);

// The plugin name of items that Relais itself makes: a report that no plugin sorts.
inline constexpr auto own_plugin = "relais";

}  // namespace relais::app
