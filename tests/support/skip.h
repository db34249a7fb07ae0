// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iostream>
#include <string>

namespace relais::test {

inline bool& skip_asked() {
  static bool asked = false;
  return asked;
}

// Says by name what this run could not test, and why; ctest then counts the test as skipped unless it also failed.
inline void skip(const std::string& why) {
  std::cout << "skipped: " << why << '\n';
  skip_asked() = true;
}

}  // namespace relais::test
