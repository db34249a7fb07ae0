// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <soci/soci.h>

#include <string>

namespace relais::records {

// Trace of the message that brought a report, or a document, as it stands; empty for what no message brought. Inside a
// work of Database::read or write; throws soci::soci_error.
std::string trace_of_report(soci::session& sql, const std::string& report_id);

}  // namespace relais::records
