// SPDX-License-Identifier: Apache-2.0
// Small pure pieces of a slice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/manifest.h"
#include "relais/v1/record.pb.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::records {

// What the plugin ABI shows of a patient and of a report; a list of what passes, so that a field added to the record
// stays out until somebody lets it in.
v1::Patient visible(const v1::Patient& patient);
v1::LabReport visible(const v1::LabReport& report);

// When a report's results are of: collected, else issued, else received.
std::int64_t time_ms(const v1::LabReport& report);

// A word with the code and the dates of the row that it was mapped from.
v1::ContextWord word_of(const v1::Condition& row, const std::string& word);
v1::ContextWord word_of(const v1::MedicationStatement& row, const std::string& word);

// Every code that `manifest` names for `kind`.
std::vector<std::string> named_codes(const plugins::Manifest& manifest, std::string_view kind);

// One setting for each declared one: the doctor's when it is of the type and within the bounds, else the default.
void fill_settings(const plugins::Manifest& manifest, const std::vector<worker::v1::Setting>& doctor,
                   worker::v1::Slice& slice);

}  // namespace relais::records
