// SPDX-License-Identifier: Apache-2.0
#include "practice/record_feed.h"

namespace relais::practice {

RecordFeed record_feed(soci::session& sql) {
  RecordFeed feed;
  long long latest = 0;
  sql << "SELECT position, latest_ms FROM record_feed WHERE id = 1", soci::into(feed.position), soci::into(latest);
  if (!sql.got_data()) return {};
  feed.latest = from_ms(latest);
  return feed;
}

void keep_record_feed(Transaction& tx, const RecordFeed& feed) {
  const long long latest = to_ms(feed.latest), now = to_ms(tx.now());
  soci::statement update =
      (tx.sql().prepare << "UPDATE record_feed SET position = :position, latest_ms = :latest, taken_ms = :now WHERE id = 1",
       soci::use(feed.position), soci::use(latest), soci::use(now));
  update.execute(true);
  if (update.get_affected_rows() != 0) return;
  tx.sql() << "INSERT INTO record_feed (id, position, latest_ms, taken_ms) VALUES (1, :position, :latest, :now)",
      soci::use(feed.position), soci::use(latest), soci::use(now);
}

std::optional<Event> last_told(soci::session& sql, const std::string& source) {
  Event told;
  long long seq = 0, version = 0;
  sql << "SELECT seq, version, kind, item_id, patient_id, doctor_id FROM event WHERE source = :source "
         "ORDER BY version DESC LIMIT 1",
      soci::use(source), soci::into(seq), soci::into(version), soci::into(told.kind), soci::into(told.item_id),
      soci::into(told.patient_id), soci::into(told.doctor_id);
  if (!sql.got_data()) return std::nullopt;
  told.seq = seq;
  told.version = version;
  told.source = source;
  return told;
}

}  // namespace relais::practice
