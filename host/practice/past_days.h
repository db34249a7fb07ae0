// SPDX-License-Identifier: Apache-2.0
// What the days leave in the queue: one event for each patient and night, and one for each record opened in a day, of no
// use once it is done and old.
#pragma once

#include <cstdint>

#include "practice/database.h"

namespace relais::practice {

// Whether there is anything to take out. Throws soci::soci_error.
bool has_past_days(soci::session& sql, Instant before);

// Takes out at most `most` events of the kinds "nightly" and "patient.opened" that were done before `before`, those done
// first first. The number taken out; fewer than `most`: none is left. Nothing else then says whose record was opened when
// but the ledger, which has its own retention. What else is done stays: a preview asks for a year of it, a record kept
// elsewhere is compared with what it told last, and it is what keeps a change that is told again from being a second
// event. Inside Database::write; throws soci::soci_error.
std::int64_t purge_daily_events(Transaction& tx, Instant before, std::int64_t most);

}  // namespace relais::practice
