// SPDX-License-Identifier: Apache-2.0
#include "changes.h"

#include <stdexcept>

#include "table.h"

namespace bio {
namespace {

constexpr std::string_view others = "*";

double share(double percent) {
  if (percent <= 0 || percent >= 100) throw std::runtime_error("a change is more than 0 and less than 100 %");
  return percent / 100;
}

}  // namespace

Changes Changes::load(const std::filesystem::path& path) {
  Changes changes;
  for (const Row& row : read_table(path, {"id", "connu", "suivi", "source"})) {
    try {
      const auto known = number(row[1]);
      const auto followed = number(row[2]);
      if (row[0].empty() || row[3].empty() || !known) throw std::runtime_error("incomplete row");
      Change change{share(*known), followed ? std::optional(share(*followed)) : std::nullopt, row[3]};
      if (!changes.changes_.emplace(row[0], std::move(change)).second) throw std::runtime_error("analyte given twice");
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path.filename().string() + ": " + row.front() + ": " + error.what());
    }
  }
  if (!changes.changes_.contains(others)) throw std::runtime_error(path.filename().string() + ": no row for the others");
  return changes;
}

const Change& Changes::of(std::string_view analyte) const {
  const auto found = changes_.find(analyte);
  return found != changes_.end() ? found->second : changes_.find(others)->second;
}

}  // namespace bio
