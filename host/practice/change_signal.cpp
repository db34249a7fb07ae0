// SPDX-License-Identifier: Apache-2.0
#include "practice/change_signal.h"

#include <utility>

namespace relais::practice {

std::int64_t ChangeSignal::add(Listener listener) {
  const MutexLock lock(mutex_);
  listeners_.emplace(next_, std::move(listener));
  return next_++;
}

void ChangeSignal::remove(std::int64_t number) {
  const MutexLock lock(mutex_);
  listeners_.erase(number);
}

void ChangeSignal::notify() {
  const MutexLock lock(mutex_);
  for (const auto& [number, listener] : listeners_) listener();
}

}  // namespace relais::practice
