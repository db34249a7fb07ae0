// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "domain/error.h"

namespace relais::formats::xml {

// Refuses XML that is not well formed in the sense of XML 1.0 with namespaces, before anything is built from it: pugixml
// reads undefined entities, unbound prefixes or text after the root without a word. `utf8` is already UTF-8.
// Errors: ingest_cda_malformed, ingest_cda_dtd, ingest_cda_too_deep, ingest_cda_too_complex.
Result<void> check_well_formed(std::string_view utf8);

}  // namespace relais::formats::xml
