// SPDX-License-Identifier: Apache-2.0
// The schema's history: forward-only steps, the same SQL on both engines (TEXT, BIGINT, DOUBLE PRECISION).
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::practice {

// One step: schema/NNNN_name.sql, embedded at build. Versions grow strictly; a released step never changes.
struct Migration {
  std::int64_t version;
  std::string_view name;
  std::string_view sql;
};

// Every step this build knows, oldest first.
const std::vector<Migration>& known_migrations();

// Brings the database up to `migrations`: every step it has not had, oldest first, all in one transaction that the
// caller has opened. store.newer-schema, naming both versions, when the database has had a step later than the last.
Result<void> migrate(soci::session& session, const std::vector<Migration>& migrations, Instant now);

}  // namespace relais::practice
