// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "practice/database.h"

namespace relais::practice {

// The next number of the sequence `name`, from 1, never given twice in one database (a rolled-back work gives its
// numbers back).
std::int64_t next_number(Transaction& tx, std::string_view name);

// A new identifier such as "obs-42": `prefix`, a dash and the next number of the sequence of that name.
std::string new_id(Transaction& tx, std::string_view prefix);

}  // namespace relais::practice
