// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of triage cases: a closed shape, read whole or refused.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "app/triage_cases.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> words{"irc", "ieca_ara2", "grossesse", "diabete"};
  const auto cases = relais::app::read_triage_cases({reinterpret_cast<const char*>(data), size}, words);
  if (!cases && cases.error().code != relais::Code::cases_invalid) std::abort();
  return 0;
}
