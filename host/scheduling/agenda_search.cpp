// SPDX-License-Identifier: Apache-2.0
// Free slots, and appointments that the hours no longer hold.
#include <algorithm>
#include <map>
#include <optional>

#include "scheduling/agenda_days.h"
#include "scheduling/agenda_rows.h"
#include "scheduling/agenda_rules.h"
#include "scheduling/agenda_store.h"
#include "scheduling/agenda_taken.h"

namespace relais::scheduling {
namespace {

// What a search asks for, once its type is known.
struct Wanted {
  std::optional<v1::AppointmentType> type;
  v1::BookingOrigin origin = v1::BOOKING_ORIGIN_PERSON;
  std::vector<v1::SlotKind> kinds;
  Cut cut;

  bool takes(v1::SlotKind kind) const {
    return std::ranges::find(kinds, kind) != kinds.end() && may_take(origin, kind, type.has_value());
  }
};

Result<Wanted> wanted_of(soci::session& sql, const v1::SearchSlotsRequest& asked) {
  Wanted wanted;
  if (asked.origin() == v1::BOOKING_ORIGIN_RECALL) wanted.origin = v1::BOOKING_ORIGIN_RECALL;
  if (!asked.type_id().empty()) {
    auto type = AgendaStore::type(sql, asked.type_id());
    if (!type) return tl::unexpected<Error>(type.error());
    if (wanted.origin == v1::BOOKING_ORIGIN_RECALL && !type->for_recalls())
      return fail(Code::scheduling_reserved, "no type of recalls", "type_id");
    wanted.type = std::move(*type);
  }
  for (const auto kind : asked.kinds()) {
    if (!may_take(wanted.origin, static_cast<v1::SlotKind>(kind), wanted.type.has_value()))
      return fail(Code::scheduling_reserved, "a kind that this origin never takes", "kinds");
    wanted.kinds.push_back(static_cast<v1::SlotKind>(kind));
  }
  if (wanted.kinds.empty() && wanted.type) wanted.kinds = {wanted.type->kind()};
  if (wanted.kinds.empty())
    wanted.kinds = {v1::SLOT_KIND_ROUTINE, v1::SLOT_KIND_PRO, v1::SLOT_KIND_LONG, v1::SLOT_KIND_ASSISTANT,
                    v1::SLOT_KIND_VACCINE_ROUND};
  wanted.cut.minutes = asked.minutes() != 0 ? asked.minutes() : wanted.type ? wanted.type->minutes() : 0;
  wanted.cut.together = std::max(1, asked.together());
  return wanted;
}

Result<std::vector<v1::Schedule>> agendas_of(soci::session& sql, const v1::SearchSlotsRequest& asked,
                                             const Wanted& wanted) {
  auto all = rows::schedules(sql, "", "");
  std::vector<v1::Schedule> chosen;
  for (const auto& id : asked.schedule_ids())
    if (std::ranges::none_of(all, [&](const auto& one) { return one.id() == id; }))
      return fail(Code::not_found, "no such agenda", "schedule_ids");
  for (auto& schedule : all) {
    const auto& ids = asked.schedule_ids();
    if (!ids.empty() && std::ranges::find(ids, schedule.id()) == ids.end()) continue;
    if (wanted.type && !serves(schedule, *wanted.type)) continue;
    chosen.push_back(std::move(schedule));
  }
  return chosen;
}

}  // namespace

Result<std::vector<v1::Slot>> AgendaStore::free_slots(soci::session& sql, const v1::SearchSlotsRequest& asked,
                                                      Instant now) const {
  auto wanted = wanted_of(sql, asked);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  const auto agendas = agendas_of(sql, asked, *wanted);
  if (!agendas) return tl::unexpected<Error>(agendas.error());
  const auto rules = settings(sql);
  AgendaDays days(sql, now, practice_.time_zone);
  wanted->cut.not_before_ms = std::max<std::int64_t>(asked.start_ms(), practice::to_ms(now));
  const Span within{asked.start_ms(), asked.end_ms()};
  std::vector<v1::Slot> found;
  for (const auto& schedule : *agendas) {
    const auto& zone = zone_of(schedule, practice_.time_zone);
    const auto today = fiche::day_of(fiche::to_local(now, zone));
    const auto taken = taken_spans(sql, schedule, {within.start_ms - day_ms, within.end_ms + day_ms}, now);
    std::map<date::sys_days, bool> full;
    for (const auto& open : days.open(schedule, within)) {
      if (!wanted->takes(open.kind)) continue;
      const date::sys_days day{open.day};
      if (open.kind == v1::SLOT_KIND_UNPLANNED && (day - date::sys_days{today}).count() > rules.unplanned_days_ahead())
        continue;
      if (wanted->origin == v1::BOOKING_ORIGIN_RECALL) {
        const auto [counted, fresh] = full.try_emplace(day, false);
        if (fresh)
          counted->second = recalls_on(sql, schedule, open.day, zone, {}, now) + wanted->cut.together >
                            schedule.recalls_per_day();
        if (counted->second) continue;
      }
      for (const auto& span : free_spans(open, taken, wanted->cut)) {
        if (span.end_ms > within.end_ms) continue;
        auto& slot = found.emplace_back();
        slot.set_schedule_id(schedule.id());
        slot.set_start_ms(span.start_ms);
        slot.set_end_ms(span.end_ms);
        slot.set_kind(open.kind);
        slot.set_schedule_version(schedule.version());
        slot.set_person_id(schedule.person_id());
        if (wanted->type) slot.set_type_id(wanted->type->id());
      }
    }
  }
  std::ranges::stable_sort(found, {}, [](const v1::Slot& slot) { return slot.start_ms(); });
  return found;
}

Result<std::vector<std::string>> AgendaStore::outside_hours(soci::session& sql, const std::string& schedule_id,
                                                            Instant now) const {
  const auto schedule = AgendaStore::schedule(sql, schedule_id);
  if (!schedule) return tl::unexpected<Error>(schedule.error());
  AgendaDays days(sql, now, practice_.time_zone);
  rows::Where where;
  where.text("schedule_id =", schedule_id).number("state =", v1::BOOKING_STATE_CONFIRMED);
  where.number("start_ms >=", practice::to_ms(now));
  std::vector<std::string> ids;
  for (const auto& booking : rows::bookings(sql, where))
    if (!holding(days, *schedule, span_of(booking.slot()))) ids.push_back(booking.id());
  return ids;
}

}  // namespace relais::scheduling
