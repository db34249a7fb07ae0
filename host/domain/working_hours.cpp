// SPDX-License-Identifier: Apache-2.0
#include "domain/working_hours.h"

#include <algorithm>

namespace relais::fiche {
namespace {

constexpr int horizon_days = 92;

Day day_word(CivilDate day) {
  return static_cast<Day>(date::weekday{date::local_days{day}}.iso_encoding() - 1);
}

// Whether the slot is open on this day at all. `feries` lifts the closure of the weekdays listed with it; alone, it
// means every public holiday.
bool open_on(const Slot& slot, CivilDate day, bool holiday) {
  const auto lists = [&](Day word) { return std::find(slot.days.begin(), slot.days.end(), word) != slot.days.end(); };
  const bool only_holidays = slot.days.size() == 1 && lists(Day::feries);
  const bool day_listed = only_holidays ? holiday : lists(day_word(day));
  return day_listed && (!holiday || lists(Day::feries));
}

bool works_on(const WorkTime& time, CivilDate day) {
  if (time.leave(day)) return false;
  return std::find(time.away_days.begin(), time.away_days.end(), day_word(day)) == time.away_days.end();
}

// Of one person: the shift that covers `at`, else the next one.
std::optional<Shift> shift_of(const WorkTime& time, Instant at) {
  auto midnight = date::floor<date::days>(to_local(at, time.zone));
  for (int ahead = 0; ahead < horizon_days; ++ahead, midnight += date::days{1}) {
    const CivilDate day{midnight};
    if (!works_on(time, day)) continue;
    const bool holiday = time.holiday(day);
    std::optional<Shift> first;
    for (const auto& slot : time.slots) {
      if (!open_on(slot, day, holiday)) continue;
      for (const auto& hours : slot.hours) {
        const Shift shift{to_instant(LocalTime{midnight} + std::chrono::minutes{hours.start}, time.zone),
                          to_instant(LocalTime{midnight} + std::chrono::minutes{hours.end}, time.zone)};
        if (shift.to > at && shift.to > shift.from && (!first || shift.from < first->from)) first = shift;
      }
    }
    if (first) return first;
  }
  return std::nullopt;
}

}  // namespace

WorkTime work_time(const Fiche& fiche, const Grant& grant) {
  WorkTime time;
  time.slots = grant.slots.empty() ? fiche.time : grant.slots;
  if (fiche.assistant.training) time.away_days = fiche.assistant.training->away_days;
  time.zone = fiche.zone;
  return time;
}

std::optional<Shift> shift_at(const std::vector<WorkTime>& people, Instant at) {
  std::optional<Shift> best;
  for (const auto& time : people) {
    const auto shift = shift_of(time, at);
    if (!shift) continue;
    const bool here = shift->from <= at;
    const bool best_here = best && best->from <= at;
    if (!best || (here && !best_here) || (here && best_here && shift->to > best->to) ||
        (!here && !best_here && shift->from < best->from))
      best = shift;
  }
  return best;
}

bool on_leave(const std::vector<WorkTime>& people, Instant at) {
  return !people.empty() && std::all_of(people.begin(), people.end(), [&](const WorkTime& time) {
    return time.leave(day_of(to_local(at, time.zone))).has_value();
  });
}

std::optional<Instant> fallback_at(const std::vector<WorkTime>& people, Instant since, std::chrono::milliseconds delay,
                                   Instant due, Instant now) {
  const auto delayed = since + delay;
  const auto present = shift_at(people, now);
  auto at = present && present->from <= now ? now : since;
  // Each turn goes past one shift; shifts past the delay end the search.
  for (int turn = 0; turn < 4 * horizon_days; ++turn) {
    const auto shift = shift_at(people, at);
    if (shift && shift->from <= at) {
      at = shift->to;
      continue;
    }
    if (on_leave(people, at) || !shift || shift->from >= due || at >= delayed) return at;
    if (shift->from >= delayed) return delayed;
    at = shift->from;
  }
  return std::nullopt;
}

}  // namespace relais::fiche
