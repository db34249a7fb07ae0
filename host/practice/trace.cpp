// SPDX-License-Identifier: Apache-2.0
#include "practice/trace.h"

#include <sodium.h>

#include <array>

namespace relais::practice {

std::string new_trace_id() {
  std::array<unsigned char, 16> random{};
  std::array<char, 2 * 16 + 1> text{};
  do {
    randombytes_buf(random.data(), random.size());
    sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  } while (!is_trace_id(text.data()));
  return text.data();
}

}  // namespace relais::practice
