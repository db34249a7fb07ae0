// SPDX-License-Identifier: Apache-2.0
// Agendas on each engine: holds, appointments, refusals, busy time of elsewhere. B1 to B10: domain note "Scheduling",
// section 9.
#include <catch2/catch.hpp>

#include "engine.h"
#include "records/record_store.h"
#include "records/record_table.h"
#include "scheduling/agenda_store.h"
#include "support/agenda_samples.h"
#include "support/record_samples.h"
#include "support/scratch.h"

namespace relais::scheduling {
namespace {

using namespace std::chrono_literals;
using practice::Transaction;
using test::paris;
using test::slot;

struct Desk {
  test::Scratch scratch;
  test::TestClock clock;
  std::unique_ptr<practice::Database> database = practice::Database::open(test::fresh_practice(), clock).value();
  std::unique_ptr<practice::Ledger> ledger = practice::Ledger::open(*database, scratch.path()).value();
  AgendaStore store{Practice{*ledger, "Europe/Paris"}};
  const practice::Attribution doctor{"marchand", worklist::Role::doctor, "c-1"};
  const practice::Attribution assistant{"perrin", worklist::Role::assistant, "c-2"};
  const practice::Attribution secretary{"petit", worklist::Role::secretary, "c-3"};

  template <class F>
  auto write(F work) {
    return database->write([&](Transaction& tx) { return work(tx); });
  }

  // Monday 23 November 2026, 08:00 in Paris, unless the test is about another day.
  explicit Desk(const std::string& now = "2026-11-23T08:00") : clock(practice::from_ms(paris(now))) {
    REQUIRE(write([&](Transaction& tx) -> Result<void> {
      for (const auto* id : {"p-1", "p-2", "p-3"}) {
        v1::Patient patient;
        patient.set_id(id);
        patient.set_treating_doctor_id("marchand");
        records::put(tx, patient);
      }
      return {};
    }));
    put(test::doctors_agenda());
    put(test::assistants_agenda());
  }

  v1::Schedule put(const v1::Schedule& schedule) {
    auto made = write([&](Transaction& tx) { return store.put_schedule(tx, schedule, doctor); });
    REQUIRE(made);
    return *made;
  }
  Result<v1::Hold> hold(const HoldAsked& asked, const practice::Attribution& by, bool unplanned = false) {
    return write([&](Transaction& tx) { return store.hold_slot(tx, asked, {by, unplanned}); });
  }
  Result<v1::Hold> hold(const std::string& start, const std::string& patient = "p-1", int minutes = 15,
                        const std::string& agenda = "marchand-cabinet") {
    return hold({slot(agenda, start, minutes), patient}, assistant);
  }
  Result<v1::Hold> recall(const std::string& start, const std::string& patient = "p-1", int minutes = 15,
                          const std::string& agenda = "marchand-cabinet") {
    HoldAsked asked{slot(agenda, start, minutes), patient};
    asked.origin = v1::BOOKING_ORIGIN_RECALL;
    asked.task_id = "vaccine-recall";
    return hold(asked, assistant);
  }
  Result<v1::Booking> confirm(const std::string& hold_id) {
    return write([&](Transaction& tx) { return store.confirm(tx, hold_id, "motif d'essai", assistant); });
  }
  v1::Booking booked(const std::string& start, const std::string& patient = "p-1") {
    const auto held = hold(start, patient);
    REQUIRE(held);
    const auto made = confirm(held->id());
    REQUIRE(made);
    return *made;
  }
  v1::Booking read_booking(const std::string& id) {
    return database->read([&](soci::session& sql) { return AgendaStore::booking(sql, id); }).value();
  }
  std::vector<v1::Appointment> record_of(const std::string& patient) {
    return database
        ->read([&](soci::session& sql) -> Result<std::vector<v1::Appointment>> {
          std::vector<v1::Appointment> all;
          for (const auto& row : records::select_rows<v1::Appointment>(
                   sql, clock.now(), records::Narrowing{"t.patient_id = :p", {patient}}))
            all.push_back(row.message);
          return all;
        })
        .value();
  }
  std::vector<v1::Slot> search(v1::SearchSlotsRequest asked, const std::string& from = "2026-11-23T00:00",
                               const std::string& until = "2026-11-24T00:00") {
    asked.set_start_ms(paris(from));
    asked.set_end_ms(paris(until));
    auto found = database->read([&](soci::session& sql) { return store.free_slots(sql, asked, clock.now()); });
    REQUIRE(found);
    return *found;
  }
  Result<BusyWritten> busy(std::vector<BusyEvent> events, const std::string& source = "doctolib") {
    return write([&](Transaction& tx) { return store.put_busy(tx, "marchand-cabinet", source, events, secretary); });
  }
};

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "ok" : std::string(stable_code(result.error().code));
}

BusyEvent event(const std::string& uid, const std::string& start, const std::string& end, std::int64_t sequence = 0) {
  BusyEvent made;
  made.uid = uid;
  made.sequence = sequence;
  BusyPeriod period;
  period.start_ms = paris(start);
  period.end_ms = paris(end);
  made.periods = {period};
  return made;
}

}  // namespace

TEST_CASE("an agenda comes back as it was written and a stale version is refused") {
  Desk desk;
  auto wanted = test::doctors_agenda("nguyen");
  wanted.set_time_zone("Europe/Paris");
  auto& first = *wanted.mutable_openings(0);
  first.set_presence(v1::ASSISTANT_PRESENCE_WITH);
  first.set_assistant_id("perrin");
  first.set_from("2026-01-01");
  first.set_until("2027-12-31");
  first.set_holidays(true);
  auto& closure = *wanted.add_closures();
  closure.set_start_ms(1'000);
  closure.set_end_ms(2'000);
  const auto put = desk.put(wanted);
  CHECK(put.version() == 1);
  wanted.set_version(1);
  const auto read = desk.database->read([](soci::session& sql) { return AgendaStore::schedule(sql, "nguyen-cabinet"); });
  REQUIRE(read);
  CHECK(read->SerializeAsString() == wanted.SerializeAsString());
  wanted.set_version(0);
  CHECK(code_of(desk.write([&](Transaction& tx) { return desk.store.put_schedule(tx, wanted, desk.doctor); })) ==
        "scheduling.version");
}

TEST_CASE("B1 of two who hold the same slot one has it and the other is told that it is taken") {
  Desk desk;
  const auto first = desk.hold("2026-11-23T09:00");
  REQUIRE(first);
  CHECK(first->owner_id() == "perrin");
  CHECK(first->slot().kind() == v1::SLOT_KIND_ROUTINE);
  CHECK(code_of(desk.hold("2026-11-23T09:00", "p-2")) == "scheduling.taken");
  // What overlaps it in part is taken too, and what only touches is free.
  CHECK(code_of(desk.hold("2026-11-23T09:10", "p-2")) == "scheduling.taken");
  CHECK(desk.hold("2026-11-23T09:15", "p-2"));
  v1::SearchSlotsRequest asked;
  asked.add_kinds(v1::SLOT_KIND_ROUTINE);
  const auto fresh = desk.search(asked);
  REQUIRE(fresh.size() == 10);
  CHECK(fresh.front().start_ms() == paris("2026-11-23T09:30"));
}

TEST_CASE("B2 a hold at the desk lapses after ten minutes and one to call back after two days") {
  Desk desk;
  desk.clock.set(practice::from_ms(paris("2026-11-23T09:00")));
  const auto held = desk.hold("2026-11-23T11:00");
  REQUIRE(held);
  HoldAsked call{slot("marchand-cabinet", "2026-11-26T11:00"), "p-2", true};
  const auto waiting = desk.hold(call, desk.assistant);
  REQUIRE(waiting);
  CHECK(waiting->expires_ms() - waiting->held_ms() == 48LL * 3'600'000);
  desk.clock.advance(10min + 1s);
  CHECK(code_of(desk.confirm(held->id())) == "scheduling.lapsed");
  const auto told = desk.database->read([&](soci::session& sql) { return AgendaStore::hold(sql, held->id(), desk.clock.now()); });
  CHECK(told->state() == v1::BOOKING_STATE_LAPSED);
  // The time is free again, for anybody.
  const auto again = desk.hold("2026-11-23T11:00", "p-3");
  REQUIRE(again);
  CHECK(desk.confirm(again->id()));
  CHECK(desk.confirm(waiting->id()));
}

TEST_CASE("an appointment confirmed twice is one and is found by its hold after a cut line") {
  Desk desk;  // B3
  const auto held = desk.hold("2026-11-23T09:00");
  REQUIRE(held);
  const auto first = desk.confirm(held->id());
  REQUIRE(first);
  const auto again = desk.confirm(held->id());
  REQUIRE(again);
  CHECK(again->id() == first->id());
  const auto found = desk.database->read([&](soci::session& sql) { return AgendaStore::booking_of_hold(sql, held->id()); });
  CHECK(found->id() == first->id());
  CHECK(desk.record_of("p-1").size() == 1);
}

TEST_CASE("B4 when only unplanned care is free before the last day nothing is proposed and the need is unmet") {
  Desk desk;
  auto agenda = test::doctors_agenda();
  agenda.clear_openings();
  *agenda.add_openings() = test::opening(1, "14:00", "16:00", v1::SLOT_KIND_UNPLANNED);
  agenda.set_version(1);
  desk.put(agenda);
  v1::ProposeVisitsRequest asked;
  asked.set_patient_id("p-1");
  auto& need = *asked.add_needs();
  need.set_id("ald");
  need.set_doctor_id("marchand");
  need.set_minutes(15);
  need.set_not_after("2026-12-31");
  const auto proposed = desk.database->read([&](soci::session& sql) { return desk.store.propose(sql, asked, desk.clock.now()); });
  REQUIRE(proposed);
  CHECK(proposed->choices().empty());
  REQUIRE(proposed->unmet_need_ids_size() == 1);
  CHECK(proposed->unmet_need_ids(0) == "ald");
}

TEST_CASE("B5 needs of the assistant and of the doctor are joined and split above the cap") {
  Desk desk;
  v1::AppointmentType type;
  type.set_id("ald-30");
  type.set_label("Renouvellement ALD");
  type.set_minutes(30);
  type.set_kind(v1::SLOT_KIND_ROUTINE);
  type.set_role(v1::ROLE_DOCTOR);
  type.set_for_recalls(true);
  REQUIRE(desk.write([&](Transaction& tx) { return desk.store.put_type(tx, type, desk.doctor); }));
  v1::ProposeVisitsRequest asked;
  asked.set_patient_id("p-1");
  const auto add = [&](const char* id, int minutes) -> v1::Need& {
    auto& need = *asked.add_needs();
    need.set_id(id);
    need.set_minutes(minutes);
    return need;
  };
  add("ald", 0).set_type_id("ald-30");
  add("vaccin", 15);
  add("tension", 10);
  const auto proposed = desk.database->read([&](soci::session& sql) { return desk.store.propose(sql, asked, desk.clock.now()); });
  REQUIRE(proposed);
  REQUIRE(proposed->choices_size() >= 2);
  CHECK(proposed->choices(0).total_minutes() == 25);
  REQUIRE(proposed->choices(0).then_size() == 1);
  CHECK(proposed->choices(0).then(0).total_minutes() == 30);
  CHECK(proposed->choices(0).slots(0).kind() == v1::SLOT_KIND_ASSISTANT);
  CHECK(proposed->choices(proposed->choices_size() - 1).over_cap());
}

TEST_CASE("B6 a weekly series keeps its hour by the clocks of Paris") {
  Desk desk("2026-10-01T08:00");
  auto agenda = test::doctors_agenda();
  agenda.clear_openings();
  *agenda.add_openings() = test::opening(6, "09:00", "10:00");
  agenda.set_version(1);
  desk.put(agenda);
  SeriesAsked asked;
  asked.first = {slot("marchand-cabinet", "2026-10-24T09:00"), "p-1"};
  asked.count = 3;
  const auto series = desk.write([&](Transaction& tx) { return desk.store.book_series(tx, asked, {desk.secretary, false}); });
  REQUIRE(series);
  REQUIRE(series->bookings_size() == 3);
  const auto utc_hour = [](const v1::Booking& one) { return one.slot().start_ms() / 3'600'000 % 24; };
  CHECK(utc_hour(series->bookings(0)) == 7);
  CHECK(utc_hour(series->bookings(1)) == 8);
  CHECK(utc_hour(series->bookings(2)) == 8);
  CHECK(series->bookings(1).slot().start_ms() == paris("2026-10-31T09:00"));
  // One of the three is taken.
  asked.first.patient_id = "p-2";
  asked.first.slot = slot("marchand-cabinet", "2026-10-24T09:15");
  const auto held = desk.hold("2026-10-31T09:15", "p-3");
  REQUIRE(held);
  const auto refused = desk.write([&](Transaction& tx) { return desk.store.book_series(tx, asked, {desk.secretary, false}); });
  REQUIRE_FALSE(refused);
  CHECK(code_of(refused) == "scheduling.taken");
  CHECK(refused.error().place == "occurrences[1]");
  asked.skip_refused = true;
  const auto most = desk.write([&](Transaction& tx) { return desk.store.book_series(tx, asked, {desk.secretary, false}); });
  REQUIRE(most);
  CHECK(most->bookings_size() == 2);
  REQUIRE(most->refused_size() == 1);
  CHECK(most->refused(0).code() == "scheduling.taken");
}

TEST_CASE("B8 an outside event written between hold and confirm refuses the appointment") {
  Desk desk;
  const auto held = desk.hold("2026-11-23T09:00");
  REQUIRE(held);
  const auto written = desk.busy({event("u-1", "2026-11-23T09:10", "2026-11-23T09:20")});
  REQUIRE(written);
  CHECK(written->added == 1);
  CHECK(written->covered_ids == std::vector<std::string>{held->id()});
  CHECK(code_of(desk.confirm(held->id())) == "scheduling.taken");
  CHECK(desk.record_of("p-1").empty());
}

TEST_CASE("an outside agenda is taken as it stands and an older version never replaces a newer one") {
  Desk desk;
  REQUIRE(desk.busy({event("u-1", "2026-11-23T09:00", "2026-11-23T10:00", 2), event("u-2", "2026-11-23T11:00", "2026-11-23T12:00")}));
  const auto again = desk.busy({event("u-1", "2026-11-23T09:30", "2026-11-23T10:00", 1), event("u-2", "2026-11-23T11:00", "2026-11-23T12:00")});
  REQUIRE(again);
  CHECK(again->older == 1);
  CHECK(again->unchanged == 1);
  CHECK(again->replaced == 0);
  const auto busy = [&] {
    return desk.database->read([](soci::session& sql) -> Result<std::vector<BusyPeriod>> { return AgendaStore::busy(sql, {}); }).value();
  };
  REQUIRE(busy().size() == 2);
  CHECK(busy()[0].start_ms == paris("2026-11-23T09:00"));
  // A cancelled event has no time and keeps its sequence.
  auto cancelled = event("u-1", "2026-11-23T09:00", "2026-11-23T10:00", 3);
  cancelled.periods.clear();
  const auto third = desk.busy({cancelled});
  REQUIRE(third);
  CHECK(third->replaced == 1);
  CHECK(third->removed == 1);
  CHECK(busy().empty());
  CHECK(desk.busy({event("u-1", "2026-11-23T09:00", "2026-11-23T10:00", 2)})->older == 1);
  // Another source is another agenda.
  CHECK(desk.busy({event("u-1", "2026-11-23T09:00", "2026-11-23T10:00")}, "maiia")->added == 1);
  v1::SearchSlotsRequest asked;
  asked.add_kinds(v1::SLOT_KIND_ROUTINE);
  CHECK(desk.search(asked).front().start_ms() == paris("2026-11-23T10:00"));
}

TEST_CASE("B10 a move confirms the new appointment first and when it cannot the old one stays") {
  Desk desk;
  const auto old = desk.booked("2026-11-23T09:00");
  const auto held = desk.hold({slot("marchand-cabinet", "2026-11-24T09:00"), "p-1"}, desk.assistant);
  REQUIRE(held);
  const auto move = [&](std::int64_t version) {
    return desk.write([&](Transaction& tx) { return desk.store.move(tx, old.id(), held->id(), version, desk.assistant); });
  };
  REQUIRE(desk.busy({event("u-1", "2026-11-24T08:00", "2026-11-24T12:00")}));
  CHECK(code_of(move(1)) == "scheduling.taken");
  CHECK(desk.read_booking(old.id()).state() == v1::BOOKING_STATE_CONFIRMED);
  REQUIRE(desk.record_of("p-1").size() == 1);
  REQUIRE(desk.busy({}));
  CHECK(code_of(move(7)) == "scheduling.changed");
  const auto made = move(1);
  REQUIRE(made);
  CHECK(made->moved_from_id() == old.id());
  CHECK(desk.read_booking(old.id()).state() == v1::BOOKING_STATE_MOVED);
  CHECK(desk.read_booking(old.id()).moved_to_id() == made->id());
  // Said again: the same appointment. The record holds the new one alone, and the old time is free.
  CHECK(move(0)->id() == made->id());
  const auto record = desk.record_of("p-1");
  REQUIRE(record.size() == 1);
  CHECK(record[0].id() == made->id());
  CHECK(record[0].doctor_id() == "marchand");
  CHECK(record[0].reason() == "motif d'essai");
  CHECK(desk.hold("2026-11-23T09:00", "p-2"));
}

TEST_CASE("a cancelled appointment stays readable, leaves the record and gives its time back") {
  Desk desk;
  const auto made = desk.booked("2026-11-23T09:00");
  const auto cancel = [&](std::int64_t version) {
    return desk.write([&](Transaction& tx) { return desk.store.cancel(tx, made.id(), version, desk.secretary); });
  };
  CHECK(code_of(cancel(4)) == "scheduling.changed");
  REQUIRE(cancel(1));
  CHECK(cancel(1));
  CHECK(desk.read_booking(made.id()).state() == v1::BOOKING_STATE_CANCELLED);
  CHECK(desk.read_booking(made.id()).changed_by() == "petit");
  CHECK(desk.record_of("p-1").empty());
  CHECK(desk.hold("2026-11-23T09:00", "p-2"));
  CHECK(code_of(desk.write([&](Transaction& tx) { return desk.store.attended(tx, made.id(), true, 0, desk.secretary); })) ==
        "scheduling.over");
}

TEST_CASE("attendance is said from the day on and may be corrected") {
  Desk desk;
  const auto made = desk.booked("2026-11-24T09:00");
  const auto came = [&](bool yes) {
    return desk.write([&](Transaction& tx) { return desk.store.attended(tx, made.id(), yes, 0, desk.secretary); });
  };
  CHECK(code_of(came(true)) == "scheduling.not-yet");
  desk.clock.set(practice::from_ms(paris("2026-11-24T09:20")));
  REQUIRE(came(false));
  CHECK(desk.record_of("p-1").empty());
  REQUIRE(came(true));
  CHECK(desk.record_of("p-1").size() == 1);
  CHECK(code_of(desk.write([&](Transaction& tx) { return desk.store.cancel(tx, made.id(), 0, desk.secretary); })) ==
        "scheduling.over");
}

TEST_CASE("nothing is held in the past on a closed day outside the hours or for somebody unknown") {
  Desk desk;
  CHECK(code_of(desk.hold("2026-11-20T09:00")) == "scheduling.past");
  CHECK(code_of(desk.hold("2026-12-25T09:00")) == "scheduling.closed-day");
  CHECK(code_of(desk.hold("2026-11-23T08:30")) == "scheduling.outside-hours");
  CHECK(code_of(desk.hold("2026-11-23T11:50")) == "scheduling.outside-hours");
  CHECK(code_of(desk.hold("2026-11-28T09:00")) == "scheduling.outside-hours");
  CHECK(code_of(desk.hold("2026-11-23T17:00")) == "scheduling.no-booking");
  CHECK(code_of(desk.hold("2026-11-23T09:00", "p-9")) == "practice.unknown-patient");
  CHECK(code_of(desk.hold("2026-11-23T09:00", "p-1", 15, "nowhere")) == "relais.not-found");
  auto odd = slot("marchand-cabinet", "2026-11-23T09:00", 12);
  CHECK(code_of(desk.hold({odd, "p-1"}, desk.assistant)) == "relais.invalid-argument");
  odd = slot("marchand-cabinet", "2026-11-23T09:00");
  odd.set_schedule_version(7);
  CHECK(code_of(desk.hold({odd, "p-1"}, desk.assistant)) == "scheduling.version");
  odd.set_schedule_version(0);
  odd.set_type_id("nothing");
  CHECK(code_of(desk.hold({odd, "p-1"}, desk.assistant)) == "scheduling.unknown-type");
}

TEST_CASE("a patient is expected in one place at a time unless the appointment moves") {
  Desk desk;
  desk.put(test::doctors_agenda("nguyen"));
  const auto old = desk.booked("2026-11-23T09:00");
  HoldAsked other{slot("nguyen-cabinet", "2026-11-23T09:00"), "p-1"};
  CHECK(code_of(desk.hold(other, desk.assistant)) == "scheduling.patient-busy");
  other.for_booking_id = old.id();
  const auto held = desk.hold(other, desk.assistant);
  REQUIRE(held);
  CHECK(desk.write([&](Transaction& tx) { return desk.store.move(tx, old.id(), held->id(), 1, desk.assistant); }));
}

TEST_CASE("one person with two agendas is in one place at a time") {
  Desk desk;
  auto away = test::doctors_agenda();
  away.set_id("marchand-ehpad");
  away.set_place("EHPAD fictif");
  desk.put(away);
  REQUIRE(desk.hold("2026-11-23T09:00"));
  CHECK(code_of(desk.hold("2026-11-23T09:05", "p-2", 15, "marchand-ehpad")) == "scheduling.taken");
}

TEST_CASE("slots of unplanned care are refused to a recall through every path and by the database itself") {
  Desk desk;
  // Held by a doctor, under a recall: the origin counts, not the person.
  HoldAsked asked{slot("marchand-cabinet", "2026-11-23T14:00"), "p-1"};
  asked.origin = v1::BOOKING_ORIGIN_RECALL;
  asked.task_id = "vaccine-recall";
  CHECK(code_of(desk.hold(asked, desk.doctor, true)) == "scheduling.reserved");
  // A finding makes it a recall whatever the call says; what the call says of the kind changes nothing.
  asked.origin = v1::BOOKING_ORIGIN_PERSON;
  asked.worklist_item_id = "item-1";
  asked.slot.set_kind(v1::SLOT_KIND_ROUTINE);
  CHECK(code_of(desk.hold(asked, desk.doctor, true)) == "scheduling.reserved");
  v1::SearchSlotsRequest search;
  search.set_origin(v1::BOOKING_ORIGIN_RECALL);
  for (const auto& slot : desk.search(search)) {
    CHECK(slot.kind() != v1::SLOT_KIND_UNPLANNED);
    CHECK(slot.kind() != v1::SLOT_KIND_PRO);
    CHECK(slot.kind() != v1::SLOT_KIND_LONG);
  }
  search.set_start_ms(paris("2026-11-23T00:00"));
  search.set_end_ms(paris("2026-11-24T00:00"));
  search.add_kinds(v1::SLOT_KIND_UNPLANNED);
  CHECK(code_of(desk.database->read([&](soci::session& sql) { return desk.store.free_slots(sql, search, desk.clock.now()); })) ==
        "scheduling.reserved");
  // The hours become unplanned care between hold and appointment.
  const auto held = desk.recall("2026-11-23T09:00");
  REQUIRE(held);
  auto agenda = test::doctors_agenda();
  agenda.mutable_openings(0)->set_kind(v1::SLOT_KIND_UNPLANNED);
  agenda.set_version(1);
  desk.put(agenda);
  CHECK(code_of(desk.confirm(held->id())) == "scheduling.reserved");
  const auto forced = desk.write([&](Transaction& tx) -> Result<void> {
    tx.sql() << "UPDATE agenda_hold SET kind = 3";
    return {};
  });
  CHECK_FALSE(forced);
}

TEST_CASE("unplanned care is given by a doctor or as the fiche says and on its day") {
  Desk desk;
  const HoldAsked today{slot("marchand-cabinet", "2026-11-23T14:00"), "p-1"};
  const HoldAsked tomorrow{slot("marchand-cabinet", "2026-11-24T14:00"), "p-2"};
  CHECK(code_of(desk.hold(today, desk.secretary)) == "scheduling.reserved");
  CHECK(code_of(desk.hold(tomorrow, desk.assistant, true)) == "scheduling.not-open-yet");
  CHECK(desk.hold(today, desk.assistant, true));
  CHECK(desk.hold(tomorrow, desk.doctor, true));
  v1::AgendaSettings settings;
  settings.set_hold_minutes(10);
  settings.set_call_back_hours(48);
  settings.set_visit_cap_minutes(45);
  settings.set_unplanned_days_ahead(1);
  REQUIRE(desk.write([&](Transaction& tx) { return desk.store.put_settings(tx, settings, desk.doctor); }));
  const HoldAsked later{slot("marchand-cabinet", "2026-11-24T15:00"), "p-3"};
  CHECK(desk.hold(later, desk.assistant, true));
}

TEST_CASE("no more recalls are taken in a day than the doctor allows and none when the number is nought") {
  Desk desk;
  auto agenda = test::doctors_agenda();
  agenda.set_recalls_per_day(2);
  agenda.set_version(1);
  desk.put(agenda);
  const auto first = desk.recall("2026-11-24T09:00", "p-1");
  REQUIRE(first);
  REQUIRE(desk.confirm(first->id()));
  const auto second = desk.recall("2026-11-24T09:15", "p-2");
  REQUIRE(second);
  CHECK(code_of(desk.recall("2026-11-24T09:30", "p-3")) == "scheduling.cap-reached");
  v1::SearchSlotsRequest search;
  search.set_origin(v1::BOOKING_ORIGIN_RECALL);
  search.add_schedule_ids("marchand-cabinet");
  CHECK(desk.search(search, "2026-11-24T00:00", "2026-11-25T00:00").empty());
  CHECK_FALSE(desk.search(search, "2026-11-25T00:00", "2026-11-26T00:00").empty());
  // Persons are not counted, another day has its own number, and a hold given back counts no more.
  CHECK(desk.hold("2026-11-24T10:00", "p-3"));
  CHECK(desk.recall("2026-11-25T09:00", "p-3"));
  REQUIRE(desk.write([&](Transaction& tx) { return desk.store.release(tx, second->id(), desk.assistant); }));
  const auto third = desk.recall("2026-11-24T09:30", "p-2");
  REQUIRE(third);
  agenda.set_recalls_per_day(0);
  agenda.set_version(2);
  desk.put(agenda);
  CHECK(code_of(desk.confirm(third->id())) == "scheduling.cap-reached");
}

TEST_CASE("a recall names a task of its own") {
  Desk desk;
  HoldAsked asked{slot("marchand-cabinet", "2026-11-23T09:00"), "p-1"};
  asked.origin = v1::BOOKING_ORIGIN_RECALL;
  for (const auto* task : {"", "rdv-prise", "no-such-task"}) {
    asked.task_id = task;
    CHECK(code_of(desk.hold(asked, desk.assistant)) == "scheduling.recall-task");
  }
  asked.task_id = "rdv-suivi";
  const auto held = desk.hold(asked, desk.assistant);
  REQUIRE(held);
  CHECK(held->task_id() == "rdv-suivi");
}

TEST_CASE("a hold at the desk is its owner's and one to call back is anybody's") {
  Desk desk;
  const auto own = desk.hold("2026-11-23T09:00");
  REQUIRE(own);
  const auto by_other = [&](const std::string& id) {
    return desk.write([&](Transaction& tx) { return desk.store.confirm(tx, id, "", desk.secretary); });
  };
  CHECK(code_of(by_other(own->id())) == "scheduling.not-yours");
  const auto release = [&](const std::string& id, const practice::Attribution& by) {
    return desk.write([&](Transaction& tx) { return desk.store.release(tx, id, by); });
  };
  CHECK(code_of(release(own->id(), desk.secretary)) == "scheduling.not-yours");
  CHECK(release(own->id(), desk.doctor));
  CHECK(release(own->id(), desk.assistant));
  CHECK(code_of(desk.confirm(own->id())) == "scheduling.lapsed");
  const auto call = desk.hold({slot("marchand-cabinet", "2026-11-23T09:00"), "p-1", true}, desk.assistant);
  REQUIRE(call);
  CHECK(by_other(call->id()));
  CHECK(code_of(release(call->id(), desk.assistant)) == "scheduling.over");
}

TEST_CASE("a long visit is a recall's with the type whose length the doctor gave") {
  Desk desk;
  v1::AppointmentType type;
  type.set_id("ald");
  type.set_label("Visite ALD");
  type.set_minutes(30);
  type.set_kind(v1::SLOT_KIND_LONG);
  type.set_role(v1::ROLE_DOCTOR);
  type.set_for_recalls(true);
  type.add_assistant_task_ids("constantes");
  type.add_person_ids("marchand");
  const auto put = desk.write([&](Transaction& tx) { return desk.store.put_type(tx, type, desk.doctor); });
  REQUIRE(put);
  type.set_version(1);
  CHECK(put->SerializeAsString() == type.SerializeAsString());
  const auto all = desk.database->read([](soci::session& sql) -> Result<std::vector<v1::AppointmentType>> { return AgendaStore::types(sql); });
  REQUIRE(all->size() == 1);
  CHECK(all->front().SerializeAsString() == type.SerializeAsString());
  v1::SearchSlotsRequest search;
  search.set_origin(v1::BOOKING_ORIGIN_RECALL);
  search.set_type_id("ald");
  const auto slots = desk.search(search);
  REQUIRE(slots.size() == 2);
  CHECK(slots[0].type_id() == "ald");
  HoldAsked asked{slots[0], "p-1"};
  asked.origin = v1::BOOKING_ORIGIN_RECALL;
  asked.task_id = "ald-renewal-alert";
  CHECK(desk.hold(asked, desk.assistant));
  asked.slot = slots[1];
  asked.slot.clear_type_id();
  CHECK(code_of(desk.hold(asked, desk.assistant)) == "scheduling.reserved");
  for (const auto* wrong : {"no-such-task"}) {
    auto bad = type;
    bad.add_assistant_task_ids(wrong);
    CHECK(code_of(desk.write([&](Transaction& tx) { return desk.store.put_type(tx, bad, desk.doctor); })) == "scheduling.type");
  }
  type.set_version(0);
  CHECK(code_of(desk.write([&](Transaction& tx) { return desk.store.put_type(tx, type, desk.doctor); })) == "scheduling.version");
  type.set_version(1);
  type.set_retired(true);
  REQUIRE(desk.write([&](Transaction& tx) { return desk.store.put_type(tx, type, desk.doctor); }));
  asked.slot = slots[1];
  CHECK(code_of(desk.hold(asked, desk.assistant)) == "scheduling.unknown-type");
}

TEST_CASE("every step is in the ledger without its time or its reason and the feed tells it") {
  Desk desk;
  const auto position = [&] {
    return desk.database->read([](soci::session& sql) -> Result<std::int64_t> { return AgendaStore::last_change(sql); }).value();
  };
  const auto before = position();
  const auto made = desk.booked("2026-11-23T09:00");
  REQUIRE(desk.write([&](Transaction& tx) { return desk.store.cancel(tx, made.id(), 0, desk.assistant); }));
  AgendaFilter filter;
  filter.changed_after = before;
  filter.ended = true;
  const auto changed = desk.database->read([&](soci::session& sql) -> Result<std::vector<v1::Booking>> {
    return AgendaStore::bookings(sql, filter);
  });
  REQUIRE(changed->size() == 1);
  CHECK(changed->front().state() == v1::BOOKING_STATE_CANCELLED);
  for (const auto* action : {"agenda.hold", "agenda.confirm", "agenda.cancel"}) {
    practice::LedgerFilter asked;
    asked.action = action;
    const auto entries = desk.ledger->query(asked);
    REQUIRE(entries);
    INFO(action);
    REQUIRE(entries->size() == 1);
    CHECK(entries->front().entry.actor == "perrin");
    CHECK(entries->front().entry.patient_id == "p-1");
    CHECK(entries->front().entry.doctor_id == "marchand");
    CHECK(entries->front().entry.call_id == "c-2");
  }
}

}  // namespace relais::scheduling
