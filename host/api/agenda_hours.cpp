// SPDX-License-Identifier: Apache-2.0
// Hours of agendas, kinds of appointments, settings.
#include <algorithm>

#include "api/agenda_desk.h"
#include "api/domain_words.h"
#include "api/idempotency.h"
#include "api/page.h"
#include "scheduling/agenda_rules.h"

namespace relais::api {
namespace {

using practice::Transaction;
using scheduling::AgendaStore;

Answer<v1::ListSchedulesResponse> list_schedules(const AgendaDesk& desk, Call& call,
                                                 const v1::ListSchedulesRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  auto all = desk.database().read([&](soci::session& sql) -> Result<std::vector<v1::Schedule>> {
    return AgendaStore::schedules(sql, request.person_id());
  });
  if (!all) return refuse(all.error());
  v1::ListSchedulesResponse response;
  auto rows = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  for (auto& row : *rows) *response.add_schedules() = std::move(row);
  return response;
}

Answer<worklist::Role> open_role(const AgendaDesk& desk, const std::string& id, const char* place) {
  const auto account = desk.context.accounts.find(id);
  if (!account && account.error().code != Code::not_found) return refuse(account.error());
  if (!account || account->disabled) return refuse(Code::practice_unknown_person, "no open account", place);
  return account->role;
}

// Whose agenda it is, and who answers for it.
Answer<void> check_people(const AgendaDesk& desk, const v1::Schedule& schedule) {
  const auto person = open_role(desk, schedule.person_id(), "schedule.person_id");
  if (!person) return tl::unexpected<Failure>(person.error());
  const bool own = schedule.doctor_id().empty() || schedule.doctor_id() == schedule.person_id();
  if (*person == worklist::Role::doctor) {
    if (!own) return refuse(Code::scheduling_hours, "a doctor answers for the own agenda", "schedule.doctor_id");
    return {};
  }
  if (*person != worklist::Role::assistant)
    return refuse(Code::practice_unknown_person, "neither a doctor nor an assistant", "schedule.person_id");
  const auto doctor = open_role(desk, schedule.doctor_id(), "schedule.doctor_id");
  if (!doctor) return tl::unexpected<Failure>(doctor.error());
  if (*doctor != worklist::Role::doctor)
    return refuse(Code::practice_unknown_person, "which doctor answers for it?", "schedule.doctor_id");
  return {};
}

bool same_opening(const v1::Opening& one, const v1::Opening& other) {
  return one.SerializeAsString() == other.SerializeAsString();
}

// Only the doctor who answers for an agenda lets recalls in and takes unplanned care away.
Answer<void> check_doctors_own(const Call& call, const v1::Schedule& wanted, const v1::Schedule& held) {
  if (call.caller.role == v1::ROLE_DOCTOR) {
    const bool own = call.caller.id == scheduling::answering_doctor(wanted) &&
                     (held.id().empty() || call.caller.id == scheduling::answering_doctor(held));
    if (!own) return refuse(Code::scheduling_doctor_only, "another doctor's agenda", "schedule.person_id");
    return {};
  }
  if (wanted.recalls_per_day() != held.recalls_per_day())
    return refuse(Code::scheduling_doctor_only, "recalls a day", "schedule.recalls_per_day");
  for (const auto& opening : held.openings()) {
    if (opening.kind() != v1::SLOT_KIND_UNPLANNED) continue;
    if (std::ranges::none_of(wanted.openings(), [&](const auto& one) { return same_opening(one, opening); }))
      return refuse(Code::scheduling_doctor_only, "unplanned care", "schedule.openings");
  }
  return {};
}

Answer<v1::PutScheduleResponse> put_schedule(const AgendaDesk& desk, Call& call, const v1::PutScheduleRequest& request) {
  if (auto people = check_people(desk, request.schedule()); !people) return tl::unexpected<Failure>(people.error());
  auto answer = write_once<v1::PutScheduleResponse>(
      desk.database(), call, request, [&](Transaction& tx) -> Answer<v1::PutScheduleResponse> {
        const auto held = AgendaStore::schedule(tx.sql(), request.schedule().id());
        if (!held && held.error().code != Code::not_found) return refuse(held.error());
        if (auto own = check_doctors_own(call, request.schedule(), held ? *held : v1::Schedule()); !own)
          return tl::unexpected<Failure>(own.error());
        auto put = desk.store.put_schedule(tx, request.schedule(), attribution(call));
        if (!put) return refuse(put.error());
        const auto outside = desk.store.outside_hours(tx.sql(), put->id(), tx.now());
        if (!outside) return refuse(outside.error());
        v1::PutScheduleResponse response;
        *response.mutable_schedule() = std::move(*put);
        for (const auto& id : *outside) response.add_outside_booking_ids(id);
        return response;
      });
  if (answer) desk.changed(false);
  return answer;
}

Answer<v1::ListAppointmentTypesResponse> list_types(const AgendaDesk& desk,
                                                    const v1::ListAppointmentTypesRequest& request) {
  auto all = desk.database().read([&](soci::session& sql) -> Result<std::vector<v1::AppointmentType>> {
    return AgendaStore::types(sql, request.with_retired());
  });
  if (!all) return refuse(all.error());
  v1::ListAppointmentTypesResponse response;
  for (auto& type : *all) *response.add_types() = std::move(type);
  return response;
}

Answer<v1::PutAppointmentTypeResponse> put_type(const AgendaDesk& desk, Call& call,
                                                const v1::PutAppointmentTypeRequest& request) {
  return write_once<v1::PutAppointmentTypeResponse>(
      desk.database(), call, request, [&](Transaction& tx) -> Answer<v1::PutAppointmentTypeResponse> {
        auto put = desk.store.put_type(tx, request.type(), attribution(call));
        if (!put) return refuse(put.error());
        v1::PutAppointmentTypeResponse response;
        *response.mutable_type() = std::move(*put);
        return response;
      });
}

Answer<v1::GetAgendaSettingsResponse> get_settings(const AgendaDesk& desk) {
  auto settings = desk.database().read([](soci::session& sql) -> Result<v1::AgendaSettings> {
    return AgendaStore::settings(sql);
  });
  if (!settings) return refuse(settings.error());
  v1::GetAgendaSettingsResponse response;
  *response.mutable_settings() = std::move(*settings);
  return response;
}

Answer<v1::PutAgendaSettingsResponse> put_settings(const AgendaDesk& desk, Call& call,
                                                   const v1::PutAgendaSettingsRequest& request) {
  return write_once<v1::PutAgendaSettingsResponse>(
      desk.database(), call, request, [&](Transaction& tx) -> Answer<v1::PutAgendaSettingsResponse> {
        auto put = desk.store.put_settings(tx, request.settings(), attribution(call));
        if (!put) return refuse(put.error());
        v1::PutAgendaSettingsResponse response;
        *response.mutable_settings() = std::move(*put);
        return response;
      });
}

}  // namespace

void register_agenda_hours(Registry& registry, const AgendaDesk& desk) {
  registry.unary<v1::ListSchedulesRequest, v1::ListSchedulesResponse>(
      "SchedulingService.ListSchedules",
      [desk](Call& call, const auto& request) { return list_schedules(desk, call, request); });
  registry.unary<v1::PutScheduleRequest, v1::PutScheduleResponse>(
      "SchedulingService.PutSchedule",
      [desk](Call& call, const auto& request) { return put_schedule(desk, call, request); });
  registry.unary<v1::ListAppointmentTypesRequest, v1::ListAppointmentTypesResponse>(
      "SchedulingService.ListAppointmentTypes",
      [desk](Call&, const auto& request) { return list_types(desk, request); });
  registry.unary<v1::PutAppointmentTypeRequest, v1::PutAppointmentTypeResponse>(
      "SchedulingService.PutAppointmentType",
      [desk](Call& call, const auto& request) { return put_type(desk, call, request); });
  registry.unary<v1::GetAgendaSettingsRequest, v1::GetAgendaSettingsResponse>(
      "SchedulingService.GetAgendaSettings", [desk](Call&, const auto&) { return get_settings(desk); });
  registry.unary<v1::PutAgendaSettingsRequest, v1::PutAgendaSettingsResponse>(
      "SchedulingService.PutAgendaSettings",
      [desk](Call& call, const auto& request) { return put_settings(desk, call, request); });
}

}  // namespace relais::api
