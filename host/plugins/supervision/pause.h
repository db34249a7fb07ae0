// SPDX-License-Identifier: Apache-2.0
// Waiting for an instant, in a way that a stop interrupts and a test does not have to sit through.
#pragma once

#include <condition_variable>
#include <mutex>

#include "domain/clock.h"

namespace relais::plugins {

class Pause {
 public:
  virtual ~Pause() = default;
  // Blocks until `until`; false when interrupted, before or during.
  virtual bool wait(Instant until) = 0;
  // Ends every present and later wait. Thread-safe.
  virtual void interrupt() = 0;
};

class ClockPause final : public Pause {
 public:
  explicit ClockPause(const Clock& clock) : clock_(clock) {}

  bool wait(Instant until) override {
    std::unique_lock lock(mutex_);
    for (auto now = clock_.now(); now < until && !interrupted_; now = clock_.now()) {
      wake_.wait_for(lock, until - now);
    }
    return !interrupted_;
  }

  void interrupt() override {
    {
      const std::lock_guard lock(mutex_);
      interrupted_ = true;
    }
    wake_.notify_all();
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool interrupted_ = false;
};

}  // namespace relais::plugins
