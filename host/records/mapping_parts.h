// SPDX-License-Identifier: Apache-2.0
// What the mappings of several formats share. Private to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "records/formats/anomaly.h"
#include "relais/v1/record.pb.h"

namespace relais::records {

// Adds a line to a text of several; nothing for an empty one.
void add_line(std::string* text, const std::string& line);

void add_anomalies(const formats::Anomalies& anomalies, v1::LabReport& report);

// An identifier of what was told: equal for equal parts. "hprim:0f3a…".
std::string told_id(std::string_view format, const std::vector<std::string>& parts);

v1::Comparator comparator_of(std::string_view sign);

// The most severe of several flags: a flag is never lowered. Empty when there is none.
std::string most_severe_flag(const std::vector<std::string>& flags);

}  // namespace relais::records
