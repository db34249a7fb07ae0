// SPDX-License-Identifier: Apache-2.0
// Writing the patient record. Every function runs inside a work of practice::Database::write and throws
// soci::soci_error, which Database answers. An update keeps the row it replaces: reads as of an earlier instant see it.
#pragma once

#include <optional>
#include <string>

#include "practice/database.h"
#include "relais/v1/record.pb.h"

namespace relais::records {

using practice::Transaction;

// Each stores the message under its id, a new one when it is empty, and returns that id.
std::string put(Transaction& tx, v1::Practitioner practitioner);
std::string put(Transaction& tx, v1::Patient patient);
// The report belongs to report.patient_id(), empty while it is not matched.
std::string put(Transaction& tx, v1::LabReport report);
// A result of `report`, which has been put; the same patient, and the same time when it has none of its own.
std::string put(Transaction& tx, const v1::LabReport& report, v1::Observation observation);

// A result told outside any report: history, always.
std::string put(Transaction& tx, const std::string& patient_id, v1::Observation observation);
std::string put(Transaction& tx, const std::string& patient_id, v1::Condition condition);
std::string put(Transaction& tx, const std::string& patient_id, v1::MedicationStatement medication);
std::string put(Transaction& tx, const std::string& patient_id, v1::Immunization immunization);
std::string put(Transaction& tx, const std::string& patient_id, v1::LongTermCondition condition);
std::string put(Transaction& tx, const std::string& patient_id, v1::Message message);
std::string put(Transaction& tx, v1::Appointment appointment);
// The bytes are kept once for each SHA-256, which is computed here, as is the size.
std::string put(Transaction& tx, const std::string& patient_id, v1::Document document, const std::string& content);

// What a doctor set for one patient. `id` names the row to replace, empty for a new one.
std::string put(Transaction& tx, const std::string& patient_id, const v1::Target& target, std::string id = {});
std::string put(Transaction& tx, const std::string& patient_id, const v1::KnownAnomaly& known, std::string id = {});
// A context word without a coded row, such as pregnancy and its weeks; until gives its end.
std::string put_flag(Transaction& tx, const std::string& patient_id, const v1::ContextWord& word, std::string id = {});

// Takes a row of the type M (v1::Condition, v1::Target, …) out of the record from now on. False when there is none.
template <class M>
bool remove(Transaction& tx, const std::string& id);

// Gives a report and its results to a patient, once a human or the traits have settled whose it is. relais.not-found
// when there is no such report or patient.
Result<void> assign_report(Transaction& tx, const std::string& report_id, const std::string& patient_id);

// A doctor has seen the report: its results count as seen from now on. The first time counts.
void mark_seen(Transaction& tx, const std::string& report_id, const std::string& doctor_id);

}  // namespace relais::records
