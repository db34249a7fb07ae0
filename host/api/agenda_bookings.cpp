// SPDX-License-Identifier: Apache-2.0
// Hold, release, confirm, move, cancel, attendance, series: one durable write each, once for a request_id. What is kept to
// answer a repeated call holds no reason.
#include <fmt/format.h>

#include <functional>

#include "api/agenda_desk.h"
#include "api/domain_words.h"
#include "api/idempotency.h"
#include "domain/instant_bounds.h"
#include "practice/worklist_store.h"
#include "scheduling/agenda_rules.h"
#include "scheduling/appointment_need.h"
#include "scheduling/slots.h"

namespace relais::api {
namespace {

using practice::Transaction;
using scheduling::AgendaStore;
using scheduling::HoldAsked;

constexpr const char* booking_task = "rdv-prise";
constexpr int most_family = 7;  // besides the first

v1::Subject agenda_subject(std::string doctor, std::string patient, std::string task) {
  v1::Subject subject;
  subject.set_doctor_id(std::move(doctor));
  subject.set_patient_id(std::move(patient));
  subject.set_task_id(std::move(task));
  return subject;
}

// The finding that asks for it names the task and the patient: whoever calls, it is a recall.
Answer<void> read_item(const AgendaDesk& desk, HoldAsked& asked) {
  if (asked.worklist_item_id.empty()) return {};
  const auto item = desk.database().read([&](soci::session& sql) {
    return practice::WorklistStore::item(sql, asked.worklist_item_id);
  });
  if (!item && item.error().code == Code::not_found)
    return refuse(Code::not_found, "no such item", "worklist_item_id");
  if (!item) return refuse(item.error());
  const auto& scope = item->key.scope;
  if (asked.task_id.empty()) asked.task_id = scope.task;
  if (asked.task_id != scope.task) return refuse(Code::invalid_argument, "the item's own task", "task_id");
  if (!scope.subject.patient_id.empty() && scope.subject.patient_id != asked.patient_id)
    return refuse(Code::invalid_argument, "the item's own patient", "patient_id");
  asked.origin = v1::BOOKING_ORIGIN_RECALL;
  return {};
}

// The draft of the finding says from which day on its visit may be: a dose given too early may not count. The last day
// that it says binds nobody: late is better than never.
Answer<void> check_first_day(const AgendaDesk& desk, const std::string& item_id, const v1::Slot& slot,
                             const std::string& place) {
  if (item_id.empty() || slot.start_ms() <= 0 || !is_dated(slot.start_ms())) return {};
  const auto need =
      desk.database().read([&](soci::session& sql) { return scheduling::appointment_need(sql, item_id); });
  if (!need) return refuse(need.error());
  if (!*need || (*need)->not_before().empty()) return {};
  const auto schedule = desk.schedule(slot.schedule_id(), "slot.schedule_id");
  if (!schedule) return tl::unexpected<Failure>(schedule.error());
  const auto& zone = scheduling::zone_of(*schedule, desk.store.time_zone());
  const auto day = fiche::day_of(fiche::to_local(practice::from_ms(slot.start_ms()), zone));
  if (fiche::format(day) >= (*need)->not_before()) return {};
  Failure failure(Code::invalid_argument, "before the first day that the item asks for", place);
  failure.sentence = "Trop tôt pour cet élément : ce jour est avant le premier qu'il demande.";
  return tl::unexpected<Failure>(std::move(failure));
}

Answer<HoldAsked> asked_of(const AgendaDesk& desk, const v1::HoldSlotRequest& request) {
  if (!v1::BookingOrigin_IsValid(request.origin())) return refuse(Code::invalid_argument, "no such origin", "origin");
  HoldAsked asked{request.slot(),    request.patient_id(),       request.call_back(),     request.origin(),
                  request.task_id(), request.worklist_item_id(), request.for_booking_id()};
  if (auto read = read_item(desk, asked); !read) return tl::unexpected<Failure>(read.error());
  return asked;
}

Answer<v1::Subject> subject_of_hold_asked(const AgendaDesk& desk, const v1::HoldSlotRequest& request) {
  const auto asked = asked_of(desk, request);
  if (!asked) return tl::unexpected<Failure>(asked.error());
  auto doctor = desk.doctor_of(request.slot().schedule_id(), "slot.schedule_id");
  if (!doctor) return tl::unexpected<Failure>(doctor.error());
  const bool recall = asked->origin == v1::BOOKING_ORIGIN_RECALL;
  return agenda_subject(std::move(*doctor), request.patient_id(), recall ? asked->task_id : booking_task);
}

Answer<v1::HoldSlotResponse> hold(const AgendaDesk& desk, Call& call, const v1::HoldSlotRequest& request) {
  auto asked = asked_of(desk, request);
  if (!asked) return tl::unexpected<Failure>(asked.error());
  if (request.family_size() > most_family) return refuse(Code::invalid_argument, "at most 7", "family");
  const auto unplanned = desk.may_take_unplanned(call.caller, call.subject.doctor_id(), request.patient_id());
  if (!unplanned) return tl::unexpected<Failure>(unplanned.error());
  for (int i = 0; i < request.family_size(); ++i) {
    const auto place = fmt::format("family[{}].slot.schedule_id", i);
    const auto doctor = desk.doctor_of(request.family(i).slot().schedule_id(), place.c_str());
    if (!doctor) return tl::unexpected<Failure>(doctor.error());
    if (auto may = desk.allowed(call.caller, v1::DELEGATED_ACTION_PREPARER,
                                agenda_subject(*doctor, request.family(i).patient_id(), call.subject.task_id()));
        !may)
      return tl::unexpected<Failure>(may.error());
  }
  if (auto good = check_first_day(desk, asked->worklist_item_id, asked->slot, "slot.start_ms"); !good)
    return tl::unexpected<Failure>(good.error());
  const scheduling::Booker booker{attribution(call), *unplanned};
  auto answer = write_once<v1::HoldSlotResponse>(
      desk.database(), call, request, [&](Transaction& tx) -> Answer<v1::HoldSlotResponse> {
        v1::HoldSlotResponse response;
        auto held = desk.store.hold_slot(tx, *asked, booker);
        if (!held) return refuse(held.error());
        *response.mutable_hold() = std::move(*held);
        for (int i = 0; i < request.family_size(); ++i) {
          auto member = *asked;
          member.slot = request.family(i).slot();
          member.patient_id = request.family(i).patient_id();
          auto also = desk.store.hold_slot(tx, member, {booker.by, false});
          if (!also) {
            auto error = also.error();
            error.place = fmt::format("family[{}]{}{}", i, error.place.empty() ? "" : ".", error.place);
            return refuse(std::move(error));
          }
          *response.add_family() = std::move(*also);
        }
        return response;
      });
  if (answer) desk.changed(false);
  return answer;
}

Answer<v1::Hold> stored_hold(const AgendaDesk& desk, const std::string& id) {
  auto found = desk.database().read([&](soci::session& sql) { return AgendaStore::hold(sql, id, desk.now()); });
  if (!found) return refuse(found.error());
  return std::move(*found);
}

// The draft may have changed since the slot was held. What the store refuses is left to it.
Answer<void> check_held_day(const AgendaDesk& desk, const std::string& hold_id) {
  const auto held = stored_hold(desk, hold_id);
  if (!held || held->state() != v1::BOOKING_STATE_HELD) return {};
  return check_first_day(desk, held->worklist_item_id(), held->slot(), "hold_id");
}

Answer<v1::Booking> stored_booking(const AgendaDesk& desk, const std::string& id) {
  auto found = desk.database().read([&](soci::session& sql) { return AgendaStore::booking(sql, id); });
  if (!found) return refuse(found.error());
  return std::move(*found);
}

// A recall is handled under its own task.
Answer<v1::Subject> subject_of_hold(const AgendaDesk& desk, const std::string& hold_id) {
  const auto held = stored_hold(desk, hold_id);
  if (!held) return tl::unexpected<Failure>(held.error());
  auto doctor = desk.doctor_of(held->slot().schedule_id(), "hold_id");
  if (!doctor) return tl::unexpected<Failure>(doctor.error());
  return agenda_subject(std::move(*doctor), held->patient_id(),
                        held->task_id().empty() ? booking_task : held->task_id());
}

// Any appointment is cancelled or received by who takes appointments, a recall's by who makes these recalls too.
Answer<v1::Subject> subject_of_booking(const AgendaDesk& desk, const Caller& caller, const std::string& booking_id) {
  const auto booking = stored_booking(desk, booking_id);
  if (!booking) return tl::unexpected<Failure>(booking.error());
  auto doctor = desk.doctor_of(booking->slot().schedule_id(), "booking_id");
  if (!doctor) return tl::unexpected<Failure>(doctor.error());
  auto subject = agenda_subject(std::move(*doctor), booking->patient_id(), booking_task);
  if (booking->task_id().empty() || caller.role != v1::ROLE_ASSISTANT) return subject;
  const auto may = desk.allowed(caller, v1::DELEGATED_ACTION_REALISER, subject);
  if (!may && may.error().error.code != Code::api_mandate) return tl::unexpected<Failure>(may.error());
  if (!may) subject.set_task_id(booking->task_id());
  return subject;
}

// One step of an appointment, whose answer holds the appointment without its reason.
template <class Response, class Request>
Answer<Response> step(const AgendaDesk& desk, const Call& call, const Request& request,
                      const std::function<Result<v1::Booking>(Transaction&)>& work) {
  auto answer = write_once<Response>(desk.database(), call, request, [&](Transaction& tx) -> Answer<Response> {
    auto booking = work(tx);
    if (!booking) return refuse(booking.error());
    Response response;
    *response.mutable_booking() = without_reason(std::move(*booking));
    return response;
  });
  if (answer) desk.changed(true);
  return answer;
}

Answer<v1::ReleaseHoldResponse> release(const AgendaDesk& desk, Call& call, const v1::ReleaseHoldRequest& request) {
  auto answer = write_once<v1::ReleaseHoldResponse>(
      desk.database(), call, request, [&](Transaction& tx) -> Answer<v1::ReleaseHoldResponse> {
        if (auto released = desk.store.release(tx, request.hold_id(), attribution(call)); !released)
          return refuse(released.error());
        return v1::ReleaseHoldResponse();
      });
  if (answer) desk.changed(false);
  return answer;
}

Answer<v1::MoveAppointmentResponse> move(const AgendaDesk& desk, Call& call, const v1::MoveAppointmentRequest& request) {
  // The agenda that the appointment leaves may be another doctor's.
  const auto left = subject_of_booking(desk, call.caller, request.booking_id());
  if (!left) return tl::unexpected<Failure>(left.error());
  if (auto may = desk.allowed(call.caller, v1::DELEGATED_ACTION_REALISER, *left); !may)
    return tl::unexpected<Failure>(may.error());
  if (auto good = check_held_day(desk, request.hold_id()); !good) return tl::unexpected<Failure>(good.error());
  return step<v1::MoveAppointmentResponse>(desk, call, request, [&](Transaction& tx) {
    return desk.store.move(tx, request.booking_id(), request.hold_id(), request.version(), attribution(call));
  });
}

Answer<v1::BookSeriesResponse> series(const AgendaDesk& desk, Call& call, const v1::BookSeriesRequest& request) {
  scheduling::SeriesAsked asked;
  asked.first.slot = request.slot();
  asked.first.patient_id = request.patient_id();
  asked.count = request.count();
  asked.every_weeks = request.every_weeks() == 0 ? 1 : request.every_weeks();
  asked.reason = request.reason();
  asked.skip_refused = request.skip_refused();
  auto answer = write_once<v1::BookSeriesResponse>(
      desk.database(), call, request, [&](Transaction& tx) -> Answer<v1::BookSeriesResponse> {
        auto booked = desk.store.book_series(tx, asked, {attribution(call), false});
        if (!booked) return refuse(booked.error());
        for (auto& booking : *booked->mutable_bookings()) booking.clear_reason();
        return std::move(*booked);
      });
  if (answer) desk.changed(true);
  return answer;
}

}  // namespace

void register_agenda_bookings(Registry& registry, const AgendaDesk& desk) {
  registry.unary<v1::HoldSlotRequest, v1::HoldSlotResponse>(
      "SchedulingService.HoldSlot", [desk](Call& call, const auto& request) { return hold(desk, call, request); },
      [desk](const Caller&, const auto& request) { return subject_of_hold_asked(desk, request); });
  registry.unary<v1::ReleaseHoldRequest, v1::ReleaseHoldResponse>(
      "SchedulingService.ReleaseHold", [desk](Call& call, const auto& request) { return release(desk, call, request); },
      [desk](const Caller&, const auto& request) { return subject_of_hold(desk, request.hold_id()); });
  registry.unary<v1::ConfirmAppointmentRequest, v1::ConfirmAppointmentResponse>(
      "SchedulingService.ConfirmAppointment",
      [desk](Call& call, const v1::ConfirmAppointmentRequest& request) -> Answer<v1::ConfirmAppointmentResponse> {
        if (auto good = check_held_day(desk, request.hold_id()); !good) return tl::unexpected<Failure>(good.error());
        return step<v1::ConfirmAppointmentResponse>(desk, call, request, [&](Transaction& tx) {
          return desk.store.confirm(tx, request.hold_id(), request.reason(), attribution(call));
        });
      },
      [desk](const Caller&, const auto& request) { return subject_of_hold(desk, request.hold_id()); });
  registry.unary<v1::MoveAppointmentRequest, v1::MoveAppointmentResponse>(
      "SchedulingService.MoveAppointment", [desk](Call& call, const auto& request) { return move(desk, call, request); },
      [desk](const Caller&, const auto& request) { return subject_of_hold(desk, request.hold_id()); });
  registry.unary<v1::CancelAppointmentRequest, v1::CancelAppointmentResponse>(
      "SchedulingService.CancelAppointment",
      [desk](Call& call, const v1::CancelAppointmentRequest& request) {
        return step<v1::CancelAppointmentResponse>(desk, call, request, [&](Transaction& tx) {
          return desk.store.cancel(tx, request.booking_id(), request.version(), attribution(call));
        });
      },
      [desk](const Caller& caller, const auto& request) { return subject_of_booking(desk, caller, request.booking_id()); });
  registry.unary<v1::RecordAttendanceRequest, v1::RecordAttendanceResponse>(
      "SchedulingService.RecordAttendance",
      [desk](Call& call, const v1::RecordAttendanceRequest& request) {
        return step<v1::RecordAttendanceResponse>(desk, call, request, [&](Transaction& tx) {
          return desk.store.attended(tx, request.booking_id(), request.came(), request.version(), attribution(call));
        });
      },
      [desk](const Caller& caller, const auto& request) { return subject_of_booking(desk, caller, request.booking_id()); });
  registry.unary<v1::BookSeriesRequest, v1::BookSeriesResponse>(
      "SchedulingService.BookSeries", [desk](Call& call, const auto& request) { return series(desk, call, request); },
      [desk](const Caller&, const v1::BookSeriesRequest& request) -> Answer<v1::Subject> {
        auto doctor = desk.doctor_of(request.slot().schedule_id(), "slot.schedule_id");
        if (!doctor) return tl::unexpected<Failure>(doctor.error());
        return agenda_subject(std::move(*doctor), request.patient_id(), booking_task);
      });
}

}  // namespace relais::api
