// SPDX-License-Identifier: Apache-2.0
// How much of everything a practice holds: numbers only, for whoever watches over the machine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "domain/findings.h"
#include "practice/database.h"

namespace relais::practice {

struct PracticeCounts {
  std::map<worklist::Category, std::int64_t> open_items;
  std::int64_t not_evaluated = 0;               // subjects without an answer now
  std::map<std::string, std::int64_t> messages;  // by state of the queue of what came in
  std::int64_t events = 0;                      // that wait to be evaluated
  std::optional<Instant> oldest_event;
};

// Runs inside Database::read; throws soci::soci_error, which Database answers.
PracticeCounts practice_counts(soci::session& sql);

}  // namespace relais::practice
