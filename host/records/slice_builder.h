// SPDX-License-Identifier: Apache-2.0
// Builds what a plugin sees: exactly what its manifest declares, for one subject, as of one instant. The declaration is
// the privilege: a kind, a code or a row older than its depth that is not declared does not enter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/manifest.h"
#include "records/context_map.h"
#include "records/record_reader.h"

namespace relais::records {

struct SliceRequest {
  // item_id: the row evaluated (a lab report, a document, a message, an appointment), empty for a patient task.
  worker::v1::Subject subject;
  Instant as_of;
  // Fences late answers.
  std::int64_t version = 0;
  // IANA name of the practice's time zone.
  std::string time_zone = "Europe/Paris";
  // What the doctor of reference set; what is not set, not declared or out of bounds takes the manifest's default.
  std::vector<worker::v1::Setting> settings = {};
};

// Rules, beyond the declaration:
//  - the report evaluated comes first; its own results have history false, all others true;
//  - cancelled and replaced reports are no history;
//  - a report whose identity is not settled gives its own results alone: no history, no context;
//  - each declared kind says whether it is complete: "unknown" for what needs a patient who is not known, and for
//    context words when a condition or a treatment has no code; "withheld" when undated rows were left out;
//  - a patient is cut to id, birth date, sex and treating doctor; a report to what the plugin ABI shows.
// relais.not-found when the item or the patient does not exist as of that instant; relais.invalid-argument when the
// item is another patient's. Errors of the reader pass through.
Result<worker::v1::Slice> build_slice(RecordReader& reader, const ContextMap& context, const plugins::Manifest& manifest,
                                      const SliceRequest& request);

}  // namespace relais::records
