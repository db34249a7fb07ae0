// SPDX-License-Identifier: Apache-2.0
// The small readers that every format stands on: which format, which encoding, timestamps, base64.
#include <sodium.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "records/formats/base64.h"
#include "records/formats/detect.h"
#include "records/formats/text.h"
#include "records/formats/timestamp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relais::formats;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)detect(bytes);
  const auto declared = bytes.substr(0, bytes.find('\n'));
  const auto body = declared.size() < bytes.size() ? bytes.substr(declared.size() + 1) : bytes;
  if (!is_utf8(decode_text(body, declared).utf8)) std::abort();
  if (const auto text = to_utf8(body, encoding_name(declared)); text && !is_utf8(*text)) std::abort();
  if (is_valid_timestamp(bytes) && bytes.find_first_not_of("0123456789") >= 8 && bytes.size() >= 8 &&
      !timestamp_day(bytes).has_value())
    std::abort();
  if (const auto decoded = decode_base64(bytes)) {
    std::string again(sodium_base64_ENCODED_LEN(decoded->bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(again.data(), again.size(), reinterpret_cast<const unsigned char*>(decoded->bytes.data()),
                      decoded->bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    again.pop_back();
    const auto twice = decode_base64(again);
    if (!twice || twice->bytes != decoded->bytes) std::abort();
  }
  return 0;
}
