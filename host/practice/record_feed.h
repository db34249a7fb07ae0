// SPDX-License-Identifier: Apache-2.0
// How far the changes of a record kept by the practice's software were taken in, and what was taken in of each source.
// Functions run inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <optional>
#include <string>

#include "practice/events.h"

namespace relais::practice {

struct RecordFeed {
  std::string position;  // of the last change taken in; empty: none yet
  Instant latest{};      // since when the newest of them shows in the record
};

RecordFeed record_feed(soci::session& sql);
// In the transaction of the change itself: it is taken in once, whatever stops the host.
void keep_record_feed(Transaction& tx, const RecordFeed& feed);

// The event of the highest version of this source, done or not.
std::optional<Event> last_told(soci::session& sql, const std::string& source);

}  // namespace relais::practice
