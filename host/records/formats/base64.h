// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace relais::formats {

struct Base64Decoded {
  std::string bytes;
  bool padded;  // false when the final '=' were left out, which senders do and which loses nothing
};

// Decodes standard base64, white space ignored, with or without padding. Empty when it cannot be decoded: a foreign
// character, wrong padding, or a length of 4n+1.
std::optional<Base64Decoded> decode_base64(std::string_view text);

}  // namespace relais::formats
