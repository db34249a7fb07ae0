// SPDX-License-Identifier: Apache-2.0
#include "scheduling/agenda_taken.h"

#include "scheduling/agenda_rows.h"
#include "scheduling/agenda_rules.h"

namespace relais::scheduling {
namespace {

rows::Where overlapping(Span span) {
  rows::Where where;
  where.number("end_ms >", span.start_ms).number("start_ms <", span.end_ms);
  return where;
}

rows::Where& standing_holds(rows::Where& where, Instant now) {
  return where.number("state =", v1::BOOKING_STATE_HELD).number("expires_ms >", practice::to_ms(now));
}

constexpr auto standing_bookings = "state NOT IN (7, 8)";  // cancelled, moved

std::vector<BusyPeriod> busy_of(soci::session& sql, const std::string& person, Span span) {
  std::vector<std::string> ids;
  for (const auto& schedule : rows::schedules(sql, "person_id", person)) ids.push_back(schedule.id());
  if (ids.empty()) return {};
  auto where = overlapping(span);
  return rows::busy(sql, where.any_of("schedule_id", ids));
}

}  // namespace

std::vector<Span> taken_spans(soci::session& sql, const v1::Schedule& schedule, Span within, Instant now) {
  std::vector<Span> taken;
  auto booked = overlapping(within);
  booked.text("person_id =", schedule.person_id()).plain(standing_bookings);
  for (const auto& booking : rows::bookings(sql, booked)) taken.push_back(span_of(booking.slot()));
  auto held = overlapping(within);
  standing_holds(held.text("person_id =", schedule.person_id()), now);
  for (const auto& hold : rows::holds(sql, held, "id")) taken.push_back(span_of(hold.slot()));
  for (const auto& period : busy_of(sql, schedule.person_id(), within)) taken.push_back({period.start_ms, period.end_ms});
  for (const auto& closure : schedule.closures()) taken.push_back({closure.start_ms(), closure.end_ms()});
  return taken;
}

bool is_busy_elsewhere(soci::session& sql, const std::string& person, Span span) {
  return !busy_of(sql, person, span).empty();
}

int recalls_on(soci::session& sql, const v1::Schedule& schedule, fiche::CivilDate day, const std::string& zone,
               const std::string& except_hold, Instant now) {
  const auto whole = day_span(day, zone);
  const auto of_day = [&] {
    rows::Where where;
    where.text("schedule_id =", schedule.id()).number("origin =", v1::BOOKING_ORIGIN_RECALL);
    where.number("start_ms >=", whole.start_ms).number("start_ms <", whole.end_ms);
    return where;
  };
  auto booked = of_day();
  auto held = of_day();
  standing_holds(held, now);
  if (!except_hold.empty()) held.text("id <>", except_hold);
  return static_cast<int>(rows::bookings(sql, booked.plain(standing_bookings)).size() +
                          rows::holds(sql, held, "id").size());
}

std::string patient_taken(soci::session& sql, const std::string& patient_id, Span span, const std::string& except_hold,
                          const std::string& except_booking, Instant now) {
  auto booked = overlapping(span);
  booked.text("patient_id =", patient_id).text("id <>", except_booking).plain(standing_bookings);
  for (const auto& booking : rows::bookings(sql, booked)) return booking.id();
  auto held = overlapping(span);
  standing_holds(held.text("patient_id =", patient_id).text("id <>", except_hold), now);
  for (const auto& hold : rows::holds(sql, held, "id")) return hold.id();
  return {};
}

Span day_span(fiche::CivilDate day, const std::string& zone) {
  const auto midnight = [&](date::local_days at) {
    return practice::to_ms(fiche::to_instant(fiche::LocalTime{at}, zone));
  };
  const date::local_days at{day};
  return {midnight(at), midnight(at + date::days{1})};
}

}  // namespace relais::scheduling
