// SPDX-License-Identifier: Apache-2.0
// From one thread to another, one thing at a time: while the second works on one, the first makes the next.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace relais::app {

// One thread puts, another takes.
template <class T>
class Handover {
 public:
  // Blocks while the last one has not been taken; false when nobody takes any more.
  bool put(T thing) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_ || closed_; });
    if (closed_) return false;
    held_ = std::move(thing);
    changed_.notify_all();
    return true;
  }

  // Nothing more is put.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  // Blocks for the next one; nothing after the last.
  std::optional<T> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_ || ended_; });
    auto taken = std::exchange(held_, std::nullopt);
    changed_.notify_all();
    return taken;
  }

  // Nothing more is taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<T> held_;
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace relais::app
