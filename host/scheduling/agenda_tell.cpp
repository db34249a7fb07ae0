// SPDX-License-Identifier: Apache-2.0
#include "scheduling/agenda_tell.h"

#include "practice/events.h"
#include "practice/ids.h"
#include "records/record_store.h"
#include "records/record_table.h"

namespace relais::scheduling {
namespace {

std::vector<records::Stored<v1::Patient>> patient_rows(practice::Transaction& tx, const std::string& id) {
  return records::select_rows<v1::Patient>(tx.sql(), tx.now(), records::Narrowing{"t.id = :id", {id}});
}

// What is true of the patient changed: plugins that ask for it look again.
void tell_plugins(practice::Transaction& tx, const std::string& patient_id) {
  const auto patients = patient_rows(tx, patient_id);
  if (patients.empty()) return;
  practice::Event event;
  event.source = "patient/" + patient_id;
  event.version = practice::next_number(tx, "patient_change");
  event.kind = "patient.changed";
  event.patient_id = patient_id;
  event.doctor_id = patients.front().message.treating_doctor_id();
  static_cast<void>(practice::append_event(tx, event));
}

}  // namespace

Result<void> tell(practice::Ledger& ledger, practice::Transaction& tx, const Told& told,
                  const practice::Attribution& by) {
  practice::LedgerEntry entry;
  entry.actor = by.actor;
  entry.role = practice::role_word(by.role);
  entry.action = told.action;
  entry.item_id = told.item_id;
  entry.patient_id = told.patient_id;
  entry.doctor_id = told.doctor_id;
  entry.task_id = told.task_id;
  entry.call_id = by.call_id;
  const auto written = ledger.append(tx, entry);
  return written ? Result<void>{} : tl::unexpected<Error>(written.error());
}

void keep_in_record(practice::Transaction& tx, const v1::Booking& booking, const std::string& doctor_id) {
  if (booking.state() == v1::BOOKING_STATE_CONFIRMED || booking.state() == v1::BOOKING_STATE_FULFILLED) {
    v1::Appointment appointment;
    appointment.set_id(booking.id());
    appointment.set_patient_id(booking.patient_id());
    appointment.set_doctor_id(doctor_id);
    appointment.set_reason(booking.reason());
    appointment.set_start_ms(booking.slot().start_ms());
    appointment.set_end_ms(booking.slot().end_ms());
    records::put(tx, std::move(appointment));
  } else {
    records::remove<v1::Appointment>(tx, booking.id());
  }
  tell_plugins(tx, booking.patient_id());
}

Result<void> known_patient(practice::Transaction& tx, const std::string& patient_id) {
  if (!patient_id.empty() && !patient_rows(tx, patient_id).empty()) return {};
  return fail(Code::practice_unknown_patient, "no such patient", "patient_id");
}

}  // namespace relais::scheduling
