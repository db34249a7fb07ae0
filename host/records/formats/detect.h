// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace relais::formats {

enum class Format { cda, hl7v2, hprim, fhir, unknown };

// `reason` is French, for people, and empty unless the format is unknown. It never quotes the content.
struct Detected {
  Format format;
  std::string reason;
};

// Looks at the content, never at a file name. A format found here may still fail to read.
Detected detect(std::string_view bytes);

}  // namespace relais::formats
