// SPDX-License-Identifier: Apache-2.0
#include "practice/events.h"

#include <algorithm>
#include <map>

#include "practice/ids.h"
#include "practice/trace.h"

namespace relais::practice {

std::optional<std::int64_t> append_event(Transaction& tx, const Event& event) {
  long long known = 0;
  const long long version = event.version;
  tx.sql() << "SELECT seq FROM event WHERE source = :source AND version = :version", soci::use(event.source),
      soci::use(version), soci::into(known);
  if (tx.sql().got_data()) return std::nullopt;
  const long long seq = next_number(tx, "event");
  const long long now = to_ms(tx.now());
  auto trace = event.trace_id.empty() ? tx.trace() : event.trace_id;
  if (trace.empty()) trace = new_trace_id();
  tx.sql() << "INSERT INTO event (seq, source, version, kind, item_id, patient_id, doctor_id, trace_id, created_ms, "
              "not_before_ms, attempts, last_error, done_ms) VALUES (:seq, :source, :version, :kind, :item, :patient, "
              ":doctor, :trace, :created, :not_before, 0, '', NULL)",
      soci::use(seq), soci::use(event.source), soci::use(version), soci::use(event.kind), soci::use(event.item_id),
      soci::use(event.patient_id), soci::use(event.doctor_id), soci::use(trace), soci::use(now), soci::use(now);
  return seq;
}

namespace {

constexpr std::chrono::hours longest_wait{1};

// Nothing tells a later clock from a clock that went back but what was written under it.
void bring_back(Transaction& tx) {
  const long long now = to_ms(tx.now());
  const long long latest = to_ms(tx.now() + longest_wait);
  tx.sql() << "UPDATE event SET not_before_ms = :due, created_ms = CASE WHEN created_ms > :future THEN :created ELSE "
              "created_ms END WHERE done_ms IS NULL AND (created_ms > :now OR not_before_ms > :latest)",
      soci::use(now), soci::use(now), soci::use(now), soci::use(now), soci::use(latest);
}

}  // namespace

std::vector<Event> claim_events(Transaction& tx, std::int64_t limit, std::chrono::milliseconds hold) {
  bring_back(tx);
  const long long now = to_ms(tx.now());
  const long long most = limit;
  std::vector<Event> claimed;
  {
    Event row;
    long long seq = 0;
    long long version = 0;
    long long created = 0;
    long long attempts = 0;
    soci::statement statement =
        (tx.sql().prepare << "SELECT seq, source, version, kind, item_id, patient_id, doctor_id, trace_id, created_ms, "
                             "attempts, last_error FROM event WHERE done_ms IS NULL AND not_before_ms <= :now "
                             // The columns of the index event_queue: only what is claimed is read.
                             "ORDER BY (kind = 'nightly'), seq LIMIT :most",
         soci::use(now), soci::use(most), soci::into(seq), soci::into(row.source), soci::into(version),
         soci::into(row.kind), soci::into(row.item_id), soci::into(row.patient_id), soci::into(row.doctor_id),
         soci::into(row.trace_id), soci::into(created), soci::into(attempts), soci::into(row.last_error));
    statement.execute();
    while (statement.fetch()) {
      row.seq = seq;
      row.version = version;
      row.created = from_ms(created);
      row.attempts = attempts + 1;
      claimed.push_back(row);
    }
  }
  const long long until = to_ms(tx.now() + hold);
  for (const auto& event : claimed) {
    const long long seq = event.seq;
    tx.sql() << "UPDATE event SET attempts = attempts + 1, not_before_ms = :until WHERE seq = :seq", soci::use(until),
        soci::use(seq);
  }
  return claimed;
}

Result<void> finish_event(Transaction& tx, std::int64_t seq) {
  const long long now = to_ms(tx.now());
  const long long number = seq;
  soci::statement statement = (tx.sql().prepare << "UPDATE event SET done_ms = :now WHERE seq = :seq AND done_ms IS NULL",
                               soci::use(now), soci::use(number));
  statement.execute(true);
  if (statement.get_affected_rows() == 0) return fail(Code::not_found, "no such event in the queue", "seq");
  return {};
}

Result<void> retry_event(Transaction& tx, std::int64_t seq, const std::string& error_code, Instant retry_at) {
  const long long at = to_ms(retry_at);
  const long long number = seq;
  soci::statement statement =
      (tx.sql().prepare << "UPDATE event SET last_error = :error, not_before_ms = :at WHERE seq = :seq AND done_ms IS NULL",
       soci::use(error_code), soci::use(at), soci::use(number));
  statement.execute(true);
  if (statement.get_affected_rows() == 0) return fail(Code::not_found, "no such event in the queue", "seq");
  return {};
}

void unclaim_event(Transaction& tx, const Event& claimed, Instant due) {
  const long long at = to_ms(due);
  const long long before = claimed.attempts - 1;
  const long long seq = claimed.seq;
  tx.sql() << "UPDATE event SET attempts = :attempts, last_error = :error, not_before_ms = :at WHERE seq = :seq AND done_ms "
              "IS NULL",
      soci::use(before), soci::use(claimed.last_error), soci::use(at), soci::use(seq);
}

void release_events(Transaction& tx) {
  const long long now = to_ms(tx.now());
  // Only holds: an event that waits to be tried again after an error keeps its delay.
  tx.sql() << "UPDATE event SET not_before_ms = :now WHERE done_ms IS NULL AND attempts > 0 AND last_error = '' "
              "AND not_before_ms > :later",
      soci::use(now), soci::use(now);
}

void hasten_events(Transaction& tx) {
  const long long now = to_ms(tx.now());
  tx.sql() << "UPDATE event SET not_before_ms = :now WHERE done_ms IS NULL AND last_error <> '' AND not_before_ms > :later",
      soci::use(now), soci::use(now);
}

std::vector<Event> last_events(soci::session& sql, const std::string& doctor_id, const std::vector<std::string>& kinds,
                               Instant from, Instant until) {
  const long long first = to_ms(from);
  const long long last = to_ms(until);
  Event row;
  long long seq = 0;
  long long created = 0;
  // What has no item of its own is of its patient.
  std::map<std::pair<std::string, std::string>, Event> last_of;
  soci::statement statement =
      (sql.prepare << "SELECT seq, kind, item_id, patient_id, created_ms FROM event WHERE doctor_id = :doctor AND "
                      "created_ms >= :first AND created_ms <= :last ORDER BY seq",
       soci::use(doctor_id), soci::use(first), soci::use(last), soci::into(seq), soci::into(row.kind),
       soci::into(row.item_id), soci::into(row.patient_id), soci::into(created));
  statement.execute();
  while (statement.fetch()) {
    if (std::find(kinds.begin(), kinds.end(), row.kind) == kinds.end()) continue;
    row.seq = seq;
    row.created = from_ms(created);
    row.doctor_id = doctor_id;
    last_of.insert_or_assign({row.item_id, row.item_id.empty() ? row.patient_id : ""}, row);
  }
  std::vector<Event> events;
  for (auto& [subject, event] : last_of) events.push_back(std::move(event));
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.seq < b.seq; });
  return events;
}

std::int64_t events_waiting(soci::session& sql) {
  long long count = 0;
  sql << "SELECT COUNT(*) FROM event WHERE done_ms IS NULL", soci::into(count);
  return count;
}

}  // namespace relais::practice
