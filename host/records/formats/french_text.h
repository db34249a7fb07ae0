// SPDX-License-Identifier: Apache-2.0
// The encoding of a French text that declares none. Source: biologie.md section 8 (encodings seen in HPRIM files).
#pragma once

#include <string>
#include <string_view>

namespace relais::formats {

struct FrenchText {
  std::string utf8;      // composed form, without byte order mark
  std::string encoding;  // "ISO-8859-1", "ISO-8859-15", "WINDOWS-1252", "CP850", "MACINTOSH", "UTF-8", "UTF-16LE" …
  bool byte_order_mark = false;
  // Accents had been damaged by a conversion too many, and were restored.
  bool repaired = false;
};

// UTF-8 when the bytes are valid UTF-8; else the set in which the bytes make French letters where letters stand, Latin
// first. Text that was read in a wrong set and saved again is restored: UTF-8 read as Latin (MacRoman « é » = CC A9, or
// UTF-8 twice), as MacRoman (« √© ») or as DOS text (« ├® »), Latin read as MacRoman (« È » for « é ») and the like. Never fails: what has no meaning anywhere becomes
// U+FFFD.
FrenchText decode_french(std::string_view bytes);

}  // namespace relais::formats
