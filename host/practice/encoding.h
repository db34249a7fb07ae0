// SPDX-License-Identifier: Apache-2.0
// Bytes as text, by libsodium: raw bytes are stored as base64 so that both engines keep them alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace relais::practice {

// SHA-256, hexadecimal.
std::string sha256_hex(std::string_view bytes);

std::string to_base64(std::string_view bytes);
// Nothing when the text is not base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace relais::practice
