// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <relais/relais.h>

#include <string_view>

namespace relais::plugins {

// True for valid UTF-8 without control characters other than line feed and tab, at most `limit` bytes.
bool is_text(relais_str text, std::size_t limit);

// True for a stable identifier: letters, digits, '.', '_' and '-', at most 64, beginning with a letter.
bool is_identifier(relais_str text);

// Only for a text that passed one of these.
inline std::string_view checked(relais_str text) {
  return text.length == 0 ? std::string_view() : std::string_view(text.data, text.length);
}

}  // namespace relais::plugins
