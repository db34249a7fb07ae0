// SPDX-License-Identifier: Apache-2.0
// Any bytes as HPRIM: read or refused; what is read is UTF-8 throughout, and a file that is read was recognised.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "records/formats/hprim.h"
#include "records/formats/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relais::formats;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)looks_like_hprim(bytes);
  const auto file = read_hprim(bytes);
  if (!file) return 0;
  if (file->messages.empty()) std::abort();
  for (const auto& message : file->messages) {
    if (!is_utf8(message.narrative) || !is_utf8(message.patient.family)) std::abort();
  }
  return 0;
}
