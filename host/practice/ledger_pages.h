// SPDX-License-Identifier: Apache-2.0
// Rows of the ledger as they stand, a page at a time, for those who read or export it. Functions run inside
// Database::read and throw soci::soci_error, which Database answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "practice/database.h"
#include "practice/ledger_chain.h"

namespace relais::practice {

// Rows that satisfy every field set.
struct LedgerSearch {
  std::optional<std::int64_t> from_ms;   // inclusive
  std::optional<std::int64_t> until_ms;  // exclusive
  std::string actor, action, item_id, patient_id, task_id, call_id, trace_id;
};

// The last row; seq 0 when the ledger is empty.
LedgerHead last_row(soci::session& sql);

// Latest first: at most `limit` rows with a number below `before`.
std::vector<LedgerRow> rows_before(soci::session& sql, const LedgerSearch& search, std::int64_t before,
                                   std::int64_t limit);

// Oldest first: at most `limit` rows after `after`, up to `last` included.
std::vector<LedgerRow> rows_after(soci::session& sql, std::int64_t after, std::int64_t last, std::int64_t limit);

}  // namespace relais::practice
