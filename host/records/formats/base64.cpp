// SPDX-License-Identifier: Apache-2.0
#include "records/formats/base64.h"

#include <sodium.h>

#include <algorithm>

namespace relais::formats {

std::optional<Base64Decoded> decode_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  // Padding is counted without white space: libsodium's two variants differ exactly by whether it is required.
  const auto significant = [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; };
  const auto length = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), significant));
  const bool padded = length % 4 == 0;
  std::size_t written = 0;
  const int variant = padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  const int status = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(),
                                       " \t\r\n", &written, nullptr, variant);
  if (status != 0) return std::nullopt;
  out.resize(written);
  return Base64Decoded{std::move(out), padded};
}

}  // namespace relais::formats
