// SPDX-License-Identifier: Apache-2.0
// Messages of the record straight from a SQLite cursor.
#pragma once

#include <vector>

#include "practice/sqlite_cursor.h"
#include "records/row_mapper.h"
#include "relais/v1/record.pb.h"

namespace relais::records {

// Fills `message` from the columns of columns_of(), the first of which is number `first` of the cursor's row.
void read_native(const practice::SqliteCursor& row, int first, google::protobuf::Message& message);
// The same for results, of which there are most.
void read_native(const practice::SqliteCursor& row, int first, v1::Observation& observation);

}  // namespace relais::records
