// SPDX-License-Identifier: Apache-2.0
#include "domain/civil_time.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>

namespace relais::fiche {
namespace {

// Exactly these digits as a number, or nothing.
std::optional<unsigned> digits(std::string_view text, std::size_t from, std::size_t count) {
  if (text.size() < from + count) return std::nullopt;
  const auto part = text.substr(from, count);
  if (!std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  unsigned value = 0;
  std::from_chars(part.data(), part.data() + part.size(), value);
  return value;
}

CivilDate or_last_of_month(CivilDate day) { return day.ok() ? day : CivilDate{day.year() / day.month() / date::last}; }

const date::time_zone* zone_or_null(std::string_view name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {  // the library's only way to say "no such zone"
    return nullptr;
  }
}

const date::time_zone* zone_or_paris(const std::string& name) {
  const auto* zone = zone_or_null(name);
  return zone != nullptr ? zone : date::locate_zone("Europe/Paris");
}

}  // namespace

std::optional<CivilDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const CivilDate parsed{date::year{static_cast<int>(*year)}, date::month{*month}, date::day{*day}};
  // Four digits and a plausible century: an attestation of 0026 is a typing error, not a date.
  if (!parsed.ok() || *year < 1900 || *year > 2199) return std::nullopt;
  return parsed;
}

std::optional<Moment> parse_moment(std::string_view text) {
  const auto day = parse_date(text.substr(0, std::min<std::size_t>(10, text.size())));
  if (!day) return std::nullopt;
  const LocalTime midnight{date::local_days{*day}};
  if (text.size() == 10) return Moment{midnight, true};
  if ((text.size() != 16 && text.size() != 19) || (text[10] != 'T' && text[10] != ' ') || text[13] != ':')
    return std::nullopt;
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2);
  auto second = std::optional<unsigned>(0);
  if (text.size() == 19) {
    if (text[16] != ':') return std::nullopt;
    second = digits(text, 17, 2);
  }
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return Moment{midnight + std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second},
                false};
}

std::optional<Instant> parse_instant(std::string_view text) {
  const auto offset_at = text.find_first_of("Z+-", std::min<std::size_t>(11, text.size()));
  if (offset_at == std::string_view::npos || text[10] != 'T') return std::nullopt;
  const auto moment = parse_moment(text.substr(0, offset_at));
  const auto offset = text.substr(offset_at);
  if (!moment) return std::nullopt;
  const date::sys_seconds as_if_utc{moment->at.time_since_epoch()};
  if (offset == "Z") return as_if_utc;
  if (offset.size() != 6 || offset[0] == 'Z' || offset[3] != ':') return std::nullopt;
  const auto hours = digits(offset, 1, 2), minutes = digits(offset, 4, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const auto east = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return offset[0] == '+' ? as_if_utc - east : as_if_utc + east;
}

std::string format(CivilDate day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string format(const Moment& moment) {
  const auto text = format(day_of(moment.at));
  if (moment.date_only) return text;
  const date::hh_mm_ss<std::chrono::seconds> clock{moment.at - date::floor<date::days>(moment.at)};
  auto with_clock = fmt::format("{}T{:02}:{:02}", text, clock.hours().count(), clock.minutes().count());
  if (clock.seconds().count() != 0) with_clock += fmt::format(":{:02}", clock.seconds().count());
  return with_clock;
}

CivilDate day_of(LocalTime at) { return CivilDate{date::floor<date::days>(at)}; }

CivilDate plus_years(CivilDate day, int years) { return or_last_of_month(day + date::years{years}); }
CivilDate plus_months(CivilDate day, int months) { return or_last_of_month(day + date::months{months}); }

bool is_known_zone(std::string_view name) { return zone_or_null(name) != nullptr; }

LocalTime to_local(Instant instant, const std::string& zone) {
  return zone_or_paris(zone)->to_local(date::floor<std::chrono::seconds>(instant));
}

Instant to_instant(LocalTime at, const std::string& zone) {
  return zone_or_paris(zone)->to_sys(at, date::choose::earliest);
}

Instant next_daily(Instant after, std::chrono::minutes time_of_day, const std::string& zone) {
  auto midnight = date::floor<date::days>(to_local(after, zone)) - date::days{1};
  for (;;) {
    const auto at = to_instant(LocalTime{midnight} + time_of_day, zone);
    if (at > after) return at;
    midnight += date::days{1};
  }
}

// Meeus, Jones, Butcher ("Astronomical Algorithms", 1991, chapter 8): no Debian library offers it.
CivilDate easter(date::year year) {
  const int y = static_cast<int>(year);
  const int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4;
  const int f = (b + 8) / 25, g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
  const int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
  return CivilDate{year, date::month{static_cast<unsigned>(month)}, date::day{static_cast<unsigned>(day)}};
}

std::string_view holiday_name(CivilDate day, HolidayRegion region) {
  using namespace date::literals;
  struct Fixed {
    date::month_day on;
    std::string_view name;
  };
  constexpr std::array fixed{
      Fixed{date::January / 1, "Jour de l'an"},   Fixed{date::May / 1, "Fête du Travail"},
      Fixed{date::May / 8, "Victoire 1945"},      Fixed{date::July / 14, "Fête nationale"},
      Fixed{date::August / 15, "Assomption"},     Fixed{date::November / 1, "Toussaint"},
      Fixed{date::November / 11, "Armistice 1918"}, Fixed{date::December / 25, "Noël"}};
  const auto found = std::find_if(fixed.begin(), fixed.end(),
                                  [&](const Fixed& one) { return one.on == day.month() / day.day(); });
  if (found != fixed.end()) return found->name;
  const auto after_easter = (date::sys_days{day} - date::sys_days{easter(day.year())}).count();
  if (after_easter == 1) return "Lundi de Pâques";
  if (after_easter == 39) return "Ascension";
  if (after_easter == 50) return "Lundi de Pentecôte";
  if (region == HolidayRegion::alsace_moselle) {
    if (after_easter == -2) return "Vendredi saint";
    if (day.month() / day.day() == date::December / 26) return "Saint-Étienne";
  }
  return {};
}

bool is_public_holiday(CivilDate day) { return !holiday_name(day, HolidayRegion::france).empty(); }

}  // namespace relais::fiche
