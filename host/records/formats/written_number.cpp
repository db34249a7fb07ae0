// SPDX-License-Identifier: Apache-2.0
#include "records/formats/written_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace relais::formats {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }

constexpr std::array<std::string_view, 4> wide_spaces = {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "\xE2\x80\x88"};

// Length of the white space at the start, no-break spaces too; 0 when there is none.
std::size_t space_at(std::string_view text) {
  if (!text.empty() && (text.front() == ' ' || text.front() == '\t')) return 1;
  for (const auto wide : wide_spaces) {
    if (text.starts_with(wide)) return wide.size();
  }
  return 0;
}

void skip_space(std::string_view& text) {
  while (const auto length = space_at(text)) text.remove_prefix(length);
}

std::string trim(std::string_view text) {
  skip_space(text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return std::string(text);
}

std::string take_comparator(std::string_view& text) {
  struct Sign {
    std::string_view written, sign;
  };
  static constexpr Sign signs[] = {
      {"<=", "<="}, {">=", ">="}, {"=<", "<="}, {"=>", ">="}, {"\xE2\x89\xA4", "<="}, {"\xE2\x89\xA5", ">="},
      {"<", "<"}, {">", ">"},
  };
  for (const auto& one : signs) {
    if (!text.starts_with(one.written)) continue;
    text.remove_prefix(one.written.size());
    return std::string(one.sign);
  }
  struct Word {
    std::string_view start, sign;
  };
  static constexpr Word words[] = {{"inf", "<"}, {"sup", ">"}};
  for (const auto& one : words) {
    const bool same = text.size() > 3 && std::equal(one.start.begin(), one.start.end(), text.begin(),
                                                    [](char a, char b) { return a == (b | 0x20); });
    if (!same) continue;
    // « inf. à », « inférieur à », « sup à », « supérieure ou égale à »: up to the first digit, which must be near.
    const auto at = std::find_if(text.begin(), text.end(), digit) - text.begin();
    constexpr std::ptrdiff_t longest_words = 28;
    if (at > longest_words || at == static_cast<std::ptrdiff_t>(text.size())) return {};
    const auto between = text.substr(0, static_cast<std::size_t>(at));
    text.remove_prefix(static_cast<std::size_t>(at));
    const bool equal = between.find("gal") != std::string_view::npos;
    return std::string(one.sign) + (equal ? "=" : "");
  }
  return {};
}

std::size_t digits_at(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), digit) - text.begin());
}

// Adds « 250 » of « 1 250 » when exactly three digits follow the space.
bool take_group(std::string_view& text, std::string& digits) {
  const auto space = space_at(text);
  if (space == 0 || digits_at(text.substr(space)) != 3) return false;
  digits += text.substr(space, 3);
  text.remove_prefix(space + 3);
  return true;
}

// « x 10^6 », « × 1000 », « E3 », « h30 »: the digits that follow belong to the number or make a time of day.
bool goes_on(std::string_view rest) {
  for (const std::string_view mark : {"x", "X", "\xC3\x97", "e", "E", "h", "H"}) {
    if (!rest.starts_with(mark)) continue;
    rest.remove_prefix(mark.size());
    skip_space(rest);
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) rest.remove_prefix(1);
    return !rest.empty() && digit(rest.front());
  }
  return false;
}

bool is_unit(std::string_view rest) {
  constexpr std::size_t longest_unit = 24;
  if (rest.empty() || rest.size() > longest_unit || goes_on(rest)) return false;
  if (rest.front() == '/') return rest.size() > 1 && letter(rest[1]);
  // « 10 à 20 », « 2 ou 3 », « 5 et > 2 » are no measures: what follows the space of a unit is a letter or a bar.
  const auto space = rest.find(' ');
  if (space != std::string_view::npos) {
    const auto next = rest.find_first_not_of(' ', space);
    if (next == std::string_view::npos || (!letter(rest[next]) && rest[next] != '/')) return false;
  }
  return (letter(rest.front()) || rest.front() == '%') && std::count(rest.begin(), rest.end(), ' ') <= 1;
}

}  // namespace

std::optional<WrittenNumber> leading_number(std::string_view text) {
  WrittenNumber out;
  skip_space(text);
  while (!text.empty() && text.front() == '*') {
    text.remove_prefix(1);
    skip_space(text);
  }
  out.comparator = take_comparator(text);
  skip_space(text);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    if (text.front() == '-') out.digits = "-";
    text.remove_prefix(1);
  }
  const auto whole = digits_at(text);
  const bool bare_fraction = text.size() > 1 && (text.front() == '.' || text.front() == ',') && digit(text[1]);
  if (whole == 0 && !bare_fraction) return std::nullopt;
  out.digits += text.substr(0, whole);
  text.remove_prefix(whole);
  if (whole > 0 && whole <= 3) {
    while (take_group(text, out.digits)) out.thousands = true;
  }
  if (text.size() > 1 && (text.front() == '.' || text.front() == ',') && digit(text[1])) {
    out.comma = text.front() == ',';
    const auto fraction = digits_at(text.substr(1));
    out.digits += '.';
    out.digits += text.substr(1, fraction);
    text.remove_prefix(1 + fraction);
  }
  // A letter glued to digits is a unit; another mark and digits again (a date, an address) is no number.
  out.rest = trim(text);
  while (out.rest.ends_with('*')) out.rest.pop_back();
  out.rest = trim(out.rest);
  return out;
}

std::optional<WrittenNumber> written_measure(std::string_view text) {
  auto number = leading_number(text);
  if (!number || (!number->rest.empty() && !is_unit(number->rest))) return std::nullopt;
  return number;
}

double number_of(const WrittenNumber& written) {
  double value = 0;
  const auto* end = written.digits.data() + written.digits.size();
  const auto [at, error] = std::from_chars(written.digits.data(), end, value);
  return error == std::errc() && at == end ? value : std::nan("");
}

std::optional<double> decimal(std::string_view text) {
  const auto number = leading_number(text);
  if (!number || !number->rest.empty() || !number->comparator.empty()) return std::nullopt;
  const double value = number_of(*number);
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<WrittenRange> written_range(std::string_view text) {
  std::string inner = trim(text);
  const auto strip = [&inner](char open, char close) {
    if (inner.size() > 2 && inner.front() == open && inner.back() == close) inner = trim(inner.substr(1, inner.size() - 2));
  };
  strip('(', ')');
  strip('[', ']');
  const auto first = leading_number(inner);
  if (!first) return std::nullopt;
  const auto written = [](const WrittenNumber& number) {
    std::string as = number.digits;
    if (number.comma) std::replace(as.begin(), as.end(), '.', ',');
    return as;
  };
  WrittenRange out;
  if (!first->comparator.empty()) {
    if (!first->rest.empty() && !is_unit(first->rest)) return std::nullopt;
    const bool strict = first->comparator.size() == 1;
    if (first->comparator.front() == '<') {
      out.high = written(*first);
      out.high_excluded = strict;
    } else {
      out.low = written(*first);
      out.low_excluded = strict;
    }
    return out;
  }
  std::string_view rest = first->rest;
  bool separated = false;
  for (const std::string_view mark : {"-", "\xE2\x80\x93", "\xC3\xA0", ";", ":", "a ", "et "}) {
    if (!rest.starts_with(mark)) continue;
    rest.remove_prefix(mark.size());
    separated = true;
    break;
  }
  const auto second = separated ? leading_number(rest) : std::nullopt;
  if (!second || !second->comparator.empty() || (!second->rest.empty() && !is_unit(second->rest))) return std::nullopt;
  out.low = written(*first);
  out.high = written(*second);
  return out;
}

}  // namespace relais::formats
