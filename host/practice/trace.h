// SPDX-License-Identifier: Apache-2.0
// Where a trace begins when no caller brought one.
#pragma once

#include <string>

#include "domain/trace.h"

namespace relais::practice {

// Random: two are never the same.
std::string new_trace_id();

}  // namespace relais::practice
