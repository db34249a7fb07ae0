// SPDX-License-Identifier: Apache-2.0
// When to start again after a failure, and when to give up.
#pragma once

#include <deque>

#include "domain/clock.h"
#include "plugins/supervision/options.h"

namespace relais::plugins {

class FailureHistory {
 public:
  explicit FailureHistory(const SupervisionOptions& options) : options_(options) {}

  // Counts one failure. With `back_off` the next start waits, longer after each failure in a row.
  void count(Instant at, bool back_off);
  // A batch went well: the next failure is again the first in a row.
  void went_well() { in_a_row_ = 0; }
  // No start before this instant.
  Instant start_from() const { return start_from_; }
  // It fails too often.
  bool too_many() const { return recent_.size() >= options_.failures_allowed; }

 private:
  SupervisionOptions options_;
  std::deque<Instant> recent_;
  std::uint32_t in_a_row_ = 0;
  Instant start_from_{};
};

}  // namespace relais::plugins
