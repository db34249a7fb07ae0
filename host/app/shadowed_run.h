// SPDX-License-Identifier: Apache-2.0
// One evaluation that is over, for whoever compares it with another version's.
#pragma once

#include <functional>
#include <string>

#include "domain/clock.h"
#include "domain/findings.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

struct ShadowedRun {
  std::string plugin;
  std::string version;  // that evaluated it
  std::string task;
  worklist::Subject subject;
  Instant as_of{};      // of its slice
  std::string trace_id;
  worker::v1::Evaluation answer;  // as the plugin gave it
};

// Called once what the evaluation led to is durable, on the thread that sorts: must be short and must not throw.
using EvaluationObserver = std::function<void(const ShadowedRun&)>;

}  // namespace relais::app
