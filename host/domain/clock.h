// SPDX-License-Identifier: Apache-2.0
// Time comes from here and nowhere else, so that a test, a preview and a replay choose it.
#pragma once

#include <chrono>

namespace relais {

// An instant, UTC, to the millisecond: what the database, the wire and the ledger carry.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  // Now. Thread-safe.
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace relais
