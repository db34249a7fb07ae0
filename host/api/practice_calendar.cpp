// SPDX-License-Identifier: Apache-2.0
// The practice's days: public holidays, closures, and the assistants expected or away.
#include <fmt/format.h>

#include <algorithm>

#include "api/practice_desk.h"

namespace relais::api {
namespace {

constexpr auto longest = date::days{400};
constexpr auto usual = date::days{30};

bool lists(const fiche::Slot& slot, fiche::Day day) {
  return std::find(slot.days.begin(), slot.days.end(), day) != slot.days.end();
}

// The hours that the fiche plans on that day, as its decision reads them: `feries` lifts the closure of the weekdays
// listed with it; alone, it means every public holiday.
std::vector<std::string> planned(const fiche::Fiche& fiche, fiche::CivilDate day, bool holiday) {
  const auto weekday = static_cast<fiche::Day>(date::weekday{date::local_days{day}}.iso_encoding() - 1);
  std::vector<std::string> hours;
  for (const auto& slot : fiche.time) {
    const bool only_holidays = slot.days.size() == 1 && lists(slot, fiche::Day::feries);
    if (only_holidays ? !holiday : !lists(slot, weekday)) continue;
    if (holiday && !lists(slot, fiche::Day::feries)) continue;
    for (const auto& span : slot.hours)
      hours.push_back(fmt::format("{:02}:{:02}-{:02}:{:02}", span.start / 60, span.start % 60, span.end / 60,
                                  span.end % 60));
  }
  return hours;
}

// The accepted version of each fiche that holds on that day.
std::vector<const practice::StoredFiche*> in_force(const std::vector<practice::StoredFiche>& all, fiche::CivilDate day) {
  std::map<std::string, const practice::StoredFiche*> latest;
  for (const auto& stored : all) {
    const bool accepted =
        stored.state == practice::FicheState::accepted || stored.state == practice::FicheState::reserved;
    if (!accepted || !stored.content || day < stored.content->valid_from) continue;
    auto& held = latest[stored.id];
    if (held == nullptr || held->version < stored.version) held = &stored;
  }
  std::vector<const practice::StoredFiche*> found;
  for (const auto& [id, stored] : latest)
    if (stored->content->valid_to && day <= *stored->content->valid_to) found.push_back(stored);
  return found;
}

Answer<v1::GetCalendarResponse> calendar(const PracticeDesk& desk, const v1::GetCalendarRequest& request) {
  const auto first = date_of(request.from_date(), "from_date", desk.today());
  if (!first) return tl::unexpected<Failure>(first.error());
  const auto last = date_of(request.until_date(), "until_date",
                            fiche::CivilDate{date::local_days{*first} + usual - date::days{1}});
  if (!last) return tl::unexpected<Failure>(last.error());
  const auto length = date::local_days{*last} - date::local_days{*first};
  if (length < date::days{0} || length >= longest)
    return refuse(Code::invalid_argument, "1 to 400 days", "until_date");
  const auto fiches = desk.context.fiches.list();
  if (!fiches) return refuse(fiches.error());
  practice::FactFilter filter;
  filter.kinds = {practice::FactKind::closure};
  filter.standing_only = true;
  const auto closures = desk.context.database.read(
      [&](soci::session& sql) -> Result<std::vector<practice::Fact>> {
        return practice::FactStore::facts(sql, filter);
      });
  if (!closures) return refuse(closures.error());
  if (const auto fresh = desk.known.refresh(); !fresh) return refuse(fresh.error());
  const auto region = desk.known.holidays(desk.context.clock.now());
  v1::GetCalendarResponse response;
  response.set_region(region == fiche::HolidayRegion::alsace_moselle ? v1::HOLIDAY_REGION_ALSACE_MOSELLE
                                                                     : v1::HOLIDAY_REGION_FRANCE);
  for (auto at = date::local_days{*first}; at <= date::local_days{*last}; at += date::days{1}) {
    const fiche::CivilDate day{at};
    auto& made = *response.add_days();
    made.set_date(fiche::format(day));
    const auto holiday = fiche::holiday_name(day, region);
    made.set_holiday(std::string(holiday));
    for (const auto& closure : *closures) {
      if (!closure.from_date || !closure.until_date || day < *closure.from_date || day > *closure.until_date) continue;
      made.set_closed(true);
      made.set_closed_reason(closure.reason);
    }
    for (const auto* stored : in_force(*fiches, day)) {
      if (!request.assistant_id().empty() && stored->assistant_id != request.assistant_id()) continue;
      auto& expected = *made.add_assistants();
      expected.set_assistant_id(stored->assistant_id);
      expected.set_doctor_id(stored->doctor_id);
      const auto away = desk.context.gate.away(stored->assistant_id, day);
      if (away) expected.set_absent_until(fiche::format(away->until));
      if (!away)
        for (auto& hours : planned(*stored->content, day, !holiday.empty())) expected.add_hours(std::move(hours));
      const auto& training = stored->content->assistant.training;
      const auto weekday = static_cast<fiche::Day>(date::weekday{at}.iso_encoding() - 1);
      expected.set_training(training && std::find(training->away_days.begin(), training->away_days.end(), weekday) !=
                                            training->away_days.end());
    }
  }
  return response;
}

}  // namespace

void register_practice_calendar(Registry& registry, const PracticeDesk& desk) {
  registry.unary<v1::GetCalendarRequest, v1::GetCalendarResponse>(
      "PracticeService.GetCalendar",
      [desk](Call&, const v1::GetCalendarRequest& request) { return calendar(desk, request); });
}

}  // namespace relais::api
