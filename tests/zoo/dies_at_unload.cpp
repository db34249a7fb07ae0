// SPDX-License-Identifier: Apache-2.0
// Works well, and crashes when it is unloaded.
#include <cstdlib>

#include "beast.h"

namespace {

struct Grudge {
  ~Grudge() { std::abort(); }
};
const Grudge grudge;

}  // namespace

ZOO_BEAST() { return "well"; }
