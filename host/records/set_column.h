// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "records/row_mapper.h"

namespace relais::records {

// Sets the field of `column` from what its row holds: of the three, the one of its type. A default stays unset, so that
// an absent nested message stays absent.
void set_column(google::protobuf::Message& message, const Column& column, std::int64_t number, double real,
                std::string_view text);

}  // namespace relais::records
