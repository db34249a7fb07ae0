// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scheduling/formats/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relais;
  // From 23 November 2026 for 400 days.
  const Instant from{std::chrono::milliseconds{1'795'388'400'000}};
  const scheduling::formats::Window window{from, from + std::chrono::hours(24 * 400), "Europe/Paris"};
  (void)scheduling::formats::read_icalendar(std::string_view(reinterpret_cast<const char*>(data), size), window);
  return 0;
}
