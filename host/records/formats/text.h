// SPDX-License-Identifier: Apache-2.0
// From bytes of uncertain encoding to UTF-8 text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace relais::formats {

struct DecodedText {
  std::string utf8;      // without byte order mark
  std::string encoding;  // what was used: "UTF-8", "ISO-8859-15", ...
  bool doubtful;         // true when the declared encoding was not the one that fits
};

// True when every byte belongs to well-formed UTF-8 (no overlong form, no surrogate).
bool is_utf8(std::string_view bytes);

// A declared name in any of the forms that formats use ("UNICODE UTF-8", "8859/15", "latin1") as one name; empty when it
// is not known here.
std::string encoding_name(std::string_view declared);

// Converts, or nothing when something has no meaning in one of the encodings, or one of them is unknown.
std::optional<std::string> convert(std::string_view bytes, const std::string& from, const std::string& to);

// Converts, or nothing when a byte has no meaning in `encoding` or the encoding is unknown.
std::optional<std::string> to_utf8(std::string_view bytes, const std::string& encoding);

// Rule of the practice (biologie.md section 8): a byte order mark speaks first; strict UTF-8 when the bytes are valid and
// not only ASCII; else the declared set; else ISO-8859-15, in which every byte has a meaning. Where bytes stand that
// ISO-8859 has no letters for, Windows-1252 is read in its place and told doubtful. Never fails.
DecodedText decode_text(std::string_view bytes, std::string_view declared);

}  // namespace relais::formats
