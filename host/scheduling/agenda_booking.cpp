// SPDX-License-Identifier: Apache-2.0
// Hold, confirm, move, cancel, attendance, series: each reads again what it stands on, in its own transaction.
#include <fmt/format.h>

#include <optional>

#include "domain/catalogue.h"
#include "domain/instant_bounds.h"
#include "practice/ids.h"
#include "scheduling/agenda_days.h"
#include "scheduling/agenda_rows.h"
#include "scheduling/agenda_rules.h"
#include "scheduling/agenda_store.h"
#include "scheduling/agenda_taken.h"
#include "scheduling/agenda_tell.h"

namespace relais::scheduling {
namespace {

using practice::Attribution;
using practice::to_ms;

constexpr std::size_t most_holds = 50;       // of one account
constexpr std::size_t longest_reason = 400;  // bytes

bool by_a_doctor(const Attribution& by) {
  return by.role == worklist::Role::doctor || by.role == worklist::Role::replacement_doctor;
}

// What a slot is checked against.
struct Check {
  const HoldAsked& asked;
  const Booker& booker;
  const v1::Hold* held = nullptr;  // being confirmed: it stands in nobody's way
};

// A slot that may be taken, as the agenda says it.
struct Takeable {
  v1::Schedule schedule;
  v1::Slot slot;
};

Result<void> check_length(const v1::Slot& slot) {
  if (slot.start_ms() <= 0 || !is_dated(slot.start_ms()) || slot.start_ms() % cell_ms != 0)
    return fail(Code::invalid_argument, "a multiple of 5 minutes", "slot.start_ms");
  // Of an end before the start there is no length, and none may be computed of the first instant that a number holds.
  const auto length = slot.end_ms() > slot.start_ms() ? slot.end_ms() - slot.start_ms() : 0;
  if (length < cell_ms || length % cell_ms != 0 || length > longest_slot_minutes * 60'000)
    return fail(Code::invalid_argument, "5 to 240 minutes, a multiple of 5", "slot.end_ms");
  return {};
}

Result<void> check_length(const Check& check, const std::optional<v1::AppointmentType>& type) {
  const auto& slot = check.asked.slot;
  if (auto good = check_length(slot); !good) return good;
  const auto length = slot.end_ms() - slot.start_ms();
  if (type && length != std::int64_t{type->minutes()} * 60'000)
    return fail(Code::invalid_argument, "not the length of the type", "slot.end_ms");
  return {};
}

// Which kinds this origin and this person may take.
Result<void> check_kind(const Check& check, v1::SlotKind kind, const std::optional<v1::AppointmentType>& type,
                        bool open_yet) {
  const auto reserved = [](const char* why) { return fail(Code::scheduling_reserved, why, "slot"); };
  if (kind == v1::SLOT_KIND_WALK_IN) return fail(Code::scheduling_no_booking, "no booking", "slot");
  const bool recall = check.asked.origin == v1::BOOKING_ORIGIN_RECALL;
  if (!may_take(check.asked.origin, kind, type.has_value())) return reserved("a kind that this origin never takes");
  if (recall && type && !type->for_recalls()) return reserved("no type of recalls");
  if (type && type->kind() != kind) return reserved("the type goes into another kind");
  if (kind != v1::SLOT_KIND_UNPLANNED) return {};
  if (check.held != nullptr)
    return check.held->slot().kind() == kind ? Result<void>{} : reserved("kept for unplanned care meanwhile");
  if (!check.booker.may_take_unplanned) return reserved("unplanned care is given by a doctor, or as his fiche says");
  if (!open_yet && !by_a_doctor(check.booker.by)) return fail(Code::scheduling_not_open_yet, "its day is not here", "slot");
  return {};
}

Result<Takeable> check_slot(Transaction& tx, const std::string& practice_zone, const Check& check) {
  auto& sql = tx.sql();
  const auto& asked = check.asked;
  auto schedule = AgendaStore::schedule(sql, asked.slot.schedule_id());
  if (!schedule) return fail(Code::not_found, "no such agenda", "slot.schedule_id");
  std::optional<v1::AppointmentType> type;
  if (!asked.slot.type_id().empty()) {
    auto found = AgendaStore::type(sql, asked.slot.type_id());
    if (!found) return fail(Code::scheduling_unknown_type, "no such type", "slot.type_id");
    type = std::move(*found);
  }
  if (auto good = check_length(check, type); !good) return tl::unexpected<Error>(good.error());
  if (asked.slot.schedule_version() != 0 && check.held == nullptr && asked.slot.schedule_version() != schedule->version())
    return fail(Code::scheduling_version, "the hours changed", "slot.schedule_version");
  const auto span = span_of(asked.slot);
  if (span.start_ms < to_ms(tx.now())) return fail(Code::scheduling_past, "past", "slot.start_ms");
  AgendaDays days(sql, tx.now(), practice_zone);
  const auto open = holding(days, *schedule, span);
  if (!open) {
    const auto written = days.written(*schedule, span);
    const bool closed = std::ranges::any_of(written, [&](const OpenSpan& one) { return one.span.holds(span); });
    return fail(closed ? Code::scheduling_closed_day : Code::scheduling_outside_hours, "not open then", "slot.start_ms");
  }
  const auto& zone = zone_of(*schedule, practice_zone);
  const auto today = date::sys_days{fiche::day_of(fiche::to_local(tx.now(), zone))};
  const bool open_yet =
      (date::sys_days{open->day} - today).count() <= AgendaStore::settings(sql).unplanned_days_ahead();
  if (auto good = check_kind(check, open->kind, type, open_yet); !good) return tl::unexpected<Error>(good.error());
  const auto held_id = check.held != nullptr ? check.held->id() : std::string();
  const auto holder = rows::holder(sql, schedule->person_id(), span);
  if ((!holder.empty() && holder != held_id) || is_busy_elsewhere(sql, schedule->person_id(), span))
    return fail(Code::scheduling_taken, "taken", "slot");
  if (asked.origin == v1::BOOKING_ORIGIN_RECALL &&
      recalls_on(sql, *schedule, open->day, zone, held_id, tx.now()) >= schedule->recalls_per_day())
    return fail(Code::scheduling_cap_reached, "no more recalls that day", "slot.start_ms");
  if (!patient_taken(sql, asked.patient_id, span, held_id, asked.for_booking_id, tx.now()).empty())
    return fail(Code::scheduling_patient_busy, "the patient is expected elsewhere", "patient_id");
  Takeable takeable{std::move(*schedule), asked.slot};
  takeable.slot.set_kind(open->kind);
  takeable.slot.set_person_id(takeable.schedule.person_id());
  takeable.slot.set_schedule_version(takeable.schedule.version());
  return takeable;
}

// What a person asks is a person's; what a finding asks is a recall, whoever asks it.
Result<HoldAsked> settled(HoldAsked asked) {
  if (!asked.worklist_item_id.empty()) asked.origin = v1::BOOKING_ORIGIN_RECALL;
  if (asked.origin != v1::BOOKING_ORIGIN_RECALL) {
    asked.origin = v1::BOOKING_ORIGIN_PERSON;
    asked.task_id.clear();
    return asked;
  }
  const bool own = asked.task_id != "rdv-prise" && asked.task_id != "snp-planification";
  if (!own || fiche::find_task(asked.task_id) == nullptr)
    return fail(Code::scheduling_recall_task, "a task of the catalogue, its own", "task_id");
  return asked;
}

HoldAsked asked_of(const v1::Hold& hold) {
  return {hold.slot(), hold.patient_id(), hold.call_back(), hold.origin(), hold.task_id(), hold.worklist_item_id(),
          hold.for_booking_id()};
}

// Holds past their end give their time back.
Result<void> lapse_due(practice::Ledger& ledger, Transaction& tx) {
  rows::Where due;
  due.number("state =", v1::BOOKING_STATE_HELD).number("expires_ms <=", to_ms(tx.now()));
  for (auto& hold : rows::holds(tx.sql(), due, "id")) {
    hold.set_state(v1::BOOKING_STATE_LAPSED);
    rows::update(tx, hold);
    rows::give_back(tx, hold.id());
    const Told told{"agenda.lapsed", hold.id(), hold.patient_id(), {}, hold.task_id()};
    if (auto written = tell(ledger, tx, told, {"system", worklist::Role::system, {}}); !written) return written;
  }
  return {};
}

Result<void> may_handle(const v1::Hold& hold, const Attribution& by) {
  if (hold.owner_id() == by.actor || hold.call_back() || by_a_doctor(by)) return {};
  return fail(Code::scheduling_not_yours, "held by " + hold.owner_id(), "hold_id");
}

Result<void> check_version(const v1::Booking& booking, std::int64_t version) {
  if (version == 0 || version == booking.version()) return {};
  return fail(Code::scheduling_changed, "another version stands", "version");
}

v1::Booking booking_of(Transaction& tx, const Takeable& takeable, const HoldAsked& asked, const Attribution& by) {
  v1::Booking booking;
  booking.set_id(practice::new_id(tx, "booking"));
  *booking.mutable_slot() = takeable.slot;
  booking.set_patient_id(asked.patient_id);
  booking.set_state(v1::BOOKING_STATE_CONFIRMED);
  booking.set_booked_by(by.actor);
  booking.set_origin(asked.origin);
  booking.set_task_id(asked.task_id);
  booking.set_worklist_item_id(asked.worklist_item_id);
  booking.set_booked_ms(to_ms(tx.now()));
  booking.set_changed_ms(to_ms(tx.now()));
  booking.set_changed_by(by.actor);
  booking.set_version(1);
  return booking;
}

// The next state of an appointment: rows, record and ledger.
Result<void> turn(practice::Ledger& ledger, Transaction& tx, v1::Booking& booking, v1::BookingState state,
                  const char* action, const Attribution& by) {
  const auto schedule = AgendaStore::schedule(tx.sql(), booking.slot().schedule_id());
  if (!schedule) return tl::unexpected<Error>(schedule.error());
  booking.set_state(state);
  booking.set_version(booking.version() + 1);
  booking.set_changed_ms(to_ms(tx.now()));
  booking.set_changed_by(by.actor);
  rows::update(tx, booking);
  keep_in_record(tx, booking, answering_doctor(*schedule));
  return tell(ledger, tx, {action, booking.id(), booking.patient_id(), answering_doctor(*schedule), booking.task_id()}, by);
}

// The appointment of a hold, once everything is read again.
Result<v1::Booking> make_booking(const Practice& practice, Transaction& tx, v1::Hold hold, const std::string& reason,
                                 const std::string& moved_from, const Attribution& by) {
  lapse(hold, tx.now());
  if (hold.state() == v1::BOOKING_STATE_CONFIRMED) return AgendaStore::booking_of_hold(tx.sql(), hold.id());
  if (hold.state() != v1::BOOKING_STATE_HELD) return fail(Code::scheduling_lapsed, "the hold is over", "hold_id");
  if (auto mine = may_handle(hold, by); !mine) return tl::unexpected<Error>(mine.error());
  if (reason.size() > longest_reason) return fail(Code::invalid_argument, "too long", "reason");
  auto asked = asked_of(hold);
  if (!moved_from.empty()) asked.for_booking_id = moved_from;
  const Booker booker{by, false};
  const auto takeable = check_slot(tx, practice.time_zone, {asked, booker, &hold});
  if (!takeable) return tl::unexpected<Error>(takeable.error());
  auto booking = booking_of(tx, *takeable, asked, by);
  booking.set_reason(reason);
  booking.set_hold_id(hold.id());
  booking.set_moved_from_id(moved_from);
  rows::insert(tx, booking);
  rows::hand_over(tx, hold.id(), booking.id());
  hold.set_state(v1::BOOKING_STATE_CONFIRMED);
  rows::update(tx, hold);
  const auto& doctor = answering_doctor(takeable->schedule);
  keep_in_record(tx, booking, doctor);
  const Told told{"agenda.confirm", booking.id(), booking.patient_id(), doctor, booking.task_id()};
  if (auto written = tell(practice.ledger, tx, told, by); !written) return tl::unexpected<Error>(written.error());
  return booking;
}

Result<v1::Hold> stored_hold(Transaction& tx, const std::string& id) { return AgendaStore::hold(tx.sql(), id, tx.now()); }

}  // namespace

Result<v1::Hold> AgendaStore::hold_slot(Transaction& tx, const HoldAsked& request, const Booker& booker) {
  if (auto lapsed = lapse_due(practice_.ledger, tx); !lapsed) return tl::unexpected<Error>(lapsed.error());
  const auto asked = settled(request);
  if (!asked) return tl::unexpected<Error>(asked.error());
  if (auto known = known_patient(tx, asked->patient_id); !known) return tl::unexpected<Error>(known.error());
  const auto takeable = check_slot(tx, practice_.time_zone, {*asked, booker});
  if (!takeable) return tl::unexpected<Error>(takeable.error());
  rows::Where own;
  own.text("owner_id =", booker.by.actor).number("state =", v1::BOOKING_STATE_HELD);
  if (rows::holds(tx.sql(), own, "id").size() >= most_holds)
    return fail(Code::scheduling_too_many_holds, "at most 50");
  const auto rules = settings(tx.sql());
  v1::Hold hold;
  hold.set_id(practice::new_id(tx, "hold"));
  *hold.mutable_slot() = takeable->slot;
  hold.set_patient_id(asked->patient_id);
  hold.set_owner_id(booker.by.actor);
  hold.set_call_back(asked->call_back);
  hold.set_origin(asked->origin);
  hold.set_task_id(asked->task_id);
  hold.set_worklist_item_id(asked->worklist_item_id);
  hold.set_for_booking_id(asked->for_booking_id);
  hold.set_state(v1::BOOKING_STATE_HELD);
  hold.set_held_ms(to_ms(tx.now()));
  const std::int64_t minutes = asked->call_back ? std::int64_t{rules.call_back_hours()} * 60 : rules.hold_minutes();
  hold.set_expires_ms(hold.held_ms() + minutes * 60'000);
  rows::insert(tx, hold);
  rows::take(tx, hold.slot().person_id(), span_of(hold.slot()), hold.id());
  const Told told{"agenda.hold", hold.id(), hold.patient_id(), answering_doctor(takeable->schedule), hold.task_id()};
  if (auto written = tell(practice_.ledger, tx, told, booker.by); !written)
    return tl::unexpected<Error>(written.error());
  return hold;
}

Result<void> AgendaStore::release(Transaction& tx, const std::string& hold_id, const Attribution& by) {
  auto hold = stored_hold(tx, hold_id);
  if (!hold) return tl::unexpected<Error>(hold.error());
  if (hold->state() == v1::BOOKING_STATE_CONFIRMED) return fail(Code::scheduling_over, "an appointment was made", "hold_id");
  if (auto mine = may_handle(*hold, by); !mine) return mine;
  if (hold->state() != v1::BOOKING_STATE_HELD) return {};
  hold->set_state(v1::BOOKING_STATE_CANCELLED);
  rows::update(tx, *hold);
  rows::give_back(tx, hold->id());
  const auto schedule = AgendaStore::schedule(tx.sql(), hold->slot().schedule_id());
  const Told told{"agenda.release", hold->id(), hold->patient_id(),
                  schedule ? answering_doctor(*schedule) : std::string(), hold->task_id()};
  return tell(practice_.ledger, tx, told, by);
}

Result<v1::Booking> AgendaStore::confirm(Transaction& tx, const std::string& hold_id, const std::string& reason,
                                         const Attribution& by) {
  auto hold = stored_hold(tx, hold_id);
  if (!hold) return tl::unexpected<Error>(hold.error());
  return make_booking(practice_, tx, std::move(*hold), reason, {}, by);
}

Result<v1::Booking> AgendaStore::move(Transaction& tx, const std::string& booking_id, const std::string& hold_id,
                                      std::int64_t version, const Attribution& by) {
  auto old = booking(tx.sql(), booking_id);
  if (!old) return old;
  auto hold = stored_hold(tx, hold_id);
  if (!hold) return tl::unexpected<Error>(hold.error());
  if (old->state() == v1::BOOKING_STATE_MOVED) {
    auto made = booking(tx.sql(), old->moved_to_id());
    if (made && made->hold_id() == hold_id) return made;
  }
  if (old->state() != v1::BOOKING_STATE_CONFIRMED) return fail(Code::scheduling_over, "not to come", "booking_id");
  if (auto same = check_version(*old, version); !same) return tl::unexpected<Error>(same.error());
  if (hold->patient_id() != old->patient_id() || hold->state() == v1::BOOKING_STATE_CONFIRMED)
    return fail(Code::invalid_argument, "held for another appointment", "hold_id");
  // First the new one: when it cannot be, the old one stands.
  auto made = make_booking(practice_, tx, std::move(*hold), old->reason(), old->id(), by);
  if (!made) return made;
  old->set_moved_to_id(made->id());
  if (auto turned = turn(practice_.ledger, tx, *old, v1::BOOKING_STATE_MOVED, "agenda.move", by); !turned)
    return tl::unexpected<Error>(turned.error());
  rows::give_back(tx, old->id());
  return made;
}

Result<v1::Booking> AgendaStore::cancel(Transaction& tx, const std::string& booking_id, std::int64_t version,
                                        const Attribution& by) {
  auto held = booking(tx.sql(), booking_id);
  if (!held || held->state() == v1::BOOKING_STATE_CANCELLED) return held;
  if (held->state() != v1::BOOKING_STATE_CONFIRMED) return fail(Code::scheduling_over, "not to come", "booking_id");
  if (auto same = check_version(*held, version); !same) return tl::unexpected<Error>(same.error());
  if (auto turned = turn(practice_.ledger, tx, *held, v1::BOOKING_STATE_CANCELLED, "agenda.cancel", by); !turned)
    return tl::unexpected<Error>(turned.error());
  rows::give_back(tx, held->id());
  return held;
}

Result<v1::Booking> AgendaStore::attended(Transaction& tx, const std::string& booking_id, bool came,
                                          std::int64_t version, const Attribution& by) {
  auto held = booking(tx.sql(), booking_id);
  if (!held) return held;
  const auto wanted = came ? v1::BOOKING_STATE_FULFILLED : v1::BOOKING_STATE_NO_SHOW;
  if (held->state() == wanted) return held;
  if (held->state() == v1::BOOKING_STATE_CANCELLED || held->state() == v1::BOOKING_STATE_MOVED)
    return fail(Code::scheduling_over, "cancelled or moved", "booking_id");
  if (auto same = check_version(*held, version); !same) return tl::unexpected<Error>(same.error());
  const auto day = [&](Instant at) { return fiche::day_of(fiche::to_local(at, practice_.time_zone)); };
  if (day(practice::from_ms(held->slot().start_ms())) > day(tx.now()))
    return fail(Code::scheduling_not_yet, "its day is not here", "booking_id");
  if (auto turned = turn(practice_.ledger, tx, *held, wanted, came ? "agenda.came" : "agenda.no-show", by); !turned)
    return tl::unexpected<Error>(turned.error());
  return held;
}

Result<v1::BookSeriesResponse> AgendaStore::book_series(Transaction& tx, const SeriesAsked& series,
                                                        const Booker& booker) {
  if (series.count < 2 || series.count > 52) return fail(Code::invalid_argument, "2 to 52", "count");
  if (series.every_weeks < 1 || series.every_weeks > 12) return fail(Code::invalid_argument, "1 to 12", "every_weeks");
  if (series.reason.size() > longest_reason) return fail(Code::invalid_argument, "too long", "reason");
  if (auto lapsed = lapse_due(practice_.ledger, tx); !lapsed) return tl::unexpected<Error>(lapsed.error());
  auto first = settled(series.first);
  if (!first) return tl::unexpected<Error>(first.error());
  if (auto known = known_patient(tx, first->patient_id); !known) return tl::unexpected<Error>(known.error());
  const auto schedule = AgendaStore::schedule(tx.sql(), first->slot.schedule_id());
  if (!schedule) return fail(Code::not_found, "no such agenda", "slot.schedule_id");
  if (auto good = check_length(first->slot); !good) return tl::unexpected<Error>(good.error());
  const auto& zone = zone_of(*schedule, practice_.time_zone);
  const auto start = fiche::to_local(practice::from_ms(first->slot.start_ms()), zone);
  const auto length = first->slot.end_ms() - first->slot.start_ms();
  v1::BookSeriesResponse response;
  response.set_series_id(practice::new_id(tx, "series"));
  for (int i = 0; i < series.count; ++i) {
    const auto local = start + date::weeks{static_cast<std::int64_t>(i) * series.every_weeks};
    const auto at = fiche::to_instant(local, zone);
    auto asked = *first;
    asked.slot.set_start_ms(to_ms(at));
    asked.slot.set_end_ms(to_ms(at) + length);
    const bool exists = fiche::to_local(at, zone) == local;
    const auto takeable = exists ? check_slot(tx, practice_.time_zone, {asked, booker})
                                 : Result<Takeable>(fail(Code::scheduling_outside_hours, "the clocks skip it", "slot"));
    if (!takeable) {
      const auto& why = takeable.error();
      if (!series.skip_refused || why.code == Code::invalid_argument || why.code == Code::scheduling_unknown_type)
        return fail(why.code, why.detail, fmt::format("occurrences[{}]", i));
      auto& refused = *response.add_refused();
      refused.set_start_ms(to_ms(at));
      refused.set_code(std::string(stable_code(why.code)));
      refused.set_sentence(std::string(french(why.code)));
      continue;
    }
    auto booking = booking_of(tx, *takeable, asked, booker.by);
    booking.set_reason(series.reason);
    booking.set_series_id(response.series_id());
    rows::insert(tx, booking);
    rows::take(tx, booking.slot().person_id(), span_of(booking.slot()), booking.id());
    const auto& doctor = answering_doctor(takeable->schedule);
    keep_in_record(tx, booking, doctor);
    const Told told{"agenda.confirm", booking.id(), booking.patient_id(), doctor, booking.task_id()};
    if (auto written = tell(practice_.ledger, tx, told, booker.by); !written)
      return tl::unexpected<Error>(written.error());
    *response.add_bookings() = std::move(booking);
  }
  return response;
}

}  // namespace relais::scheduling
