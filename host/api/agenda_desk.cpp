// SPDX-License-Identifier: Apache-2.0
#include "api/agenda_desk.h"

#include "api/domain_words.h"
#include "api/store_adapters.h"
#include "domain/instant_bounds.h"
#include "scheduling/agenda_rules.h"

namespace relais::api {

void AgendaDesk::changed(bool record) const {
  store.signal().notify();
  if (record && record_changed) record_changed();
}

Answer<v1::Schedule> AgendaDesk::schedule(const std::string& id, const char* place) const {
  auto found = database().read([&](soci::session& sql) { return scheduling::AgendaStore::schedule(sql, id); });
  if (found) return std::move(*found);
  if (found.error().code == Code::not_found) return refuse(Code::not_found, "no such agenda", place);
  return refuse(found.error());
}

Answer<std::string> AgendaDesk::doctor_of(const std::string& schedule_id, const char* place) const {
  const auto found = schedule(schedule_id, place);
  if (!found) return tl::unexpected<Failure>(found.error());
  return scheduling::answering_doctor(*found);
}

Answer<void> AgendaDesk::allowed(const Caller& caller, v1::DelegatedAction action, const v1::Subject& subject) const {
  FicheMandateGate gate(context.gate, context.database);
  const auto mandate = check_mandate(gate, caller, action, subject);
  if (!mandate) return tl::unexpected<Failure>(mandate.error());
  return {};
}

Answer<bool> AgendaDesk::may_take_unplanned(const Caller& caller, const std::string& doctor,
                                            const std::string& patient) const {
  if (caller.role == v1::ROLE_DOCTOR || caller.role == v1::ROLE_REPLACEMENT_DOCTOR) return true;
  if (caller.role != v1::ROLE_ASSISTANT) return false;
  v1::Subject subject;
  subject.set_task_id("snp-planification");
  subject.set_doctor_id(doctor);
  subject.set_patient_id(patient);
  const auto open = allowed(caller, v1::DELEGATED_ACTION_REALISER, subject);
  if (!open && open.error().error.code != Code::api_mandate) return tl::unexpected<Failure>(open.error());
  return open.has_value();
}

Answer<void> check_span(std::int64_t start_ms, std::int64_t end_ms, std::int64_t longest_ms) {
  if (start_ms < 0 || !is_dated(start_ms)) return refuse(Code::invalid_argument, "no such instant", "start_ms");
  if (end_ms <= start_ms || end_ms - start_ms > longest_ms)
    return refuse(Code::invalid_argument, "after the start, and not too far from it", "end_ms");
  return {};
}

Result<bool> AgendaView::sees(const std::string& doctor) {
  if (caller_.role != v1::ROLE_ASSISTANT) return true;
  const auto known = by_doctor_.find(doctor);
  if (known != by_doctor_.end()) return known->second;
  bool seen = false;
  for (const auto* task : {"rdv-prise", "agenda-gestion", "accueil-patient"}) {
    practice::MandateSubject subject;
    subject.task = task;
    subject.doctor_id = doctor;
    const auto answer = desk_.context.gate.decide(caller_.id, fiche::Action::voir, subject);
    if (!answer) return tl::unexpected<Error>(answer.error());
    if ((seen = answer->decision.authorised)) break;
  }
  by_doctor_[doctor] = seen;
  return seen;
}

Result<bool> AgendaView::sees_agenda(const std::string& schedule_id) {
  if (caller_.role != v1::ROLE_ASSISTANT) return true;
  if (!std::exchange(read_, true)) {
    const auto all = desk_.database().read([](soci::session& sql) -> Result<std::vector<v1::Schedule>> {
      return scheduling::AgendaStore::schedules(sql);
    });
    if (!all) return tl::unexpected<Error>(all.error());
    for (const auto& schedule : *all) doctors_[schedule.id()] = scheduling::answering_doctor(schedule);
  }
  const auto doctor = doctors_.find(schedule_id);
  return doctor == doctors_.end() ? Result<bool>(false) : sees(doctor->second);
}

v1::Booking AgendaView::show(v1::Booking booking) const {
  const bool doctor = caller_.role == v1::ROLE_DOCTOR || caller_.role == v1::ROLE_REPLACEMENT_DOCTOR;
  if (doctor || booking.booked_by() == caller_.id) return booking;
  return without_reason(std::move(booking));
}

v1::Booking without_reason(v1::Booking booking) {
  booking.clear_reason();
  return booking;
}

}  // namespace relais::api
