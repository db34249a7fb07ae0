// SPDX-License-Identifier: Apache-2.0
// HL7 timestamps (YYYY[MM[DD[hh[mm[ss[.f]]]]]][±zzzz]) as they are written in CDA and HL7 v2.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace relais::formats {

// True when the text has the right form and is a moment that exists (month 20 or 30 February does not).
bool is_valid_timestamp(std::string_view text);

// The civil day that the first eight digits name, as written, whatever follows them; nothing when they name none.
std::optional<std::chrono::sys_days> timestamp_day(std::string_view text);

}  // namespace relais::formats
