// SPDX-License-Identifier: Apache-2.0
// A trace: one id that goes from what came in to the data read for it, what was found and what people did about it.
// The trace-id of W3C Trace Context (level 1): 32 lower-case hexadecimal digits, not all zero. It names nobody.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace relais {

bool is_trace_id(std::string_view text);

// The trace-id of a `traceparent` header; nothing when it is malformed, of the forbidden version ff, or all zero.
std::optional<std::string> trace_of(std::string_view traceparent);

}  // namespace relais
