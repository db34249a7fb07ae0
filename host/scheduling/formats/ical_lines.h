// SPDX-License-Identifier: Apache-2.0
// The shape of an iCalendar text, before a tree is built of it. Private to the reader.
#pragma once

#include <string_view>

#include "domain/error.h"

namespace relais::scheduling::formats {

// Text is UTF-8 and every component that begins ends, in order and not too deep; sizes and counts are bounded.
// scheduling.ical.too-large, .malformed, .too-complex, with the place "line N".
Result<void> check_lines(std::string_view bytes);

}  // namespace relais::scheduling::formats
