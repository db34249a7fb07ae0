// SPDX-License-Identifier: Apache-2.0
// A plugin's data files: lines of columns separated by ';', no quoting, comments with '#'. The head of a file must say
// its source ("# source: …") and what a physician must still confirm ("# a_confirmer: …"). Anything unexpected refuses
// the file: a threshold or a length that was misread is worse than no plugin. Everything here throws
// std::runtime_error, which refuses the plugin when it passes out of its constructor.
#pragma once

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <relais/values.h>

namespace relais {
inline namespace sdk {

using Row = std::vector<std::string>;

namespace detail {

[[noreturn]] inline void refuse_file(const std::filesystem::path& path, std::size_t line, const std::string& why) {
  throw std::runtime_error(path.filename().string() + ":" + std::to_string(line) + ": " + why);
}

}  // namespace detail

[[nodiscard]] inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator, from)) {
    parts.emplace_back(text.substr(from, at - from));
    from = at + 1;
  }
  parts.emplace_back(text.substr(from));
  return parts;
}

// Nothing when `text` is empty; throws when it is not a finite number with a decimal point.
[[nodiscard]] inline std::optional<double> number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || !std::isfinite(value)) {
    throw std::runtime_error("not a number: " + std::string(text));
  }
  return value;
}

// Nothing when `text` is empty; throws when it is not a day of the calendar, "YYYY-MM-DD".
[[nodiscard]] inline std::optional<Date> day(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t length) {
    int value = -1;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return value;
    const char* const end = text.data() + at + length;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc{} && read.ptr == end ? value : -1;
  };
  const int month = part(5, 2);
  const int day_of_month = part(8, 2);
  const std::chrono::year_month_day read(std::chrono::year(part(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(month < 0 ? 0 : month)),
                                         std::chrono::day(static_cast<unsigned>(day_of_month < 0 ? 0 : day_of_month)));
  if (!read.ok()) throw std::runtime_error("not a day: " + std::string(text));
  return Date(read);
}

// The rows under a header that must be exactly `columns`; the error names file and line.
[[nodiscard]] inline std::vector<Row> read_table(const std::filesystem::path& path,
                                                 const std::vector<std::string>& columns) {
  std::ifstream file(path, std::ios::binary);
  if (!file) detail::refuse_file(path, 0, "missing");
  std::vector<Row> rows;
  std::string line;
  std::size_t count = 0;
  bool source = false;
  bool to_confirm = false;
  bool header = false;
  while (std::getline(file, line)) {
    ++count;
    if (line.starts_with('#')) {
      source = source || line.starts_with("# source: ");
      to_confirm = to_confirm || line.starts_with("# a_confirmer: ");
      continue;
    }
    if (line.empty() || line.back() == '\r') detail::refuse_file(path, count, "empty line or carriage return");
    Row row = split(line, ';');
    if (!header) {
      if (row != columns) detail::refuse_file(path, count, "unexpected columns");
      header = true;
      continue;
    }
    if (row.size() != columns.size()) detail::refuse_file(path, count, "wrong number of columns");
    rows.push_back(std::move(row));
  }
  if (!source || !to_confirm) detail::refuse_file(path, 1, "the head does not say source and a_confirmer");
  if (rows.empty()) detail::refuse_file(path, count, "no rows");
  return rows;
}

}  // namespace sdk
}  // namespace relais
