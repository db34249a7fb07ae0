// SPDX-License-Identifier: Apache-2.0
// Needs of a request made ready for the planner: length, agendas and dates.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scheduling/agenda_rules.h"
#include "scheduling/agenda_store.h"
#include "scheduling/agenda_taken.h"
#include "scheduling/visit_planner.h"

namespace relais::scheduling {
namespace {

constexpr int most_needs = 20;
constexpr auto usual_window = date::days{62};
constexpr auto longest_window = date::days{92};

// The days of a need, as instants; from today on.
Result<Span> window_of(const v1::Need& need, const std::string& place, Instant now, const std::string& zone) {
  const auto today = fiche::day_of(fiche::to_local(now, zone));
  const auto first = need.not_before().empty() ? today : fiche::parse_date(need.not_before()).value_or(fiche::CivilDate{});
  if (!first.ok()) return fail(Code::invalid_argument, "not a date", place + ".not_before");
  const auto from = std::max(first, today);
  const fiche::CivilDate usual{date::local_days{from} + usual_window};
  auto last = need.not_after().empty() ? usual : fiche::parse_date(need.not_after()).value_or(fiche::CivilDate{});
  if (!last.ok()) return fail(Code::invalid_argument, "not a date", place + ".not_after");
  last = std::min(last, fiche::CivilDate{date::local_days{from} + longest_window});
  return Span{day_span(from, zone).start_ms, day_span(last, zone).end_ms};
}

Result<PlanNeed> need_of(soci::session& sql, const v1::ProposeVisitsRequest& asked, int index,
                         const std::vector<v1::Schedule>& agendas, Instant now, const std::string& zone) {
  const auto& need = asked.needs(index);
  const auto place = fmt::format("needs[{}]", index);
  PlanNeed plan;
  plan.id = need.id();
  plan.patient_id = need.patient_id().empty() ? asked.patient_id() : need.patient_id();
  if (plan.patient_id != asked.patient_id() && !asked.together())
    return fail(Code::invalid_argument, "another patient, and not together", place + ".patient_id");
  plan.minutes = need.minutes();
  plan.kinds = {v1::SLOT_KIND_ROUTINE, v1::SLOT_KIND_ASSISTANT, v1::SLOT_KIND_VACCINE_ROUND};
  std::optional<v1::AppointmentType> type;
  if (!need.type_id().empty()) {
    auto found = AgendaStore::type(sql, need.type_id());
    if (!found) return fail(found.error().code, "no such type", place + ".type_id");
    if (!found->for_recalls()) return fail(Code::scheduling_reserved, "no type of recalls", place + ".type_id");
    type = std::move(*found);
    plan.type_id = type->id();
    plan.kinds = {type->kind()};
    if (plan.minutes == 0) plan.minutes = type->minutes();
    // Another length than the type's is of no type.
    if (plan.minutes != type->minutes()) return fail(Code::invalid_argument, "the type's own length", place + ".minutes");
  }
  if (plan.minutes < cell_minutes || plan.minutes > longest_slot_minutes || plan.minutes % cell_minutes != 0)
    return fail(Code::invalid_argument, "5 to 240, a multiple of 5", place + ".minutes");
  const auto window = window_of(need, place, now, zone);
  if (!window) return tl::unexpected<Error>(window.error());
  plan.window = *window;
  for (const auto& schedule : agendas) {
    const bool wanted = !need.doctor_id().empty() ? schedule.person_id() == need.doctor_id()
                        : type                    ? serves(schedule, *type)
                                                  : !is_doctors(schedule);
    if (!wanted) continue;
    plan.schedule_ids.push_back(schedule.id());
    plan.with_doctor = is_doctors(schedule);
  }
  plan.before_ids.assign(need.before_ids().begin(), need.before_ids().end());
  plan.priority = need.priority();
  return plan;
}

}  // namespace

Result<v1::ProposeVisitsResponse> AgendaStore::propose(soci::session& sql, const v1::ProposeVisitsRequest& asked,
                                                       Instant now) const {
  if (asked.needs_size() == 0 || asked.needs_size() > most_needs)
    return fail(Code::invalid_argument, "1 to 20 needs", "needs");
  const int cap = asked.cap_minutes() != 0 ? asked.cap_minutes() : settings(sql).visit_cap_minutes();
  if (cap < cell_minutes || cap > longest_slot_minutes) return fail(Code::invalid_argument, "5 to 240", "cap_minutes");
  const auto agendas = schedules(sql);
  std::vector<PlanNeed> needs;
  std::set<std::string> ids;
  for (int i = 0; i < asked.needs_size(); ++i) {
    if (asked.needs(i).id().empty() || !ids.insert(asked.needs(i).id()).second)
      return fail(Code::invalid_argument, "an id of its own", fmt::format("needs[{}].id", i));
    auto need = need_of(sql, asked, i, agendas, now, practice_.time_zone);
    if (!need) return tl::unexpected<Error>(need.error());
    needs.push_back(std::move(*need));
  }
  const auto free = [&](const Block& block) -> std::vector<v1::Slot> {
    if (block.schedule_ids.empty() || block.window.end_ms <= block.window.start_ms) return {};
    v1::SearchSlotsRequest search;
    for (const auto& id : block.schedule_ids) search.add_schedule_ids(id);
    for (const auto kind : block.kinds)
      if (may_take(v1::BOOKING_ORIGIN_RECALL, kind, !block.type_id.empty())) search.add_kinds(kind);
    if (search.kinds().empty()) return {};
    search.set_start_ms(block.window.start_ms);
    search.set_end_ms(block.window.end_ms);
    search.set_minutes(block.minutes);
    search.set_type_id(block.type_id);
    search.set_origin(v1::BOOKING_ORIGIN_RECALL);
    auto found = free_slots(sql, search, now);
    return found ? std::move(*found) : std::vector<v1::Slot>();
  };
  auto plan = plan_visits(needs, cap, free, practice_.time_zone);
  v1::ProposeVisitsResponse response;
  for (auto& choice : plan.choices) *response.add_choices() = std::move(choice);
  for (auto& id : plan.unmet_need_ids) response.add_unmet_need_ids(std::move(id));
  return response;
}

}  // namespace relais::scheduling
