// SPDX-License-Identifier: Apache-2.0
// Never answers: waits, or works for nothing.
#include <atomic>
#include <chrono>
#include <thread>

#include "beast.h"

ZOO_BEAST() {
  if (which == "hang") {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(24));
  }
  std::atomic<unsigned> spun{0};
  while (spun.load() != 1U) spun.fetch_add(2U);
  return "done";
}
