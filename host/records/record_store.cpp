// SPDX-License-Identifier: Apache-2.0
#include "records/record_store.h"

#include "practice/encoding.h"
#include "practice/ids.h"
#include "records/record_table.h"
#include "records/slice_parts.h"

namespace relais::records {
namespace {

template <class M>
std::string put_new(Transaction& tx, std::string id, const std::string& patient_id, Valid valid, M message) {
  const auto table = table_of<M>();
  if (id.empty()) id = practice::new_id(tx, table.prefix);
  set_keys(message, id, patient_id);
  put_row(tx, table, id, patient_id, valid, message);
  return id;
}

// The id is read before the message is moved anywhere.
template <class M>
std::string put_message(Transaction& tx, const std::string& patient_id, Valid valid, M message) {
  auto id = message.id();
  return put_new(tx, std::move(id), patient_id, valid, std::move(message));
}

}  // namespace

std::string put(Transaction& tx, v1::Practitioner practitioner) {
  return put_message(tx, {}, {}, std::move(practitioner));
}

std::string put(Transaction& tx, v1::Patient patient) {
  auto id = patient.id().empty() ? practice::new_id(tx, table_of<v1::Patient>().prefix) : patient.id();
  return put_new(tx, id, id, {}, std::move(patient));
}

std::string put(Transaction& tx, v1::LabReport report) {
  const auto valid = valid_at(time_ms(report));
  const auto patient_id = report.patient_id();
  return put_message(tx, patient_id, valid, std::move(report));
}

std::string put(Transaction& tx, const v1::LabReport& report, v1::Observation observation) {
  observation.set_report_id(report.id());
  const auto valid = valid_at(observation.has_collected_ms() ? observation.collected_ms() : time_ms(report));
  return put_message(tx, report.patient_id(), valid, std::move(observation));
}

std::string put(Transaction& tx, const std::string& patient_id, v1::Observation observation) {
  observation.clear_report_id();
  observation.set_history(true);
  const auto valid = observation.has_collected_ms() ? valid_at(observation.collected_ms()) : Valid{};
  return put_message(tx, patient_id, valid, std::move(observation));
}

std::string put(Transaction& tx, const std::string& patient_id, v1::Condition condition) {
  const auto valid = valid_between(condition.from(), condition.until());
  return put_message(tx, patient_id, valid, std::move(condition));
}

std::string put(Transaction& tx, const std::string& patient_id, v1::MedicationStatement medication) {
  const auto valid = valid_between(medication.from(), medication.until());
  return put_message(tx, patient_id, valid, std::move(medication));
}

std::string put(Transaction& tx, const std::string& patient_id, v1::Immunization immunization) {
  const auto valid = valid_on(immunization.given_on());
  return put_message(tx, patient_id, valid, std::move(immunization));
}

std::string put(Transaction& tx, const std::string& patient_id, v1::LongTermCondition condition) {
  const auto valid = valid_between(condition.from(), condition.until());
  return put_message(tx, patient_id, valid, std::move(condition));
}

std::string put(Transaction& tx, const std::string& patient_id, v1::Message message) {
  const auto valid = valid_at(message.received_ms());
  return put_message(tx, patient_id, valid, std::move(message));
}

std::string put(Transaction& tx, v1::Appointment appointment) {
  const Valid valid{appointment.start_ms(), appointment.end_ms()};
  const auto patient_id = appointment.patient_id();
  return put_message(tx, patient_id, valid, std::move(appointment));
}

std::string put(Transaction& tx, const std::string& patient_id, v1::Document document, const std::string& content) {
  const auto digest = practice::sha256_hex(content);
  const auto text = practice::to_base64(content);
  document.set_sha256(digest);
  document.set_size_bytes(static_cast<std::int64_t>(content.size()));
  tx.sql() << "INSERT INTO record_content (sha256, content) VALUES (:sha256, :content) ON CONFLICT (sha256) DO NOTHING",
      soci::use(digest), soci::use(text);
  const auto valid = document.has_created_ms() ? valid_at(document.created_ms()) : Valid{};
  return put_message(tx, patient_id, valid, std::move(document));
}

std::string put(Transaction& tx, const std::string& patient_id, const v1::Target& target, std::string id) {
  return put_new(tx, std::move(id), patient_id, valid_between(target.set_on(), target.until()), target);
}

std::string put(Transaction& tx, const std::string& patient_id, const v1::KnownAnomaly& known, std::string id) {
  return put_new(tx, std::move(id), patient_id, valid_between(known.set_on(), known.until()), known);
}

std::string put_flag(Transaction& tx, const std::string& patient_id, const v1::ContextWord& word, std::string id) {
  return put_new(tx, std::move(id), patient_id, valid_between(word.from(), word.until()), word);
}

template <class M>
bool remove(Transaction& tx, const std::string& id) {
  return close_row(tx, table_of<M>(), id);
}
template bool remove<v1::Practitioner>(Transaction&, const std::string&);
template bool remove<v1::Condition>(Transaction&, const std::string&);
template bool remove<v1::MedicationStatement>(Transaction&, const std::string&);
template bool remove<v1::Target>(Transaction&, const std::string&);
template bool remove<v1::KnownAnomaly>(Transaction&, const std::string&);
template bool remove<v1::ContextWord>(Transaction&, const std::string&);
template bool remove<v1::Immunization>(Transaction&, const std::string&);
template bool remove<v1::LongTermCondition>(Transaction&, const std::string&);
template bool remove<v1::Appointment>(Transaction&, const std::string&);

Result<void> assign_report(Transaction& tx, const std::string& report_id, const std::string& patient_id) {
  const auto by_id = [&](const std::string& id) { return Narrowing{"t.id = :id", {id}}; };
  if (select_rows<v1::Patient>(tx.sql(), tx.now(), by_id(patient_id)).empty()) {
    return fail(Code::not_found, "no such patient", "patient_id");
  }
  auto reports = select_rows<v1::LabReport>(tx.sql(), tx.now(), by_id(report_id));
  if (reports.empty()) return fail(Code::not_found, "no such report", "report_id");
  auto& report = reports.front();
  report.message.set_identity_match(v1::IDENTITY_MATCH_UNIQUE);
  report.message.set_patient_id(patient_id);
  put_row(tx, table_of<v1::LabReport>(), report_id, patient_id, report.valid, report.message);
  for (const auto& row :
       select_rows<v1::Observation>(tx.sql(), tx.now(), Narrowing{"t.report_id = :report", {report_id}, "t.row_id"})) {
    put_row(tx, table_of<v1::Observation>(), row.id, patient_id, row.valid, row.message);
  }
  return {};
}

void mark_seen(Transaction& tx, const std::string& report_id, const std::string& doctor_id) {
  const long long now = practice::to_ms(tx.now());
  tx.sql() << "INSERT INTO record_report_seen (report_id, doctor_id, seen_ms) VALUES (:report, :doctor, :now) "
              "ON CONFLICT (report_id, doctor_id) DO NOTHING",
      soci::use(report_id), soci::use(doctor_id), soci::use(now);
}

}  // namespace relais::records
