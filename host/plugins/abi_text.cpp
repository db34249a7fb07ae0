// SPDX-License-Identifier: Apache-2.0
#include "plugins/abi_text.h"

#include <algorithm>
#include <boost/locale/utf.hpp>

namespace relais::plugins {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_text(relais_str text, std::size_t limit) {
  if (text.length == 0) return true;
  if (text.data == nullptr || text.length > limit) return false;
  using Utf8 = boost::locale::utf::utf_traits<char>;
  const char* at = text.data;
  const char* const end = text.data + text.length;
  while (at != end) {
    const auto point = Utf8::decode(at, end);
    if (!boost::locale::utf::is_valid_codepoint(point)) return false;
    if ((point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point < 0xa0)) return false;
  }
  return true;
}

bool is_identifier(relais_str text) {
  if (text.data == nullptr || text.length == 0 || text.length > 64 || !is_letter(*text.data)) return false;
  return std::all_of(text.data, text.data + text.length,
                     [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace relais::plugins
