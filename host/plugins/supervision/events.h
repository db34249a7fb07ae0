// SPDX-License-Identifier: Apache-2.0
// What supervision tells: each event becomes a ledger entry, and shows as "non évalué" where it names subjects.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

enum class PluginEventKind {
  started,         // a worker runs; `code` says when something of its sandbox is missing
  refused,         // the plugin cannot be loaded
  failed,          // a worker ended or was killed; `subjects` were in its hands
  poisoned,        // one subject killed the worker: it is remembered
  answer_refused,  // an answer named what was not in its batch
  not_evaluated,   // subjects left without an answer, with the reason, other than one that was just poisoned
  disabled,        // nothing is evaluated any more until a person enables it
  enabled,         // a person enabled it again
  stopped,         // unloaded; `code` says when that did not go well
  feedback_given_up,  // it did not take what became of `subjects`, and is not told again; its findings stand
  logged,          // a line of the plugin's own: `code` is one of its manifest, with `call` and `number`; not an act
};

std::string_view name_of(PluginEventKind kind);

struct PluginEvent {
  std::string plugin_id;
  std::string plugin_version;
  PluginEventKind kind = PluginEventKind::started;
  std::string code;    // stable code, empty when nothing is wrong
  std::string detail;  // for developers, never data of a slice
  std::vector<worker::v1::Subject> subjects;
  Instant at;
  std::int64_t call = 0;    // of the worker
  std::int64_t number = 0;  // what the plugin wrote beside its code
};

// What one call of evaluate gave, and how long it took by the machine's own clock.
struct EvaluatedBatch {
  std::string plugin_id;
  std::string plugin_version;
  std::size_t evaluated = 0;
  std::size_t not_evaluated = 0;
  std::chrono::duration<double> took{};
};

// Called on the thread that asked for the evaluation, once it is over. Must not throw.
using BatchObserver = std::function<void(const EvaluatedBatch&)>;

// Called on the thread that met the event, while the plugin's calls are held back: it may call the supervisor about
// another plugin or ask for a state, nothing else. Must not throw.
using PluginObserver = std::function<void(const PluginEvent&)>;

}  // namespace relais::plugins
