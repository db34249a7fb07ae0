// SPDX-License-Identifier: Apache-2.0
#include "practice/past_days.h"

namespace relais::practice {

bool has_past_days(soci::session& sql, Instant before) {
  const long long limit = to_ms(before);
  long long seq = 0;
  // The condition of the index event_past_day, word for word.
  sql << "SELECT seq FROM event WHERE kind IN ('nightly', 'patient.opened') AND done_ms IS NOT NULL AND done_ms < :before "
         "LIMIT 1",
      soci::use(limit), soci::into(seq);
  return sql.got_data();
}

std::int64_t purge_daily_events(Transaction& tx, Instant before, std::int64_t most) {
  const long long limit = to_ms(before);
  const long long rows = most;
  soci::statement statement =
      (tx.sql().prepare << "DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE kind IN ('nightly', 'patient.opened') "
                           "AND done_ms IS NOT NULL AND done_ms < :before ORDER BY done_ms LIMIT :most)",
       soci::use(limit), soci::use(rows));
  statement.execute(true);
  return statement.get_affected_rows();
}

}  // namespace relais::practice
