// SPDX-License-Identifier: Apache-2.0
// Crashes in a static initialiser, before anybody has asked it anything.
#include <cstdlib>

#include "beast.h"

namespace {

const int crash = [] {
  std::abort();
  return 0;
}();

}  // namespace

ZOO_BEAST() { return std::to_string(crash); }
