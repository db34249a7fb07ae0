// SPDX-License-Identifier: Apache-2.0
#include "scheduling/agenda_rows.h"

#include <fmt/format.h>

#include "practice/ids.h"

namespace relais::scheduling::rows {
namespace {

using practice::Query;

constexpr std::string_view schedule_columns =
    "id, person_id, doctor_id, place, time_zone, recalls_per_day, version";
constexpr std::string_view hold_columns =
    "id, schedule_id, schedule_version, person_id, start_ms, end_ms, kind, type_id, patient_id, owner_id, call_back, "
    "origin, task_id, item_id, for_booking_id, state, held_ms, expires_ms";
constexpr std::string_view booking_columns =
    "id, schedule_id, schedule_version, person_id, start_ms, end_ms, kind, type_id, patient_id, state, reason, "
    "booked_by, moved_from_id, moved_to_id, hold_id, series_id, origin, task_id, item_id, booked_ms, changed_ms, "
    "changed_by, version";

// ":c0, :c1, …", one for each column.
std::string placeholders(std::string_view columns) {
  std::string all = ":c0";
  int count = 0;
  for (const char c : columns)
    if (c == ',') all += fmt::format(", :c{}", ++count);
  return all;
}

// Columns id to type_id of a hold or an appointment.
template <class M>
void read_slot(const Query& row, M& message) {
  message.set_id(row.words(0));
  auto& slot = *message.mutable_slot();
  slot.set_schedule_id(row.words(1));
  slot.set_schedule_version(row.number(2));
  slot.set_person_id(row.words(3));
  slot.set_start_ms(row.number(4));
  slot.set_end_ms(row.number(5));
  slot.set_kind(static_cast<v1::SlotKind>(row.number(6)));
  slot.set_type_id(row.words(7));
}

template <class M>
void use_slot(Query& query, const M& message) {
  const auto& slot = message.slot();
  query.use(message.id()).use(slot.schedule_id()).use(std::int64_t{slot.schedule_version()}).use(slot.person_id());
  query.use(std::int64_t{slot.start_ms()}).use(std::int64_t{slot.end_ms()}).use(std::int64_t{slot.kind()});
  query.use(slot.type_id());
}

void read_parts(soci::session& sql, v1::Schedule& schedule) {
  Query opening(sql, "SELECT weekday, start_time, end_time, kind, slot_minutes, from_date, until_date, presence, "
                     "assistant_id, holidays FROM agenda_opening WHERE schedule_id = :id ORDER BY ordinal");
  opening.use(schedule.id());
  while (opening.next()) {
    auto& made = *schedule.add_openings();
    made.set_weekday(static_cast<int>(opening.number(0)));
    made.set_start(opening.words(1));
    made.set_end(opening.words(2));
    made.set_kind(static_cast<v1::SlotKind>(opening.number(3)));
    made.set_slot_minutes(static_cast<int>(opening.number(4)));
    made.set_from(opening.words(5));
    made.set_until(opening.words(6));
    made.set_presence(static_cast<v1::AssistantPresence>(opening.number(7)));
    made.set_assistant_id(opening.words(8));
    made.set_holidays(opening.number(9) != 0);
  }
  Query closure(sql, "SELECT start_ms, end_ms FROM agenda_closure WHERE schedule_id = :id ORDER BY ordinal");
  closure.use(schedule.id());
  while (closure.next()) {
    auto& made = *schedule.add_closures();
    made.set_start_ms(closure.number(0));
    made.set_end_ms(closure.number(1));
  }
}

std::int64_t first_cell(Span span) { return span.start_ms / cell_ms; }
std::int64_t end_cell(Span span) { return (span.end_ms + cell_ms - 1) / cell_ms; }

void run(Transaction& tx, std::string_view text, const std::string& id) { Query(tx.sql(), text).use(id).run(); }

}  // namespace

std::string Where::name() { return fmt::format(":v{}", values_.size()); }

Where& Where::text(const std::string& condition, std::string value) {
  sql_ += " AND " + condition + " " + name();
  values_.emplace_back(std::move(value));
  return *this;
}

Where& Where::number(const std::string& condition, std::int64_t value) {
  sql_ += " AND " + condition + " " + name();
  values_.emplace_back(value);
  return *this;
}

Where& Where::any_of(const std::string& column, const std::vector<std::string>& values) {
  if (values.empty()) return *this;
  std::string list;
  for (const auto& value : values) {
    list += (list.empty() ? "" : ", ") + name();
    values_.emplace_back(value);
  }
  sql_ += " AND " + column + " IN (" + list + ")";
  return *this;
}

Where& Where::plain(const std::string& condition) {
  sql_ += " AND " + condition;
  return *this;
}

void Where::bind(Query& query) const {
  for (const auto& value : values_) std::visit([&](const auto& one) { query.use(one); }, value);
}

std::int64_t next_change(Transaction& tx) { return practice::next_number(tx, "agenda_change"); }

std::vector<v1::Schedule> schedules(soci::session& sql, const std::string& column, const std::string& value) {
  std::vector<v1::Schedule> all;
  {
    const auto where = column.empty() ? std::string() : fmt::format(" WHERE {} = :value", column);
    Query row(sql, fmt::format("SELECT {} FROM agenda_schedule{} ORDER BY id", schedule_columns, where));
    if (!column.empty()) row.use(value);
    while (row.next()) {
      auto& made = all.emplace_back();
      made.set_id(row.words(0));
      made.set_person_id(row.words(1));
      made.set_doctor_id(row.words(2));
      made.set_place(row.words(3));
      made.set_time_zone(row.words(4));
      made.set_recalls_per_day(static_cast<int>(row.number(5)));
      made.set_version(row.number(6));
    }
  }
  for (auto& schedule : all) read_parts(sql, schedule);
  return all;
}

void put(Transaction& tx, const v1::Schedule& schedule) {
  const auto change = next_change(tx);
  Query(tx.sql(),
        "INSERT INTO agenda_schedule (id, person_id, doctor_id, place, time_zone, recalls_per_day, version, changed, "
        "busy_changed) VALUES (:id, :person, :doctor, :place, :zone, :recalls, :version, :changed, 0) "
        "ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, doctor_id = excluded.doctor_id, "
        "place = excluded.place, time_zone = excluded.time_zone, recalls_per_day = excluded.recalls_per_day, "
        "version = excluded.version, changed = excluded.changed")
      .use(schedule.id())
      .use(schedule.person_id())
      .use(schedule.doctor_id())
      .use(schedule.place())
      .use(schedule.time_zone())
      .use(std::int64_t{schedule.recalls_per_day()})
      .use(std::int64_t{schedule.version()})
      .use(change)
      .run();
  run(tx, "DELETE FROM agenda_opening WHERE schedule_id = :id", schedule.id());
  run(tx, "DELETE FROM agenda_closure WHERE schedule_id = :id", schedule.id());
  std::int64_t ordinal = 0;
  for (const auto& opening : schedule.openings())
    Query(tx.sql(), "INSERT INTO agenda_opening (schedule_id, ordinal, weekday, start_time, end_time, kind, "
                    "slot_minutes, from_date, until_date, presence, assistant_id, holidays) VALUES (:id, :ordinal, "
                    ":weekday, :start, :end, :kind, :minutes, :from, :until, :presence, :assistant, :holidays)")
        .use(schedule.id())
        .use(ordinal++)
        .use(std::int64_t{opening.weekday()})
        .use(opening.start())
        .use(opening.end())
        .use(std::int64_t{opening.kind()})
        .use(std::int64_t{opening.slot_minutes()})
        .use(opening.from())
        .use(opening.until())
        .use(std::int64_t{opening.presence()})
        .use(opening.assistant_id())
        .use(std::int64_t{opening.holidays() ? 1 : 0})
        .run();
  ordinal = 0;
  for (const auto& closure : schedule.closures())
    Query(tx.sql(), "INSERT INTO agenda_closure (schedule_id, ordinal, start_ms, end_ms) "
                    "VALUES (:id, :ordinal, :start, :end)")
        .use(schedule.id())
        .use(ordinal++)
        .use(std::int64_t{closure.start_ms()})
        .use(std::int64_t{closure.end_ms()})
        .run();
}

void mark_busy_changed(Transaction& tx, const std::string& schedule_id) {
  const auto change = next_change(tx);
  Query(tx.sql(), "UPDATE agenda_schedule SET busy_changed = :changed WHERE id = :id").use(change).use(schedule_id).run();
}

std::vector<v1::Hold> holds(soci::session& sql, const Where& where, const std::string& order) {
  std::vector<v1::Hold> all;
  Query row(sql, fmt::format("SELECT {} FROM agenda_hold WHERE {} ORDER BY {}", hold_columns, where.sql(), order));
  where.bind(row);
  while (row.next()) {
    auto& made = all.emplace_back();
    read_slot(row, made);
    made.set_patient_id(row.words(8));
    made.set_owner_id(row.words(9));
    made.set_call_back(row.number(10) != 0);
    made.set_origin(static_cast<v1::BookingOrigin>(row.number(11)));
    made.set_task_id(row.words(12));
    made.set_worklist_item_id(row.words(13));
    made.set_for_booking_id(row.words(14));
    made.set_state(static_cast<v1::BookingState>(row.number(15)));
    made.set_held_ms(row.number(16));
    made.set_expires_ms(row.number(17));
  }
  return all;
}

void insert(Transaction& tx, const v1::Hold& hold) {
  const auto change = next_change(tx);
  Query query(tx.sql(), fmt::format("INSERT INTO agenda_hold ({}, changed) VALUES ({}, :changed)", hold_columns,
                                    placeholders(hold_columns)));
  use_slot(query, hold);
  query.use(hold.patient_id()).use(hold.owner_id()).use(std::int64_t{hold.call_back() ? 1 : 0});
  query.use(std::int64_t{hold.origin()}).use(hold.task_id()).use(hold.worklist_item_id()).use(hold.for_booking_id());
  query.use(std::int64_t{hold.state()}).use(std::int64_t{hold.held_ms()}).use(std::int64_t{hold.expires_ms()});
  query.use(change).run();
}

void update(Transaction& tx, const v1::Hold& hold) {
  const auto change = next_change(tx);
  Query(tx.sql(), "UPDATE agenda_hold SET state = :state, changed = :changed WHERE id = :id")
      .use(std::int64_t{hold.state()})
      .use(change)
      .use(hold.id())
      .run();
}

std::vector<v1::Booking> bookings(soci::session& sql, const Where& where) {
  std::vector<v1::Booking> all;
  Query row(sql, fmt::format("SELECT {} FROM agenda_booking WHERE {} ORDER BY start_ms, id", booking_columns, where.sql()));
  where.bind(row);
  while (row.next()) {
    auto& made = all.emplace_back();
    read_slot(row, made);
    made.set_patient_id(row.words(8));
    made.set_state(static_cast<v1::BookingState>(row.number(9)));
    made.set_reason(row.words(10));
    made.set_booked_by(row.words(11));
    made.set_moved_from_id(row.words(12));
    made.set_moved_to_id(row.words(13));
    made.set_hold_id(row.words(14));
    made.set_series_id(row.words(15));
    made.set_origin(static_cast<v1::BookingOrigin>(row.number(16)));
    made.set_task_id(row.words(17));
    made.set_worklist_item_id(row.words(18));
    made.set_booked_ms(row.number(19));
    made.set_changed_ms(row.number(20));
    made.set_changed_by(row.words(21));
    made.set_version(row.number(22));
  }
  return all;
}

void insert(Transaction& tx, const v1::Booking& booking) {
  const auto change = next_change(tx);
  Query query(tx.sql(), fmt::format("INSERT INTO agenda_booking ({}, changed) VALUES ({}, :changed)", booking_columns,
                                    placeholders(booking_columns)));
  use_slot(query, booking);
  query.use(booking.patient_id()).use(std::int64_t{booking.state()}).use(booking.reason()).use(booking.booked_by());
  query.use(booking.moved_from_id()).use(booking.moved_to_id()).use(booking.hold_id()).use(booking.series_id());
  query.use(std::int64_t{booking.origin()}).use(booking.task_id()).use(booking.worklist_item_id());
  query.use(std::int64_t{booking.booked_ms()}).use(std::int64_t{booking.changed_ms()}).use(booking.changed_by());
  query.use(std::int64_t{booking.version()}).use(change).run();
}

void update(Transaction& tx, const v1::Booking& booking) {
  const auto change = next_change(tx);
  Query(tx.sql(), "UPDATE agenda_booking SET state = :state, moved_to_id = :moved, changed_ms = :at, changed_by = :by, "
                  "version = :version, changed = :changed WHERE id = :id")
      .use(std::int64_t{booking.state()})
      .use(booking.moved_to_id())
      .use(std::int64_t{booking.changed_ms()})
      .use(booking.changed_by())
      .use(std::int64_t{booking.version()})
      .use(change)
      .use(booking.id())
      .run();
}

std::vector<BusyPeriod> busy(soci::session& sql, const Where& where) {
  std::vector<BusyPeriod> all;
  Query row(sql, fmt::format("SELECT schedule_id, source, uid, start_ms, end_ms, tentative FROM agenda_busy WHERE {} "
                             "ORDER BY start_ms, schedule_id, source, uid, ordinal", where.sql()));
  where.bind(row);
  while (row.next())
    all.push_back({row.words(0), row.words(1), row.words(2), row.number(3), row.number(4), row.number(5) != 0});
  return all;
}

std::string holder(soci::session& sql, const std::string& person, Span span) {
  Query row(sql, "SELECT holder_id FROM agenda_cell WHERE person_id = :person AND cell >= :first AND cell < :end "
                 "ORDER BY cell LIMIT 1");
  row.use(person).use(first_cell(span)).use(end_cell(span));
  return row.next() ? row.words(0) : std::string();
}

void take(Transaction& tx, const std::string& person, Span span, const std::string& holder) {
  for (auto cell = first_cell(span); cell < end_cell(span); ++cell)
    Query(tx.sql(), "INSERT INTO agenda_cell (person_id, cell, holder_id) VALUES (:person, :cell, :holder)")
        .use(person)
        .use(cell)
        .use(holder)
        .run();
}

void hand_over(Transaction& tx, const std::string& from, const std::string& to) {
  Query(tx.sql(), "UPDATE agenda_cell SET holder_id = :to_id WHERE holder_id = :from_id").use(to).use(from).run();
}

void give_back(Transaction& tx, const std::string& holder) {
  run(tx, "DELETE FROM agenda_cell WHERE holder_id = :holder", holder);
}

}  // namespace relais::scheduling::rows
