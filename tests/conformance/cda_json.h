// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "corpus.h"
#include "records/formats/cda.h"

namespace relais::conformance {

// The document in the shape of expected.json (schema relais.expected.cda/1).
Json to_json(const formats::CdaDocument& document);

Json to_json(const formats::Text& text);

}  // namespace relais::conformance
