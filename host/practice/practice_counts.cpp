// SPDX-License-Identifier: Apache-2.0
#include "practice/practice_counts.h"

#include "practice/query.h"

namespace relais::practice {

PracticeCounts practice_counts(soci::session& sql) {
  PracticeCounts counts;
  Query items(sql, "SELECT category, COUNT(*) FROM worklist_item WHERE terminal = 0 GROUP BY category");
  while (items.next()) counts.open_items[static_cast<worklist::Category>(items.number(0))] = items.number(1);
  Query silent(sql, "SELECT COUNT(*) FROM worklist_not_evaluated");
  if (silent.next()) counts.not_evaluated = silent.number(0);
  Query messages(sql, "SELECT state, COUNT(*) FROM inbound GROUP BY state");
  while (messages.next()) counts.messages[std::string(messages.text(0))] = messages.number(1);
  Query events(sql, "SELECT COUNT(*), MIN(created_ms) FROM event WHERE done_ms IS NULL");
  if (events.next()) {
    counts.events = events.number(0);
    if (!events.is_null(1)) counts.oldest_event = Instant(std::chrono::milliseconds(events.number(1)));
  }
  return counts;
}

}  // namespace relais::practice
