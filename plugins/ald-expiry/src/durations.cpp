// SPDX-License-Identifier: Apache-2.0
#include "durations.h"

#include <relais/table.h>

#include <algorithm>
#include <stdexcept>

namespace ald {
namespace {

constexpr double longest_right = 30;  // years; a longer one in the file is a mistake of the file

std::optional<int> years(const std::string& text) {
  const auto read = relais::number(text);
  if (!read) return std::nullopt;
  if (*read < 0 || *read > longest_right || *read != static_cast<int>(*read)) {
    throw std::runtime_error("not a number of years: " + text);
  }
  return static_cast<int>(*read);
}

void check(const Length& line) {
  const auto refuse = [&](const char* why) { throw std::runtime_error("durees.csv: " + line.number + ": " + why); };
  if (line.number.empty() || line.label.empty() || line.source.empty()) refuse("number, label and source are needed");
  if (line.regime.empty() == line.from.has_value()) refuse("a regime has a first day, and no regime has none");
  if (!line.from && (line.until || line.first_years || line.renewal_years)) refuse("a length without a regime");
  if (line.until && *line.until < *line.from) refuse("the regime ends before it begins");
}

}  // namespace

Durations Durations::load(const std::filesystem::path& file) {
  Durations made;
  for (const auto& row : relais::read_table(file, {"numero", "libelle", "regime", "du", "au", "premiere",
                                                   "renouvellement", "condition", "source"})) {
    Length line{row[0], row[1], row[2], relais::day(row[3]), relais::day(row[4]),
                years(row[5]), years(row[6]), row[7], row[8]};
    check(line);
    const bool twice = std::ranges::any_of(made.lines_, [&](const Length& other) {
      return other.number == line.number && other.from && line.from &&
             *other.from <= line.until.value_or(Date::max()) && *line.from <= other.until.value_or(Date::max());
    });
    if (twice) throw std::runtime_error("durees.csv: " + line.number + ": two regimes on one day");
    made.lines_.push_back(std::move(line));
  }
  return made;
}

const Length* Durations::in_force(std::string_view number, Date start) const {
  const auto found = std::ranges::find_if(lines_, [&](const Length& line) {
    return line.number == number && line.from && *line.from <= start && (!line.until || start <= *line.until);
  });
  return found == lines_.end() ? nullptr : &*found;
}

const Length* Durations::after(const Length& length) const {
  if (!length.until) return nullptr;
  return in_force(length.number, *length.until + std::chrono::days(1));
}

const Length* Durations::any(std::string_view number) const {
  const auto found = std::ranges::find(lines_, number, &Length::number);
  return found == lines_.end() ? nullptr : &*found;
}

}  // namespace ald
