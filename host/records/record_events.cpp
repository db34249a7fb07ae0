// SPDX-License-Identifier: Apache-2.0
#include "records/record_events.h"

#include "practice/events.h"
#include "practice/ids.h"
#include "records/record_table.h"

namespace relais::records {
namespace {

// `source` names what changed; each change of it is another version.
void tell_of(practice::Transaction& tx, std::string_view kind, const std::string& patient_id, const std::string& source,
             const std::string& item_id) {
  const auto patients = select_rows<v1::Patient>(tx.sql(), tx.now(), Narrowing{"t.id = :id", {patient_id}});
  if (patients.empty()) return;
  practice::Event event;
  event.source = source;
  event.version = practice::next_number(tx, "patient_change");
  event.kind = kind;
  event.item_id = item_id;
  event.patient_id = patient_id;
  event.doctor_id = patients.front().message.treating_doctor_id();
  static_cast<void>(practice::append_event(tx, event));
}

}  // namespace

void tell_patient_changed(practice::Transaction& tx, const std::string& patient_id) {
  tell_of(tx, patient_changed, patient_id, "patient/" + patient_id, {});
}

void tell_patient_opened(practice::Transaction& tx, const std::string& patient_id, const std::string& doctor_id,
                         fiche::CivilDate day) {
  practice::Event event;
  event.source = "opened/" + patient_id;
  event.version = date::sys_days(day).time_since_epoch().count();
  event.kind = patient_opened;
  event.patient_id = patient_id;
  event.doctor_id = doctor_id;
  static_cast<void>(practice::append_event(tx, event));
}

void tell_appointment_changed(practice::Transaction& tx, const std::string& patient_id,
                              const std::string& appointment_id) {
  const auto source = "appointment/" + (appointment_id.empty() ? "of/" + patient_id : appointment_id);
  tell_of(tx, appointment_changed, patient_id, source, appointment_id);
}

void tell_document_available(practice::Transaction& tx, const std::string& patient_id, const std::string& document_id) {
  tell_of(tx, document_available, patient_id, "document/" + document_id, document_id);
}

void tell_message_received(practice::Transaction& tx, const std::string& patient_id, const std::string& message_id) {
  tell_of(tx, message_received, patient_id, "message/" + message_id, message_id);
}

}  // namespace relais::records
