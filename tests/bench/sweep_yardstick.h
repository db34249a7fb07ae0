// SPDX-License-Identifier: Apache-2.0
// The shortest way from the same rows to the same rule: a native scan in the order of the file, one reused message, a
// bare socket pair, a child that reads it and answers. Same bytes, same batches, two threads here and one there.
#pragma once

#include <filesystem>

#include "settings.h"

namespace bench {

class SweepYardstick {
 public:
  // Rows of one patient stand together in `file`.
  SweepYardstick(const Settings& settings, std::filesystem::path file, int results)
      : settings_(settings), file_(std::move(file)), results_(results) {}

  double patients_per_second(std::int64_t patients) const;
  // The same batches, made once: serialised, sent, read, answered. No database.
  double echoes_per_second(std::int64_t patients) const;

 private:
  const Settings& settings_;
  const std::filesystem::path file_;
  const int results_;
};

}  // namespace bench
