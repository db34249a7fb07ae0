// SPDX-License-Identifier: Apache-2.0
#include "engine.h"
#include "support/scratch.h"

namespace relais::test {

std::string fresh_practice() {
  static const Scratch scratch;
  static int number = 0;
  return "sqlite:" + (scratch.path() / ("practice-" + std::to_string(++number) + ".db")).string();
}

bool is_postgresql() { return false; }

}  // namespace relais::test
