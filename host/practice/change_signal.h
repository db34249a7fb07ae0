// SPDX-License-Identifier: Apache-2.0
// Tells watchers that something changed, never what: each reads the feed from where it stands, so a missed or doubled
// wake-up loses nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>

#include "domain/thread_annotations.h"

namespace relais::practice {

class ChangeSignal {
 public:
  using Listener = std::function<void()>;

  // `listener` is called after each change, on the thread that changed: it must be short, must not throw and must not
  // call the signal. Returns its number.
  std::int64_t add(Listener listener);

  // Once it returns, the listener is not running and will not run again. Not to be called from a listener.
  void remove(std::int64_t number);

  void notify();

 private:
  Mutex mutex_;
  std::int64_t next_ RELAIS_GUARDED_BY(mutex_) = 1;
  std::map<std::int64_t, Listener> listeners_ RELAIS_GUARDED_BY(mutex_);
};

}  // namespace relais::practice
