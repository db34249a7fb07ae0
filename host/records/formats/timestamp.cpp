// SPDX-License-Identifier: Apache-2.0
#include "records/formats/timestamp.h"

#include <algorithm>
#include <cctype>

namespace relais::formats {
namespace {

bool digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view text) {
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

bool valid_zone(std::string_view zone) {
  if (zone.empty()) return true;
  return zone.size() == 5 && digits(zone.substr(1)) && number(zone.substr(1, 2)) <= 14 && number(zone.substr(3, 2)) < 60;
}

}  // namespace

bool is_valid_timestamp(std::string_view text) {
  const auto sign = std::min(text.find_first_of("+-"), text.size());
  if (!valid_zone(text.substr(sign))) return false;
  auto body = text.substr(0, sign);
  if (const auto dot = body.find('.'); dot != std::string_view::npos) {
    if (dot != 14 || dot + 1 == body.size() || !digits(body.substr(dot + 1))) return false;
    body = body.substr(0, dot);
  }
  if (!digits(body) || body.size() < 4 || body.size() > 14 || body.size() % 2 != 0) return false;
  const auto part = [body](std::size_t at) { return body.size() >= at + 2 ? number(body.substr(at, 2)) : -1; };
  if (number(body.substr(0, 4)) < 1000) return false;
  if (const int month = part(4); month != -1 && (month < 1 || month > 12)) return false;
  if (body.size() >= 8 && !timestamp_day(body)) return false;
  return part(8) <= 23 && part(10) <= 59 && part(12) <= 59;
}

std::optional<std::chrono::sys_days> timestamp_day(std::string_view text) {
  if (text.size() < 8 || !digits(text.substr(0, 8))) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(number(text.substr(0, 4))),
                                        std::chrono::month(static_cast<unsigned>(number(text.substr(4, 2)))),
                                        std::chrono::day(static_cast<unsigned>(number(text.substr(6, 2))))};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day);
}

}  // namespace relais::formats
