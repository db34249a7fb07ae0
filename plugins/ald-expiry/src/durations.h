// SPDX-License-Identifier: Apache-2.0
// Lengths of rights by regime, from data/durees.csv. The regime of a period is the one in force on its first day.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.h"

namespace ald {

// One number under one regime.
struct Length {
  std::string number;
  std::string label;
  std::string regime;              // "R2011"; empty when the law gives no length at all
  std::optional<Date> from;
  std::optional<Date> until;       // nothing while it is in force
  std::optional<int> first_years;  // nothing: unknown, never computed
  std::optional<int> renewal_years;  // 0: the text gives no renewal
  std::string condition;
  std::string source;
};

class Durations {
 public:
  // Throws std::runtime_error on a bad file.
  static Durations load(const std::filesystem::path& file);

  // What `number` is given by the text in force on `start`; null when no text gives anything.
  const Length* in_force(std::string_view number, Date start) const;
  // The text that followed that of `length`; null when it is the last.
  const Length* after(const Length& length) const;
  // Any line of this number.
  const Length* any(std::string_view number) const;
  const std::vector<Length>& lines() const { return lines_; }

 private:
  std::vector<Length> lines_;
};

}  // namespace ald
