// SPDX-License-Identifier: Apache-2.0
#include "scheduling/formats/ical_time.h"

#include <date/tz.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace relais::scheduling::formats {
namespace {

constexpr int first_year = 1600, last_year = 2200;
constexpr std::size_t most_observances = 200;

std::optional<fiche::LocalTime> local_of(const icaltimetype& time) {
  constexpr int hours = 24, sixty = 60;
  const date::year_month_day day{date::year{time.year}, date::month{static_cast<unsigned>(time.month)},
                                 date::day{static_cast<unsigned>(time.day)}};
  if (!day.ok() || time.year < first_year || time.year > last_year) return std::nullopt;
  auto at = fiche::LocalTime{date::local_days{day}};
  if (time.is_date != 0) return at;
  if (time.hour < 0 || time.hour >= hours || time.minute < 0 || time.minute >= sixty || time.second < 0 ||
      time.second > sixty) {
    return std::nullopt;
  }
  // A leap second counts as the one before.
  return at + std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
         std::chrono::seconds(std::min(time.second, sixty - 1));
}

// The name under which the system knows the zone: producers write prefixes before it.
std::optional<std::string> system_zone(const std::string& tzid) {
  if (fiche::is_known_zone(tzid)) return tzid;
  if (!tzid.starts_with('/')) return std::nullopt;
  for (auto slash = tzid.find('/'); slash != std::string::npos; slash = tzid.find('/', slash + 1)) {
    if (auto name = tzid.substr(slash + 1); fiche::is_known_zone(name)) return name;
  }
  return std::nullopt;
}

Instant minus(fiche::LocalTime local, std::chrono::seconds offset) {
  return Instant{std::chrono::duration_cast<Instant::duration>(local.time_since_epoch() - offset)};
}

Instant in_system_zone(fiche::LocalTime local, const std::string& zone) {
  return minus(local, date::locate_zone(zone)->get_info(local).first.offset);
}

}  // namespace

Result<WrittenTime> written_time(icaltimetype time, const char* tzid, const std::string& place) {
  const auto local = local_of(time);
  if (!local) return fail(Code::scheduling_ical_time, "not a time", place);
  WrittenTime out;
  out.local = *local;
  if (time.is_date != 0) {
    out.in = WrittenTime::In::day;
  } else if (icaltime_is_utc(time) != 0) {
    out.in = WrittenTime::In::utc;
  } else if (tzid != nullptr && *tzid != '\0') {
    out.in = WrittenTime::In::zone;
    out.tzid = tzid;
  }
  return out;
}

Result<WrittenTime> written_time(icalproperty* property, const std::string& place) {
  auto* const value = icalproperty_get_value(property);
  const auto kind = value == nullptr ? ICAL_NO_VALUE : icalvalue_isa(value);
  if (kind != ICAL_DATETIME_VALUE && kind != ICAL_DATE_VALUE) {
    return fail(Code::scheduling_ical_time, "not a time", place);
  }
  auto time = kind == ICAL_DATE_VALUE ? icalvalue_get_date(value) : icalvalue_get_datetime(value);
  time.is_date = kind == ICAL_DATE_VALUE || time.is_date != 0 ? 1 : 0;
  auto* const zone = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
  return written_time(time, zone == nullptr ? nullptr : icalparameter_get_tzid(zone), place);
}

icaltimetype to_ical(const WrittenTime& time) {
  const auto day = date::floor<date::days>(time.local);
  const date::year_month_day civil{day};
  const date::hh_mm_ss<std::chrono::seconds> clock{time.local - day};
  auto out = icaltime_null_time();
  out.year = static_cast<int>(civil.year());
  out.month = static_cast<int>(static_cast<unsigned>(civil.month()));
  out.day = static_cast<int>(static_cast<unsigned>(civil.day()));
  out.hour = static_cast<int>(clock.hours().count());
  out.minute = static_cast<int>(clock.minutes().count());
  out.second = static_cast<int>(clock.seconds().count());
  out.is_date = time.is_day() ? 1 : 0;
  return out;
}

// From when one offset holds: once, and then each year on the nth or nth last such weekday of a month.
struct Zones::Observance {
  fiche::LocalTime start{};
  std::chrono::seconds from{0}, to{0};
  bool yearly = false;
  date::month month{1};
  date::weekday weekday{0u};
  int nth = 0;  // 1 to 5, -1 to -5; 0: on the day of `start`
  std::optional<Instant> until;
  std::vector<fiche::LocalTime> also;  // RDATE

  std::optional<fiche::LocalTime> in(date::year year) const {
    const auto clock = start - date::floor<date::days>(start);
    if (nth == 0) {
      const date::year_month_day first{date::floor<date::days>(start)};
      const date::year_month_day day{year, first.month(), first.day()};
      if (!day.ok()) return std::nullopt;
      return date::local_days{day} + clock;
    }
    constexpr int week = 7;
    const auto first = date::local_days{year / month / 1};
    const auto last = date::local_days{year / month / date::last};
    const auto day = nth > 0 ? first + (weekday - date::weekday{first}) + date::days{week * (nth - 1)}
                             : last - (date::weekday{last} - weekday) - date::days{week * (-nth - 1)};
    if (day < first || day > last) return std::nullopt;
    return day + clock;
  }

  bool holds(fiche::LocalTime onset) const {
    return onset >= start && (!until || minus(onset, from) <= *until);
  }

  // The last time it began at or before `local`.
  std::optional<fiche::LocalTime> latest(fiche::LocalTime local) const {
    std::optional<fiche::LocalTime> found;
    const auto take = [&](fiche::LocalTime onset) {
      if (onset <= local && (!found || onset > *found)) found = onset;
    };
    take(start);
    for (const auto onset : also) take(onset);
    if (!yearly) return found;
    auto year = date::year_month_day{date::floor<date::days>(local)}.year();
    if (until) {
      const auto ended = date::year_month_day{date::floor<date::days>(
          fiche::LocalTime{std::chrono::duration_cast<std::chrono::seconds>(until->time_since_epoch())})}.year();
      year = std::min(year, ended + date::years{1});
    }
    for (int back = 0; back <= 2; ++back) {
      if (const auto onset = in(year - date::years{back}); onset && holds(*onset)) take(*onset);
    }
    return found;
  }
};

struct Zones::Defined {
  std::vector<Observance> observances;
  bool readable = true;
};

namespace {

// "FREQ=YEARLY;BYMONTH=m;BYDAY=nXX" and no more.
bool plain_yearly(const icalrecurrencetype& rule) {
  const auto none = [](const short* list) { return *list == ICAL_RECURRENCE_ARRAY_MAX; };
  if (rule.freq != ICAL_YEARLY_RECURRENCE || rule.interval != 1 || rule.count != 0 || rule.rscale != nullptr) return false;
  return none(rule.by_second) && none(rule.by_minute) && none(rule.by_hour) && none(rule.by_month_day) &&
         none(rule.by_year_day) && none(rule.by_week_no) && none(rule.by_set_pos);
}

}  // namespace

Zones::Zones(icalcomponent* calendar, std::string practice_zone) : practice_zone_(std::move(practice_zone)) {
  for (auto* zone = icalcomponent_get_first_component(calendar, ICAL_VTIMEZONE_COMPONENT); zone != nullptr;
       zone = icalcomponent_get_next_component(calendar, ICAL_VTIMEZONE_COMPONENT)) {
    auto* const id = icalcomponent_get_first_property(zone, ICAL_TZID_PROPERTY);
    const char* const name = id == nullptr ? nullptr : icalproperty_get_tzid(id);
    if (name == nullptr) continue;
    auto made = std::make_unique<Defined>();
    const auto unread = [&] { made->readable = false; };
    for (auto* part = icalcomponent_get_first_component(zone, ICAL_ANY_COMPONENT); part != nullptr;
         part = icalcomponent_get_next_component(zone, ICAL_ANY_COMPONENT)) {
      auto* const start = icalcomponent_get_first_property(part, ICAL_DTSTART_PROPERTY);
      auto* const from = icalcomponent_get_first_property(part, ICAL_TZOFFSETFROM_PROPERTY);
      auto* const to = icalcomponent_get_first_property(part, ICAL_TZOFFSETTO_PROPERTY);
      Result<WrittenTime> begins = fail(Code::scheduling_ical_zone, "no start");
      if (start != nullptr) begins = written_time(start, {});
      if (!begins || begins->is_day() || from == nullptr || to == nullptr ||
          made->observances.size() >= most_observances) {
        unread();
        break;
      }
      Observance observance;
      observance.start = begins->local;
      observance.from = std::chrono::seconds(icalproperty_get_tzoffsetfrom(from));
      observance.to = std::chrono::seconds(icalproperty_get_tzoffsetto(to));
      if (auto* const written = icalcomponent_get_first_property(part, ICAL_RRULE_PROPERTY); written != nullptr) {
        const auto rule = icalproperty_get_rrule(written);
        if (!plain_yearly(rule) || icalcomponent_get_next_property(part, ICAL_RRULE_PROPERTY) != nullptr) unread();
        observance.yearly = true;
        const short by_day = rule.by_day[0], by_month = rule.by_month[0];
        if (by_day != ICAL_RECURRENCE_ARRAY_MAX) {
          observance.nth = icalrecurrencetype_day_position(by_day);
          const auto weekday = icalrecurrencetype_day_day_of_week(by_day);
          const bool single = rule.by_day[1] == ICAL_RECURRENCE_ARRAY_MAX && by_month >= 1 && by_month <= 12 &&
                              rule.by_month[1] == ICAL_RECURRENCE_ARRAY_MAX;
          if (!single || observance.nth == 0 || weekday == ICAL_NO_WEEKDAY) unread();
          observance.weekday = date::weekday{static_cast<unsigned>(weekday) - 1U};
          observance.month = date::month{static_cast<unsigned>(by_month)};
        } else if (by_month != ICAL_RECURRENCE_ARRAY_MAX &&
                   by_month != static_cast<int>(static_cast<unsigned>(
                                   date::year_month_day{date::floor<date::days>(observance.start)}.month()))) {
          unread();
        }
        if (icaltime_is_null_time(rule.until) == 0) {
          const auto until = written_time(rule.until, nullptr, {});
          if (until) observance.until = minus(until->local, until->in == WrittenTime::In::utc ? std::chrono::seconds{0}
                                                                                             : observance.from);
          else unread();
        }
      }
      for (auto* date = icalcomponent_get_first_property(part, ICAL_RDATE_PROPERTY); date != nullptr;
           date = icalcomponent_get_next_property(part, ICAL_RDATE_PROPERTY)) {
        const auto onset = written_time(icalproperty_get_rdate(date).time, nullptr, {});
        if (!onset || observance.also.size() >= most_observances) unread();
        else observance.also.push_back(onset->local);
      }
      if (!made->readable) break;
      made->observances.push_back(std::move(observance));
    }
    if (made->observances.empty()) unread();
    defined_.emplace(name, std::move(made));
  }
}

Zones::~Zones() = default;

const Zones::Defined* Zones::defined(const std::string& tzid) const {
  const auto found = defined_.find(tzid);
  return found == defined_.end() || !found->second->readable ? nullptr : found->second.get();
}

std::optional<std::chrono::seconds> Zones::offset(const Defined& zone, fiche::LocalTime local) {
  const Observance* holds = nullptr;
  std::optional<fiche::LocalTime> since;
  for (const auto& observance : zone.observances) {
    // An onset is told on the clock before it: in the hour that comes twice the first coming counts.
    const auto onset = observance.latest(local);
    if (onset && (!since || *onset > *since)) {
      since = onset;
      holds = &observance;
    }
  }
  if (holds != nullptr) {
    // A clock put forward skips the hour after its onset: what stands in it counts with the offset before.
    if (holds->to > holds->from && local < *since + (holds->to - holds->from)) return holds->from;
    return holds->to;
  }
  // Before everything that is defined: the offset that the earliest one began from.
  const auto first = std::min_element(zone.observances.begin(), zone.observances.end(),
                                      [](const auto& a, const auto& b) { return a.start < b.start; });
  return first->from;
}

Result<Instant> Zones::instant(const WrittenTime& time, const std::string& place) const {
  switch (time.in) {
    case WrittenTime::In::utc:
      return minus(time.local, std::chrono::seconds{0});
    case WrittenTime::In::floating:
    case WrittenTime::In::day:
      return in_system_zone(time.local, practice_zone_);
    case WrittenTime::In::zone:
      break;
  }
  if (const auto zone = system_zone(time.tzid)) return in_system_zone(time.local, *zone);
  const auto* const zone = defined(time.tzid);
  if (zone == nullptr) return fail(Code::scheduling_ical_zone, "unknown zone", place);
  const auto seconds = offset(*zone, time.local);
  if (!seconds) return fail(Code::scheduling_ical_zone, "unknown zone", place);
  return minus(time.local, *seconds);
}

Result<fiche::LocalTime> Zones::local(Instant at, const WrittenTime& like, const std::string& place) const {
  const auto utc = fiche::LocalTime{std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch())};
  switch (like.in) {
    case WrittenTime::In::utc:
      return utc;
    case WrittenTime::In::floating:
    case WrittenTime::In::day:
      return fiche::to_local(at, practice_zone_);
    case WrittenTime::In::zone:
      break;
  }
  if (const auto zone = system_zone(like.tzid)) return fiche::to_local(at, *zone);
  // The clock that means this instant: offsets are whole, so two tries find it.
  auto guess = like;
  guess.local = utc;
  for (int i = 0; i < 2; ++i) {
    const auto meant = instant(guess, place);
    if (!meant) return tl::unexpected(meant.error());
    guess.local += std::chrono::duration_cast<std::chrono::seconds>(at - *meant);
  }
  return guess.local;
}

}  // namespace relais::scheduling::formats
