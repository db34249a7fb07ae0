// SPDX-License-Identifier: Apache-2.0
// The plugin's data files, as the kit reads them.
#pragma once

#include <relais/table.h>

namespace bio {

using relais::number;
using relais::read_table;
using relais::Row;
using relais::split;

}  // namespace bio
