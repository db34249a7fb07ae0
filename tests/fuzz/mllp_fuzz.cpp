// SPDX-License-Identifier: Apache-2.0
// The first byte says into which pieces the rest is cut: whatever they are, the same messages come out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "app/mllp_framer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 16;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::size_t limit = 1024;
  relais::app::MllpFramer whole(limit), cut(limit);
  const auto expected = whole.take(rest);
  std::vector<std::string> messages;
  std::size_t outside = 0;
  bool too_large = false;
  while (!rest.empty()) {
    auto taken = cut.take(rest.substr(0, piece));
    for (auto& one : taken.messages) messages.push_back(std::move(one));
    outside += taken.outside;
    too_large = taken.too_large;
    rest.remove_prefix(std::min(piece, rest.size()));
  }
  if (messages != expected.messages || outside != expected.outside || too_large != expected.too_large) std::abort();
  for (const auto& message : messages) {
    if (message.size() > limit) std::abort();
  }
  return 0;
}
