// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::app {

// Starts at a chosen instant and runs at the machine's pace. For practices created as demonstrations only.
class DemonstrationClock final : public Clock {
 public:
  explicit DemonstrationClock(Instant start) : offset_(start - system_.now()) {}
  Instant now() const override { return system_.now() + offset_; }

 private:
  SystemClock system_;
  std::chrono::milliseconds offset_;
};

// The clock that a practice runs by: the machine's when `start` is empty, else one that starts at "YYYY-MM-DDTHH:MM",
// practice time. config.clock for a practice that was not created as a demonstration; relais.invalid-argument for a
// text that is no such moment; the errors of read_config.
Result<std::unique_ptr<Clock>> practice_clock(const std::filesystem::path& data, const std::string& start);

}  // namespace relais::app
