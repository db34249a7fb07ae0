// SPDX-License-Identifier: Apache-2.0
#include "scheduling/agenda_store.h"

#include <algorithm>
#include <map>

#include "domain/catalogue.h"
#include "practice/ids.h"
#include "scheduling/agenda_rows.h"
#include "scheduling/agenda_rules.h"
#include "scheduling/agenda_tell.h"

namespace relais::scheduling {
namespace {

using practice::Query;

constexpr std::int64_t the_settings = 1;
constexpr std::size_t longest_label = 200;  // bytes

std::string joined(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  std::string all;
  for (const auto& id : ids) all += (all.empty() ? "" : " ") + id;
  return all;
}

void split(std::string_view ids, google::protobuf::RepeatedPtrField<std::string>& into) {
  while (!ids.empty()) {
    const auto end = std::min(ids.find(' '), ids.size());
    *into.Add() = std::string(ids.substr(0, end));
    ids.remove_prefix(std::min(ids.size(), end + 1));
  }
}

v1::AppointmentType read_type(const Query& row) {
  v1::AppointmentType type;
  type.set_id(row.words(0));
  type.set_label(row.words(1));
  type.set_minutes(static_cast<int>(row.number(2)));
  type.set_kind(static_cast<v1::SlotKind>(row.number(3)));
  split(row.text(4), *type.mutable_person_ids());
  type.set_role(static_cast<v1::Role>(row.number(5)));
  type.set_place(row.words(6));
  split(row.text(7), *type.mutable_assistant_task_ids());
  type.set_for_recalls(row.number(8) != 0);
  type.set_retired(row.number(9) != 0);
  type.set_version(row.number(10));
  return type;
}

constexpr std::string_view type_columns =
    "SELECT id, label, minutes, kind, person_ids, role, place, task_ids, for_recalls, retired, version FROM agenda_type";

Result<void> check_type(const v1::AppointmentType& type) {
  const auto wrong = [](const char* why, const char* place) {
    return fail(Code::scheduling_type, why, std::string("type.") + place);
  };
  if (!is_agenda_id(type.id())) return wrong("letters, digits, dots and dashes", "id");
  if (type.label().empty() || type.label().size() > longest_label) return wrong("a label", "label");
  if (type.minutes() < cell_minutes || type.minutes() > longest_slot_minutes || type.minutes() % cell_minutes != 0)
    return wrong("5 to 240, a multiple of 5", "minutes");
  if (!may_take(v1::BOOKING_ORIGIN_PERSON, type.kind(), true)) return wrong("a kind that is booked", "kind");
  if (type.for_recalls() && !may_take(v1::BOOKING_ORIGIN_RECALL, type.kind(), true))
    return wrong("never a recall's", "for_recalls");
  if (type.role() != v1::ROLE_DOCTOR && type.role() != v1::ROLE_ASSISTANT) return wrong("a doctor or an assistant", "role");
  if (type.place().size() > longest_label) return wrong("too long", "place");
  if (type.person_ids_size() > 50) return wrong("at most 50", "person_ids");
  for (const auto& person : type.person_ids())
    if (!is_agenda_id(person)) return wrong("not an account", "person_ids");
  if (type.assistant_task_ids_size() > 50) return wrong("at most 50", "assistant_task_ids");
  for (const auto& task : type.assistant_task_ids())
    if (fiche::find_task(task) == nullptr) return wrong("not in the catalogue", "assistant_task_ids");
  return {};
}

Result<void> check_settings(const v1::AgendaSettings& settings) {
  const auto within = [](std::int64_t value, std::int64_t least, std::int64_t most, const char* place) -> Result<void> {
    if (value >= least && value <= most) return {};
    return fail(Code::invalid_argument, "outside its bounds", std::string("settings.") + place);
  };
  for (const auto& checked : {within(settings.hold_minutes(), 1, 60, "hold_minutes"),
                              within(settings.call_back_hours(), 1, 168, "call_back_hours"),
                              within(settings.unplanned_days_ahead(), 0, 2, "unplanned_days_ahead"),
                              within(settings.visit_cap_minutes(), 15, 240, "visit_cap_minutes")})
    if (!checked) return checked;
  return {};
}

}  // namespace

std::vector<v1::Schedule> AgendaStore::schedules(soci::session& sql, const std::string& person_id) {
  return rows::schedules(sql, person_id.empty() ? "" : "person_id", person_id);
}

Result<v1::Schedule> AgendaStore::schedule(soci::session& sql, const std::string& id) {
  auto found = rows::schedules(sql, "id", id);
  if (found.empty()) return fail(Code::not_found, "no such agenda", "schedule_id");
  return std::move(found.front());
}

Result<v1::Schedule> AgendaStore::put_schedule(Transaction& tx, v1::Schedule schedule,
                                               const practice::Attribution& by) {
  if (!is_agenda_id(schedule.id())) return fail(Code::scheduling_hours, "letters, digits, dots and dashes", "schedule.id");
  if (!is_agenda_id(schedule.person_id())) return fail(Code::scheduling_hours, "whose?", "schedule.person_id");
  if (schedule.place().size() > longest_label) return fail(Code::scheduling_hours, "too long", "schedule.place");
  if (schedule.doctor_id() == schedule.person_id()) schedule.clear_doctor_id();
  if (auto good = check_hours(schedule); !good) return tl::unexpected<Error>(good.error());
  const auto held = rows::schedules(tx.sql(), "id", schedule.id());
  if ((held.empty() ? 0 : held.front().version()) != schedule.version())
    return fail(Code::scheduling_version, "another version is in force", "schedule.version");
  if (!held.empty() && held.front().person_id() != schedule.person_id())
    return fail(Code::scheduling_hours, "an agenda stays its person's", "schedule.person_id");
  schedule.set_version(schedule.version() + 1);
  rows::put(tx, schedule);
  Told told{"agenda.hours", schedule.id(), {}, answering_doctor(schedule), {}};
  if (auto written = tell(practice_.ledger, tx, told, by); !written) return tl::unexpected<Error>(written.error());
  return schedule;
}

std::vector<v1::AppointmentType> AgendaStore::types(soci::session& sql, bool with_retired) {
  std::vector<v1::AppointmentType> all;
  Query row(sql, std::string(type_columns) + (with_retired ? "" : " WHERE retired = 0") + " ORDER BY label, id");
  while (row.next()) all.push_back(read_type(row));
  return all;
}

Result<v1::AppointmentType> AgendaStore::type(soci::session& sql, const std::string& id) {
  Query row(sql, std::string(type_columns) + " WHERE id = :id");
  if (!row.use(id).next() || row.number(9) != 0) return fail(Code::scheduling_unknown_type, "no such type", "type_id");
  return read_type(row);
}

Result<v1::AppointmentType> AgendaStore::put_type(Transaction& tx, v1::AppointmentType type,
                                                  const practice::Attribution& by) {
  if (auto good = check_type(type); !good) return tl::unexpected<Error>(good.error());
  std::int64_t held = 0;
  {
    Query row(tx.sql(), "SELECT version FROM agenda_type WHERE id = :id");
    if (row.use(type.id()).next()) held = row.number(0);
  }
  if (held != type.version()) return fail(Code::scheduling_version, "another version is in force", "type.version");
  type.set_version(held + 1);
  Query(tx.sql(), "DELETE FROM agenda_type WHERE id = :id").use(type.id()).run();
  Query(tx.sql(), "INSERT INTO agenda_type (id, label, minutes, kind, person_ids, role, place, task_ids, for_recalls, "
                  "retired, version) VALUES (:id, :label, :minutes, :kind, :people, :role, :place, :tasks, :recalls, "
                  ":retired, :version)")
      .use(type.id())
      .use(type.label())
      .use(std::int64_t{type.minutes()})
      .use(std::int64_t{type.kind()})
      .use(joined(type.person_ids()))
      .use(std::int64_t{type.role()})
      .use(type.place())
      .use(joined(type.assistant_task_ids()))
      .use(std::int64_t{type.for_recalls() ? 1 : 0})
      .use(std::int64_t{type.retired() ? 1 : 0})
      .use(std::int64_t{type.version()})
      .run();
  if (auto written = tell(practice_.ledger, tx, {"agenda.type", type.id(), {}, {}, {}}, by); !written)
    return tl::unexpected<Error>(written.error());
  return type;
}

v1::AgendaSettings AgendaStore::settings(soci::session& sql) {
  v1::AgendaSettings settings;
  settings.set_hold_minutes(10);
  settings.set_call_back_hours(48);
  settings.set_visit_cap_minutes(45);
  Query row(sql, "SELECT hold_minutes, call_back_hours, unplanned_days_ahead, visit_cap_minutes, version "
                 "FROM agenda_settings WHERE id = :id");
  if (!row.use(the_settings).next()) return settings;
  settings.set_hold_minutes(static_cast<int>(row.number(0)));
  settings.set_call_back_hours(static_cast<int>(row.number(1)));
  settings.set_unplanned_days_ahead(static_cast<int>(row.number(2)));
  settings.set_visit_cap_minutes(static_cast<int>(row.number(3)));
  settings.set_version(row.number(4));
  return settings;
}

Result<v1::AgendaSettings> AgendaStore::put_settings(Transaction& tx, v1::AgendaSettings settings,
                                                     const practice::Attribution& by) {
  if (auto good = check_settings(settings); !good) return tl::unexpected<Error>(good.error());
  if (AgendaStore::settings(tx.sql()).version() != settings.version())
    return fail(Code::scheduling_version, "another version is in force", "settings.version");
  settings.set_version(settings.version() + 1);
  Query(tx.sql(), "DELETE FROM agenda_settings WHERE id = :id").use(the_settings).run();
  Query(tx.sql(), "INSERT INTO agenda_settings (id, hold_minutes, call_back_hours, unplanned_days_ahead, "
                  "visit_cap_minutes, version) VALUES (:id, :hold, :call, :ahead, :cap, :version)")
      .use(the_settings)
      .use(std::int64_t{settings.hold_minutes()})
      .use(std::int64_t{settings.call_back_hours()})
      .use(std::int64_t{settings.unplanned_days_ahead()})
      .use(std::int64_t{settings.visit_cap_minutes()})
      .use(std::int64_t{settings.version()})
      .run();
  if (auto written = tell(practice_.ledger, tx, {"agenda.settings", {}, {}, {}, {}}, by); !written)
    return tl::unexpected<Error>(written.error());
  return settings;
}

std::vector<v1::Hold> AgendaStore::holds(soci::session& sql, const AgendaFilter& filter, Instant now) {
  auto where = where_of(filter);
  if (!filter.ended)
    where.number("state =", v1::BOOKING_STATE_HELD).number("expires_ms >", practice::to_ms(now));
  auto all = rows::holds(sql, where, "expires_ms, id");
  for (auto& hold : all) lapse(hold, now);
  return all;
}

Result<v1::Hold> AgendaStore::hold(soci::session& sql, const std::string& id, Instant now) {
  auto found = rows::holds(sql, rows::Where().text("id =", id), "id");
  if (found.empty()) return fail(Code::not_found, "no such hold", "hold_id");
  lapse(found.front(), now);
  return std::move(found.front());
}

std::vector<v1::Booking> AgendaStore::bookings(soci::session& sql, const AgendaFilter& filter) {
  auto where = where_of(filter);
  if (!filter.ended)
    where.plain("state NOT IN (7, 8)");  // cancelled, moved
  return rows::bookings(sql, where);
}

Result<v1::Booking> AgendaStore::booking(soci::session& sql, const std::string& id) {
  auto found = rows::bookings(sql, rows::Where().text("id =", id));
  if (found.empty()) return fail(Code::not_found, "no such appointment", "booking_id");
  return std::move(found.front());
}

Result<v1::Booking> AgendaStore::booking_of_hold(soci::session& sql, const std::string& hold_id) {
  if (hold_id.empty()) return fail(Code::not_found, "no such appointment", "hold_id");
  auto found = rows::bookings(sql, rows::Where().text("hold_id =", hold_id));
  if (found.empty()) return fail(Code::not_found, "no such appointment", "hold_id");
  return std::move(found.front());
}

std::int64_t AgendaStore::last_change(soci::session& sql) {
  Query row(sql, "SELECT last FROM id_sequence WHERE name = 'agenda_change'");
  return row.next() ? row.number(0) : 0;
}

namespace {

std::vector<std::string> changed(soci::session& sql, std::string_view text, std::int64_t position) {
  std::vector<std::string> ids;
  Query row(sql, text);
  row.use(position);
  while (row.next()) ids.push_back(row.words(0));
  return ids;
}

}  // namespace

std::vector<std::string> AgendaStore::changed_schedules(soci::session& sql, std::int64_t position) {
  return changed(sql, "SELECT id FROM agenda_schedule WHERE changed > :position ORDER BY id", position);
}

std::vector<std::string> AgendaStore::changed_busy(soci::session& sql, std::int64_t position) {
  return changed(sql, "SELECT id FROM agenda_schedule WHERE busy_changed > :position ORDER BY id", position);
}

}  // namespace relais::scheduling
