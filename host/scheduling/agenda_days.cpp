// SPDX-License-Identifier: Apache-2.0
#include "scheduling/agenda_days.h"

#include "practice/fact_store.h"
#include "scheduling/agenda_rows.h"

namespace relais::scheduling {

AgendaDays::AgendaDays(soci::session& sql, Instant now, std::string practice_zone)
    : sql_(sql), zone_(std::move(practice_zone)) {
  using practice::FactKind;
  practice::FactFilter filter;
  filter.kinds = {FactKind::closure, FactKind::absence, FactKind::holiday_region};
  filter.known = now;
  filter.standing_only = true;
  for (const auto& fact : practice::FactStore::facts(sql, filter)) {
    if (fact.kind == FactKind::holiday_region) {
      closed_.region = fact.value == practice::fact_value::alsace_moselle ? fiche::HolidayRegion::alsace_moselle
                                                                          : fiche::HolidayRegion::france;
      continue;
    }
    if (!fact.from_date || !fact.until_date) continue;
    const fiche::DayPeriod days{*fact.from_date, *fact.until_date};
    if (fact.kind == FactKind::closure) {
      closed_.practice.push_back(days);
    } else {
      closed_.away[fact.assistant_id].push_back(days);
    }
  }
}

Works AgendaDays::works() {
  return [this](const std::string& assistant, fiche::CivilDate day) {
    const auto [known, asked] = works_.try_emplace({assistant, date::sys_days{day}}, false);
    if (asked) {
      auto agendas = agendas_.find(assistant);
      if (agendas == agendas_.end())
        agendas = agendas_.emplace(assistant, rows::schedules(sql_, "person_id", assistant)).first;
      known->second = works_on(agendas->second, zone_, closed_, assistant, day);
    }
    return known->second;
  };
}

std::optional<OpenSpan> holding(AgendaDays& days, const v1::Schedule& schedule, Span span) {
  for (const auto& closure : schedule.closures())
    if (span.overlaps({closure.start_ms(), closure.end_ms()})) return std::nullopt;
  for (auto& open : days.open(schedule, span))
    if (open.span.holds(span)) return open;
  return std::nullopt;
}

}  // namespace relais::scheduling
