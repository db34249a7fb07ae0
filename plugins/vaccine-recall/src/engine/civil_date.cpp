// SPDX-License-Identifier: Apache-2.0
#include "engine/civil_date.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace relais::vaccine {
namespace {

namespace ch = std::chrono;

// Bounds of what a stated duration can be: a life is shorter, and sums stay far from overflow.
constexpr std::int32_t most_of_a_unit = 99'999;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || text.front() == '-') return {};
  return value;
}

MaybeDay from_parts(std::string_view year, std::string_view month, std::string_view day) {
  const auto y = number(year), m = number(month), d = number(day);
  if (!y || !m || !d) return {};
  return day_of(*y, *m, *d);
}

ch::year_month_day civil(Day day) { return ch::year_month_day(ch::sys_days(ch::days(day))); }

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void append_term(std::string& out, int value, const char* one, const char* many) {
  if (value == 0) return;
  if (!out.empty()) out += value < 0 ? " - " : " + ";
  else if (value < 0) out += "-";
  const int size = value < 0 ? -value : value;
  out += std::to_string(size) + " " + (size > 1 ? many : one);
}

}  // namespace

MaybeDay day_of(int year, int month, int day) {
  if (year < 1800 || year > 2999 || month < 1 || month > 12 || day < 1 || day > 31) return {};
  const ch::year_month_day date(ch::year(year), ch::month(static_cast<unsigned>(month)),
                                ch::day(static_cast<unsigned>(day)));
  if (!date.ok()) return {};
  return static_cast<Day>(ch::sys_days(date).time_since_epoch().count());
}

MaybeDay parse_iso_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  return from_parts(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
}

MaybeDay parse_compact_day(std::string_view text) {
  if (text.size() != 8) return {};
  return from_parts(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
}

MaybeDay parse_month_first_day(std::string_view text) {
  if (text.size() != 10 || text[2] != '/' || text[5] != '/') return {};
  return from_parts(text.substr(6, 4), text.substr(0, 2), text.substr(3, 2));
}

std::string iso(Day day) {
  const auto date = civil(day);
  char text[24];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string french_day(Day day) {
  const auto date = civil(day);
  char text[24];
  std::snprintf(text, sizeof text, "%02u/%02u/%04d", static_cast<unsigned>(date.day()),
                static_cast<unsigned>(date.month()), static_cast<int>(date.year()));
  return text;
}

int year_of(Day day) { return static_cast<int>(civil(day).year()); }

Day last_of_month(Day day) {
  const auto date = civil(day);
  return static_cast<Day>(
      ch::sys_days(ch::year_month_day_last(date.year(), ch::month_day_last(date.month()))).time_since_epoch().count());
}

MaybeDuration parse_duration(std::string_view text) {
  const auto within = [](int value, int most) { return value >= -most && value <= most; };
  Duration sum;
  int sign = 1;
  text = trimmed(text);
  if (text.empty()) return {};
  while (true) {
    const auto digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == text.npos) return {};
    const auto value = number(text.substr(0, digits));
    if (!value || *value > most_of_a_unit) return {};
    text = trimmed(text.substr(digits));
    const auto unit_end = text.find_first_of(" +-\t\r\n");
    const auto unit = text.substr(0, unit_end);
    const auto amount = sign * *value;
    if (unit == "year" || unit == "years") sum.years += amount;
    else if (unit == "month" || unit == "months") sum.months += amount;
    else if (unit == "week" || unit == "weeks") sum.days += 7 * amount;
    else if (unit == "day" || unit == "days") sum.days += amount;
    else return {};
    if (!within(sum.years, 200) || !within(sum.months, 2'400) || !within(sum.days, 73'000)) return {};
    text = unit_end == text.npos ? std::string_view{} : trimmed(text.substr(unit_end));
    if (text.empty()) break;
    if (text.front() != '+' && text.front() != '-') return {};
    sign = text.front() == '+' ? 1 : -1;
    text = trimmed(text.substr(1));
  }
  return sum;
}

Day add(Day from, const Duration& duration) {
  if (duration.years == 0 && duration.months == 0) return from + duration.days;
  const auto date = civil(from);
  const ch::year_month month =
      ch::year_month(date.year(), date.month()) + ch::years(duration.years) + ch::months(duration.months);
  const ch::year_month_day moved = month / date.day();
  const auto day = moved.ok() ? ch::sys_days(moved) : ch::sys_days((month + ch::months(1)) / ch::day(1));
  return static_cast<Day>(day.time_since_epoch().count()) + duration.days;
}

std::string french(const Duration& duration) {
  std::string out;
  append_term(out, duration.years, "an", "ans");
  append_term(out, duration.months, "mois", "mois");
  if (duration.days % 7 == 0 && duration.days != 0) append_term(out, duration.days / 7, "semaine", "semaines");
  else append_term(out, duration.days, "jour", "jours");
  return out.empty() ? "0 jour" : out;
}

}  // namespace relais::vaccine
