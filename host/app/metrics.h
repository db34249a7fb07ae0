// SPDX-License-Identifier: Apache-2.0
// What Prometheus reads of a running host: counts and durations, never a name, an id of a patient or a text. The names
// are a promise, kept as text in tests/integration/host/metrics.txt.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"
#include "plugins/supervision/events.h"
#include "practice/database.h"

namespace relais::app {

// A plugin as it is when Prometheus asks.
struct PluginGauge {
  std::string id, version;
  bool running = false;
};

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void count(const plugins::PluginEvent& event);
  void count(const plugins::EvaluatedBatch& batch);

  // Serves GET /metrics over HTTP on a loopback address until the object ends; what the practice holds is counted anew
  // for each request. config.invalid for an address that is not loopback, api.address when it cannot be listened on.
  Result<void> serve(const std::string& address, practice::Database& database, const Clock& clock,
                     std::function<std::vector<PluginGauge>()> plugins);
  // Serves no more; what is counted goes on.
  void stop();
  // 0 while it is not served.
  int port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::app
