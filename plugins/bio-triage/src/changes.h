// SPDX-License-Identifier: Apache-2.0
// How much a result may change before the change means something: data/ecarts.csv. It explains and ranks (T-RCV), and
// says when a known anomaly has got worse (X2); it never raises a category.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bio {

struct Change {
  double known = 0;               // X2, as a share of the earlier value
  std::optional<double> followed; // T-RCV; nothing when no reference change value was read
  std::string source;
};

class Changes {
 public:
  // Throws std::runtime_error on a bad file: a share that is none, an analyte given twice, no row for the others.
  static Changes load(const std::filesystem::path& path);

  // That of the others when the analyte has no row of its own.
  const Change& of(std::string_view analyte) const;
  const std::map<std::string, Change, std::less<>>& all() const { return changes_; }

 private:
  std::map<std::string, Change, std::less<>> changes_;
};

}  // namespace bio
