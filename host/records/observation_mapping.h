// SPDX-License-Identifier: Apache-2.0
// The results of a document as observations of the record. Private to the mapping.
#pragma once

#include "records/lab_report_mapping.h"

namespace relais::records {

// Fills observations and history of `out`, whose report is already mapped.
void map_observations(const formats::CdaDocument& document, const date::time_zone& zone, MappedReport& out);

}  // namespace relais::records
