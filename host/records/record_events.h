// SPDX-License-Identifier: Apache-2.0
// What the record tells plugins beside reports: each function appends one event in the transaction of the change that it
// tells, inside Database::write, and throws soci::soci_error, which Database answers. The kinds are those of
// `Plugin.triggers` (plugin.proto).
#pragma once

#include <string>
#include <string_view>

#include "domain/civil_time.h"
#include "practice/database.h"

namespace relais::records {

inline constexpr std::string_view patient_changed = "patient.changed";
inline constexpr std::string_view patient_opened = "patient.opened";
inline constexpr std::string_view appointment_changed = "appointment.changed";
inline constexpr std::string_view document_available = "document.available";
inline constexpr std::string_view message_received = "message.received";

// What is true of the patient changed; of the patient and the treating doctor. Nothing for an unknown patient.
void tell_patient_changed(practice::Transaction& tx, const std::string& patient_id);
// The patient's record was opened on that day of the practice: one event, however often it is told. Whoever keeps the
// record, so the treating doctor is the caller's to know.
void tell_patient_opened(practice::Transaction& tx, const std::string& patient_id, const std::string& doctor_id,
                         fiche::CivilDate day);
// An appointment of the patient was entered or moved; of the appointment. With an empty id it was cancelled; of the
// patient. Either is also a change of the patient, which is the caller's to tell once.
void tell_appointment_changed(practice::Transaction& tx, const std::string& patient_id,
                              const std::string& appointment_id);
// A document, or a message, was written into the patient's record.
void tell_document_available(practice::Transaction& tx, const std::string& patient_id, const std::string& document_id);
void tell_message_received(practice::Transaction& tx, const std::string& patient_id, const std::string& message_id);

}  // namespace relais::records
