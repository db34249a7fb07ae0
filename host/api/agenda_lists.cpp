// SPDX-License-Identifier: Apache-2.0
// Appointments and holds, as the caller may see them.
#include <set>

#include "api/agenda_desk.h"
#include "api/agenda_span.h"
#include "api/page.h"

namespace relais::api {
namespace {

using scheduling::AgendaFilter;
using scheduling::AgendaStore;

constexpr std::int64_t longest_list_ms = 400LL * 24 * 60 * 60 * 1000;

// Every patient told of, once.
template <class Rows>
void read_patients(Call& call, const Rows& rows) {
  std::set<std::string> patients;
  for (const auto& row : rows)
    if (patients.insert(row.patient_id()).second) call.read(row.patient_id());
}

template <class Row>
Answer<std::vector<Row>> seen_rows(AgendaView& view, std::vector<Row> rows) {
  std::vector<Row> seen;
  for (auto& row : rows) {
    const auto sees = view.sees_agenda(row.slot().schedule_id());
    if (!sees) return refuse(sees.error());
    if (*sees) seen.push_back(std::move(row));
  }
  return seen;
}

Answer<v1::ListAppointmentsResponse> list_appointments(const AgendaDesk& desk, Call& call,
                                                       const v1::ListAppointmentsRequest& wanted) {
  const auto page = read_page(call, wanted);
  if (!page) return tl::unexpected<Failure>(page.error());
  // Of a patient, a bound that is not given is none.
  const auto request = wanted.has_start_ms() && wanted.has_end_ms() ? from_now_on(wanted, desk.now()) : wanted;
  if (request.patient_id().empty() && !(request.has_start_ms() && request.has_end_ms()))
    return refuse(Code::invalid_argument, "a span or a patient", "start_ms");
  if (request.has_start_ms() && request.has_end_ms()) {
    if (auto span = check_span(request.start_ms(), request.end_ms(), longest_list_ms); !span)
      return tl::unexpected<Failure>(span.error());
  }
  AgendaFilter filter;
  filter.schedule_ids.assign(request.schedule_ids().begin(), request.schedule_ids().end());
  filter.patient_id = request.patient_id();
  if (request.has_start_ms()) filter.from_ms = request.start_ms();
  if (request.has_end_ms()) filter.until_ms = request.end_ms();
  filter.ended = true;
  auto found = desk.database().read([&](soci::session& sql) -> Result<std::vector<v1::Booking>> {
    return AgendaStore::bookings(sql, filter);
  });
  if (!found) return refuse(found.error());
  AgendaView view(desk, call.caller);
  auto seen = seen_rows(view, std::move(*found));
  if (!seen) return tl::unexpected<Failure>(seen.error());
  v1::ListAppointmentsResponse response;
  auto rows = cut_page(*page, std::move(*seen), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  read_patients(call, *rows);
  for (auto& row : *rows) *response.add_bookings() = view.show(std::move(row));
  return response;
}

Answer<v1::GetAppointmentResponse> get_appointment(const AgendaDesk& desk, Call& call,
                                                   const v1::GetAppointmentRequest& request) {
  auto found = desk.database().read([&](soci::session& sql) {
    return request.booking_id().empty() ? AgendaStore::booking_of_hold(sql, request.hold_id())
                                        : AgendaStore::booking(sql, request.booking_id());
  });
  if (!found) return refuse(found.error());
  AgendaView view(desk, call.caller);
  const auto sees = view.sees_agenda(found->slot().schedule_id());
  if (!sees) return refuse(sees.error());
  if (!*sees) return refuse(Code::not_found, "no such appointment", "booking_id");
  call.read(found->patient_id());
  v1::GetAppointmentResponse response;
  *response.mutable_booking() = view.show(std::move(*found));
  return response;
}

Answer<v1::ListHoldsResponse> list_holds(const AgendaDesk& desk, Call& call, const v1::ListHoldsRequest& request) {
  AgendaFilter filter;
  filter.schedule_ids.assign(request.schedule_ids().begin(), request.schedule_ids().end());
  auto found = desk.database().read([&](soci::session& sql) -> Result<std::vector<v1::Hold>> {
    return AgendaStore::holds(sql, filter, desk.now());
  });
  if (!found) return refuse(found.error());
  if (request.own()) std::erase_if(*found, [&](const v1::Hold& held) { return held.owner_id() != call.caller.id; });
  AgendaView view(desk, call.caller);
  auto seen = seen_rows(view, std::move(*found));
  if (!seen) return tl::unexpected<Failure>(seen.error());
  read_patients(call, *seen);
  v1::ListHoldsResponse response;
  for (auto& row : *seen) *response.add_holds() = std::move(row);
  return response;
}

}  // namespace

void register_agenda_lists(Registry& registry, const AgendaDesk& desk) {
  registry.unary<v1::ListAppointmentsRequest, v1::ListAppointmentsResponse>(
      "SchedulingService.ListAppointments",
      [desk](Call& call, const auto& request) { return list_appointments(desk, call, request); });
  registry.unary<v1::GetAppointmentRequest, v1::GetAppointmentResponse>(
      "SchedulingService.GetAppointment",
      [desk](Call& call, const auto& request) { return get_appointment(desk, call, request); });
  registry.unary<v1::ListHoldsRequest, v1::ListHoldsResponse>(
      "SchedulingService.ListHolds", [desk](Call& call, const auto& request) { return list_holds(desk, call, request); });
}

}  // namespace relais::api
