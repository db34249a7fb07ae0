// SPDX-License-Identifier: Apache-2.0
// The slice that a plugin is shown of one subject, with the settings of its doctor.
#pragma once

#include <string>

#include "domain/findings.h"
#include "plugins/manifest.h"
#include "practice/database.h"
#include "records/context_map.h"
#include "records/record_source.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

// As of `as_of`, inside a work of Database::read or write. Settings are those that stand now: they keep no history.
// Errors of records::build_slice.
Result<worker::v1::Slice> subject_slice(records::RecordSource& record, soci::session& sql,
                                        const records::ContextMap& context,
                                        const plugins::Manifest& manifest, const worklist::Subject& subject,
                                        const std::string& task, Instant as_of, const std::string& time_zone);

// What was recorded last of this patient, when the clock has gone back behind it, else `now`: an evaluation knows all that
// the record holds. Of a record kept elsewhere: RecordSource::latest.
Instant knowing_all(soci::session& sql, const std::string& patient_id, Instant now,
                    const records::RecordSource& record = records::own_record());

}  // namespace relais::app
