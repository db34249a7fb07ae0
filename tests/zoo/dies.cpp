// SPDX-License-Identifier: Apache-2.0
// Throws, aborts, divides by zero, leaves, overflows its stack, or touches memory that is not its own.
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "beast.h"

namespace {

int deeper(volatile char* above, int depth) {
  volatile char frame[4096];
  frame[0] = above == nullptr ? '\0' : above[0];
  return depth + (depth < 0 ? 0 : deeper(frame, depth + 1)) + frame[0];
}

}  // namespace

ZOO_BEAST() {
  if (which == "throw") throw std::runtime_error("Mme X");
  if (which == "throw-int") throw 42;
  if (which == "abort") std::abort();
  if (which == "exit") std::exit(0);
  if (which == "quick-exit") std::_Exit(3);
  if (which == "terminate") std::terminate();
  if (which == "stack") return std::to_string(deeper(nullptr, 0));
  if (which == "segfault") {
    volatile int* nowhere = nullptr;
    asm volatile("" : "+r"(nowhere));  // else the compiler sees what it is, and warns
    *nowhere = 1;
  }
  return "done";
}
