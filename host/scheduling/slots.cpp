// SPDX-License-Identifier: Apache-2.0
#include "scheduling/slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace relais::scheduling {
namespace {

using fiche::CivilDate;

constexpr int most_openings = 200;
constexpr int most_closures = 1000;
constexpr int minutes_a_day = 24 * 60;

std::int64_t ms_of(Instant at) { return at.time_since_epoch().count(); }
Instant at_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

// "HH:MM", and "24:00" as an end.
std::optional<int> minute_of_day(const std::string& text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  if (minute > 59 || hour > 24 || (hour == 24 && minute != 0)) return std::nullopt;
  return hour * 60 + minute;
}

// The first instant at which the zone's clocks show it; nothing when they never do.
std::optional<std::int64_t> shown_at(CivilDate day, int minute, const std::string& zone) {
  const auto local = fiche::LocalTime{date::local_days{day}} + std::chrono::minutes{minute};
  const auto at = fiche::to_instant(local, zone);
  if (fiche::to_local(at, zone) != local) return std::nullopt;
  return ms_of(at);
}

bool in_dates(const v1::Opening& opening, CivilDate day) {
  const auto from = fiche::parse_date(opening.from()), until = fiche::parse_date(opening.until());
  return (!from || *from <= day) && (!until || day <= *until);
}

bool holds_on(const v1::Opening& opening, CivilDate day, const Works& works) {
  const auto weekday = static_cast<int>(date::weekday{date::local_days{day}}.iso_encoding());
  if (opening.weekday() != weekday || !in_dates(opening, day)) return false;
  if (opening.presence() == v1::ASSISTANT_PRESENCE_UNSPECIFIED) return true;
  return works(opening.assistant_id(), day) == (opening.presence() == v1::ASSISTANT_PRESENCE_WITH);
}

OpenSpan opened(const v1::Opening& opening, CivilDate day, const std::string& zone) {
  const int from = *minute_of_day(opening.start()), to = *minute_of_day(opening.end());
  OpenSpan open;
  open.day = day;
  open.kind = opening.kind();
  open.slot_minutes = opening.slot_minutes();
  const auto instant = [&](int minute) {
    return ms_of(fiche::to_instant(fiche::LocalTime{date::local_days{day}} + std::chrono::minutes{minute}, zone));
  };
  open.span = {instant(from), instant(to)};
  const std::int64_t length = std::int64_t{opening.slot_minutes()} * 60'000;
  for (int at = from; at + opening.slot_minutes() <= to; at += opening.slot_minutes()) {
    const auto start = shown_at(day, at, zone);
    if (!start || *start + length > open.span.end_ms) continue;
    if (!open.grid.empty() && *start < open.grid.back().end_ms) continue;
    open.grid.push_back({*start, *start + length});
  }
  return open;
}

template <class Closed>
std::vector<OpenSpan> spans_of(const v1::Schedule& schedule, const std::string& practice_zone, const Works& works,
                               Span within, const Closed& closed) {
  std::vector<OpenSpan> all;
  if (within.end_ms <= within.start_ms) return all;
  const auto& zone = zone_of(schedule, practice_zone);
  const auto first = fiche::day_of(fiche::to_local(at_ms(within.start_ms), zone));
  const auto last = fiche::day_of(fiche::to_local(at_ms(within.end_ms - 1), zone));
  for (auto at = date::local_days{first}; at <= date::local_days{last}; at += date::days{1}) {
    const CivilDate day{at};
    for (const auto& opening : schedule.openings()) {
      if (!holds_on(opening, day, works) || closed(opening, day)) continue;
      auto open = opened(opening, day, zone);
      if (open.span.start_ms < open.span.end_ms && open.span.overlaps(within)) all.push_back(std::move(open));
    }
  }
  std::ranges::stable_sort(all, {}, [](const OpenSpan& open) { return open.span.start_ms; });
  return all;
}

bool same_time(const v1::Opening& one, const v1::Opening& other) {
  if (one.weekday() != other.weekday()) return false;
  if (*minute_of_day(one.start()) >= *minute_of_day(other.end())) return false;
  if (*minute_of_day(other.start()) >= *minute_of_day(one.end())) return false;
  if (!one.until().empty() && !other.from().empty() && one.until() < other.from()) return false;
  if (!other.until().empty() && !one.from().empty() && other.until() < one.from()) return false;
  // One for the days with the assistant, the other for the days without.
  const bool split = one.presence() != other.presence() && one.presence() != v1::ASSISTANT_PRESENCE_UNSPECIFIED &&
                     other.presence() != v1::ASSISTANT_PRESENCE_UNSPECIFIED &&
                     one.assistant_id() == other.assistant_id();
  return !split;
}

Result<void> check_opening(const v1::Opening& opening, const std::string& place) {
  const auto wrong = [&](const char* why, const char* field) {
    return fail(Code::scheduling_hours, why, place + "." + field);
  };
  if (opening.weekday() < 1 || opening.weekday() > 7) return wrong("1 Monday to 7 Sunday", "weekday");
  const auto from = minute_of_day(opening.start()), to = minute_of_day(opening.end());
  if (!from || *from % cell_minutes != 0 || *from == minutes_a_day) return wrong("HH:MM, a multiple of 5", "start");
  if (!to || *to % cell_minutes != 0 || *to <= *from) return wrong("HH:MM after the start", "end");
  if (!v1::SlotKind_IsValid(opening.kind()) || opening.kind() == v1::SLOT_KIND_UNSPECIFIED)
    return wrong("which kind?", "kind");
  if (opening.slot_minutes() < cell_minutes || opening.slot_minutes() > longest_slot_minutes ||
      opening.slot_minutes() % cell_minutes != 0)
    return wrong("5 to 240, a multiple of 5", "slot_minutes");
  for (const auto* day : {&opening.from(), &opening.until()})
    if (!day->empty() && !fiche::parse_date(*day)) return wrong("not a date", day == &opening.from() ? "from" : "until");
  if (!opening.from().empty() && !opening.until().empty() && opening.until() < opening.from())
    return wrong("ends before it begins", "until");
  if (!v1::AssistantPresence_IsValid(opening.presence())) return wrong("no such presence", "presence");
  if ((opening.presence() == v1::ASSISTANT_PRESENCE_UNSPECIFIED) != opening.assistant_id().empty())
    return wrong("a presence is somebody's", "assistant_id");
  return {};
}

}  // namespace

bool ClosedDays::is_closed(CivilDate day) const {
  return std::ranges::any_of(practice, [&](const auto& period) { return period.covers(day); });
}

bool ClosedDays::is_away(const std::string& person, CivilDate day) const {
  const auto found = away.find(person);
  return found != away.end() &&
         std::ranges::any_of(found->second, [&](const auto& period) { return period.covers(day); });
}

Result<void> check_hours(const v1::Schedule& schedule) {
  if (!schedule.time_zone().empty() && !fiche::is_known_zone(schedule.time_zone()))
    return fail(Code::scheduling_hours, "no such time zone", "schedule.time_zone");
  if (schedule.openings_size() > most_openings) return fail(Code::scheduling_hours, "at most 200", "schedule.openings");
  if (schedule.closures_size() > most_closures) return fail(Code::scheduling_hours, "at most 1000", "schedule.closures");
  if (schedule.recalls_per_day() < 0 || schedule.recalls_per_day() > 200)
    return fail(Code::scheduling_hours, "0 to 200", "schedule.recalls_per_day");
  for (int i = 0; i < schedule.openings_size(); ++i) {
    const auto place = fmt::format("schedule.openings[{}]", i);
    if (auto good = check_opening(schedule.openings(i), place); !good) return good;
    if (schedule.openings(i).assistant_id() == schedule.person_id() && !schedule.person_id().empty())
      return fail(Code::scheduling_hours, "the own presence", place + ".assistant_id");
    for (int j = 0; j < i; ++j)
      if (same_time(schedule.openings(j), schedule.openings(i)))
        return fail(Code::scheduling_hours, fmt::format("overlaps openings[{}]", j), place + ".start");
  }
  for (int i = 0; i < schedule.closures_size(); ++i)
    if (schedule.closures(i).end_ms() <= schedule.closures(i).start_ms())
      return fail(Code::scheduling_hours, "ends before it begins", fmt::format("schedule.closures[{}].end_ms", i));
  return {};
}

const std::string& zone_of(const v1::Schedule& schedule, const std::string& practice_zone) {
  return schedule.time_zone().empty() ? practice_zone : schedule.time_zone();
}

std::vector<OpenSpan> open_spans(const v1::Schedule& schedule, const std::string& practice_zone, const ClosedDays& closed,
                                 const Works& works, Span within) {
  auto all = spans_of(schedule, practice_zone, works, within, [&](const v1::Opening& opening, CivilDate day) {
    return (closed.is_holiday(day) && !opening.holidays()) || closed.is_closed(day) ||
           closed.is_away(schedule.person_id(), day);
  });
  for (auto& open : all)
    for (const auto& closure : schedule.closures()) {
      const Span cut{closure.start_ms(), closure.end_ms()};
      std::erase_if(open.grid, [&](const Span& slot) { return slot.overlaps(cut); });
    }
  return all;
}

std::vector<OpenSpan> written_spans(const v1::Schedule& schedule, const std::string& practice_zone, const Works& works,
                                    Span within) {
  return spans_of(schedule, practice_zone, works, within, [](const v1::Opening&, CivilDate) { return false; });
}

bool works_on(const std::vector<v1::Schedule>& agendas, const std::string& practice_zone, const ClosedDays& closed,
              const std::string& person, CivilDate day) {
  if (closed.is_closed(day) || closed.is_away(person, day)) return false;
  return std::ranges::any_of(agendas, [&](const v1::Schedule& agenda) {
    if (agenda.person_id() != person) return false;
    const auto& zone = zone_of(agenda, practice_zone);
    const auto midnight = [&](CivilDate of) {
      return ms_of(fiche::to_instant(fiche::LocalTime{date::local_days{of}}, zone));
    };
    const Span whole{midnight(day), midnight(CivilDate{date::local_days{day} + date::days{1}})};
    const auto nobody = [](const std::string&, CivilDate) { return false; };
    return std::ranges::any_of(open_spans(agenda, practice_zone, closed, nobody, whole),
                               [](const OpenSpan& open) { return !open.grid.empty(); });
  });
}

std::vector<Span> free_spans(const OpenSpan& open, const std::vector<Span>& taken, const Cut& cut) {
  const std::int64_t length = (cut.minutes == 0 ? open.slot_minutes : cut.minutes) * 60'000;
  std::vector<Span> found;
  for (const auto& start : open.grid) {
    if (start.start_ms < cut.not_before_ms) continue;
    const Span whole{start.start_ms, start.start_ms + length * std::max(1, cut.together)};
    if (!open.span.holds(whole)) continue;
    if (std::ranges::any_of(taken, [&](const Span& one) { return one.overlaps(whole); })) continue;
    found.push_back({start.start_ms, start.start_ms + length});
  }
  return found;
}

bool may_take(v1::BookingOrigin origin, v1::SlotKind kind, bool typed) {
  switch (kind) {
    case v1::SLOT_KIND_ROUTINE:
    case v1::SLOT_KIND_ASSISTANT:
    case v1::SLOT_KIND_VACCINE_ROUND:
      return true;
    case v1::SLOT_KIND_LONG:
      return origin != v1::BOOKING_ORIGIN_RECALL || typed;
    case v1::SLOT_KIND_PRO:
    case v1::SLOT_KIND_UNPLANNED:
      return origin != v1::BOOKING_ORIGIN_RECALL;
    default:
      return false;
  }
}

}  // namespace relais::scheduling
