// SPDX-License-Identifier: Apache-2.0
// A folder for one test, and a clock that the test moves.
#pragma once

#include <atomic>

#include "domain/clock.h"
#include "support/scratch_folder.h"

namespace relais::test {

class TestClock final : public Clock {
 public:
  explicit TestClock(Instant start = Instant{std::chrono::milliseconds{1'790'000'000'000}}) : now_(start) {}
  Instant now() const override { return now_.load(); }
  void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }
  void set(Instant to) { now_ = to; }

 private:
  std::atomic<Instant> now_;
};

}  // namespace relais::test
