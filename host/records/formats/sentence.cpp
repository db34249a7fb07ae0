// SPDX-License-Identifier: Apache-2.0
#include "records/formats/sentence.h"

namespace relais::formats {

std::string sentence_of(std::string_view stable) {
  if (stable.empty()) return {};
#define RELAIS_CODE(identifier, text, french_text) \
  if (stable == (text)) return french_text;
#include "domain/codes.def"
#undef RELAIS_CODE
#define RELAIS_ANOMALY(identifier, text, french_text) \
  if (stable == (text)) return french_text;
#include "records/formats/anomalies.def"
#undef RELAIS_ANOMALY
  return "Motif : " + std::string(stable) + ".";
}

}  // namespace relais::formats
