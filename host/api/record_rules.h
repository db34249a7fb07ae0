// SPDX-License-Identifier: Apache-2.0
// What a write of the patient record must satisfy before anything of it is stored. Pure, but for what it is told of
// the rows that stand. Refusals are relais.invalid-argument with the place, unless said otherwise.
#pragma once

#include <optional>
#include <string>

#include "api/failure.h"
#include "domain/civil_time.h"
#include "relais/v1/patient_record.pb.h"

namespace relais::api {

// A local identifier: 1 to 128 visible ASCII characters without quotes and backslashes, so that the ledger can name it.
Answer<void> check_id(const std::string& id, const std::string& place);
// "YYYY-MM-DD" of the calendar, or empty.
Answer<void> check_date(const std::string& text, const std::string& place);

Answer<void> check_practitioners(const v1::PutPractitionersRequest& request);
Answer<void> check_patients(const v1::PutPatientsRequest& request);
Answer<void> check_context(const v1::PutClinicalContextRequest& request);
// At most 20 documents and 3 MiB in all; at most 100 messages of 100 000 bytes.
Answer<void> check_documents(const v1::PutDocumentsRequest& request);
Answer<void> check_messages(const v1::PutMessagesRequest& request);
Answer<void> check_history(const v1::ImportHistoryRequest& request);
Answer<void> check_target(const v1::Target& target, fiche::CivilDate today);
Answer<void> check_known_anomaly(const v1::KnownAnomaly& anomaly, fiche::CivilDate today);

// Whether a machine may write this patient over the one that stands: a status above « récupérée » is only repeated, on
// the same INS and traits. api.identity-status.
Answer<void> check_machine_status(const v1::Patient& patient, const std::optional<v1::Patient>& stands,
                                  const std::string& place);

}  // namespace relais::api
