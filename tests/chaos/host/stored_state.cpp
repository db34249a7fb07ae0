// SPDX-License-Identifier: Apache-2.0
#include "stored_state.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <iterator>
#include <map>
#include <set>

namespace relais::chaos {
namespace {

// Each row of `query`, one text, is something wrong.
void expect_none(soci::session& sql, const std::string& what, const std::string& query, std::vector<std::string>& wrong) {
  const soci::rowset<std::string> rows = (sql.prepare << query);
  for (const auto& row : rows) {
    wrong.push_back(what + ": " + row);
    if (wrong.size() > 20) return;
  }
}

void check_messages(soci::session& sql, const Answered& answered, std::vector<std::string>& wrong) {
  std::map<std::string, std::string> stored;
  const soci::rowset<soci::row> rows =
      (sql.prepare << "SELECT i.id, i.sha256 FROM inbound i JOIN inbound_content c ON c.sha256 = i.sha256 WHERE "
                      "c.size_bytes > 0");
  for (const auto& row : rows) stored[row.get<std::string>(0)] = row.get<std::string>(1);
  for (const auto& [id, sha256] : answered.messages) {
    const auto found = stored.find(id);
    if (found == stored.end()) wrong.push_back("a message that was answered for is not there: " + id);
    else if (found->second != sha256) wrong.push_back("a message holds other bytes: " + id);
  }
  expect_none(sql, "the same bytes were taken in as new twice",
              "SELECT sha256 FROM inbound WHERE duplicate_of = '' GROUP BY sha256 HAVING COUNT(*) > 1", wrong);
  expect_none(sql, "a message without its ledger entry",
              "SELECT id FROM inbound WHERE id NOT IN (SELECT item_id FROM ledger)", wrong);
  expect_none(sql, "a message was read and brought nothing",
              "SELECT id FROM inbound i WHERE state <> 'received' AND state <> 'unreadable' AND duplicate_of = '' AND NOT "
              "EXISTS (SELECT 1 FROM ingest_report r WHERE r.inbound_id = i.id) AND NOT EXISTS (SELECT 1 FROM ingest_also a "
              "WHERE a.inbound_id = i.id)",
              wrong);
  expect_none(sql, "one message brought a report twice",
              "SELECT inbound_id FROM ingest_report GROUP BY inbound_id, ordinal HAVING COUNT(*) > 1", wrong);
}

void check_items(soci::session& sql, std::vector<std::string>& wrong) {
  // A report's item is of one patient, whoever that is; one without a report is of its patient.
  expect_none(sql, "an item stands twice",
              "SELECT MIN(patient_id || ' ' || subject_item_id) FROM worklist_item GROUP BY plugin, task, CASE "
              "subject_item_id WHEN '' THEN patient_id ELSE subject_item_id END, kind HAVING COUNT(*) > 1",
              wrong);
  expect_none(sql, "a report is on no list and nothing says so",
              "SELECT id FROM ingest_report r WHERE is_report = 1 AND NOT EXISTS (SELECT 1 FROM worklist_item w WHERE "
              "w.subject_item_id = r.id) AND NOT EXISTS (SELECT 1 FROM worklist_scope s JOIN worklist_not_evaluated n ON "
              "n.scope_id = s.scope_id WHERE s.subject_item_id = r.id) AND NOT EXISTS (SELECT 1 FROM event e WHERE "
              "e.item_id = r.id AND e.done_ms IS NULL)",
              wrong);
  // The last run of a plugin on a subject, as the ledger tells it, is what the list says of it: evaluated or not. A run
  // that nobody delegated any more says neither.
  const std::string last_run =
      "(SELECT l.outcome FROM ledger l WHERE l.action = 'plugin.run' AND l.item_id = "
      "s.subject_item_id AND l.task_id = s.task AND l.patient_id = s.patient_id ORDER BY l.seq DESC LIMIT 1)";
  expect_none(sql, "said to be not evaluated, although its last run succeeded",
              "SELECT s.subject_item_id FROM worklist_scope s JOIN worklist_not_evaluated n ON n.scope_id = s.scope_id "
              "WHERE s.plugin <> 'relais' AND " + last_run + " = 'ok'",
              wrong);
  expect_none(sql, "said to be not evaluated, although nobody delegates it",
              "SELECT s.subject_item_id FROM worklist_scope s JOIN worklist_not_evaluated n ON n.scope_id = s.scope_id "
              "WHERE s.plugin <> 'relais' AND " + last_run + " = 'refused'",
              wrong);
  expect_none(sql, "its last run failed and nothing says that it is not evaluated",
              "SELECT s.subject_item_id FROM worklist_scope s WHERE s.plugin <> 'relais' AND s.moved_to = '' AND "
              "s.scope_id NOT IN (SELECT scope_id FROM worklist_not_evaluated) AND " + last_run + " = 'failed'",
              wrong);
  expect_none(sql, "an item of the plugin without any run that succeeded",
              "SELECT id FROM worklist_item w WHERE plugin <> 'relais' AND NOT EXISTS (SELECT 1 FROM ledger l WHERE "
              "l.patient_id = w.patient_id AND l.action = 'plugin.run' AND l.outcome = 'ok' AND l.item_id = "
              "w.subject_item_id)",
              wrong);
}

void check_acts(soci::session& sql, const Answered& answered, std::vector<std::string>& wrong) {
  std::map<std::string, std::multiset<long long>> stored;  // by item and actor, the revisions
  std::set<std::string> words;
  const soci::rowset<soci::row> rows = (sql.prepare << "SELECT item_id, revision, actor, words FROM worklist_action");
  for (const auto& row : rows) {
    stored[row.get<std::string>(0) + " " + row.get<std::string>(2)].insert(row.get<long long>(1));
    words.insert(row.get<std::string>(3));
  }
  std::map<std::string, std::multiset<long long>> told;
  for (const auto& act : answered.acts) {
    const auto who = act.item_id + " " + act.actor;
    // A list signed at once answers no revision.
    if (act.version != 0) told[who].insert(act.version);
    if (!stored.contains(who)) wrong.push_back("an act that was answered for is not there: " + who);
  }
  // The item is answered as it is after the act: something else may have changed it meanwhile. As many acts must stand as
  // were answered for up to each answer.
  for (const auto& [who, versions] : told) {
    const auto& kept = stored[who];
    std::ptrdiff_t answers = 0;
    for (const auto version : versions)
      if (std::distance(kept.begin(), kept.upper_bound(version)) < ++answers)
        wrong.push_back("an act that was answered for is not there: " + who + " " + std::to_string(version));
  }
  for (const auto& note : answered.notes)
    if (!words.contains(note)) wrong.push_back("a note that was answered for is not there: " + note);
}

}  // namespace

std::vector<std::string> wrongs(const std::filesystem::path& database, const Answered& answered, bool settled) {
  std::vector<std::string> wrong;
  soci::session sql(soci::sqlite3, "db=\"" + database.string() + "\" timeout=30");
  sql << "PRAGMA query_only = ON";
  sql << "BEGIN";
  check_messages(sql, answered, wrong);
  check_items(sql, wrong);
  check_acts(sql, answered, wrong);
  if (settled) {
    expect_none(sql, "a message was never read", "SELECT id FROM inbound WHERE state = 'received'", wrong);
    expect_none(sql, "still not evaluated, by a plugin that runs",
                "SELECT s.subject_item_id || ' ' || n.code FROM worklist_scope s JOIN worklist_not_evaluated n ON "
                "n.scope_id = s.scope_id",
                wrong);
    expect_none(sql, "a report that is on no list",
                "SELECT id FROM ingest_report r WHERE is_report = 1 AND NOT EXISTS (SELECT 1 FROM worklist_item w WHERE "
                "w.subject_item_id = r.id)",
                wrong);
  }
  sql << "ROLLBACK";
  return wrong;
}

long long rows_of(const std::filesystem::path& database, const std::string& table) {
  soci::session sql(soci::sqlite3, "db=\"" + database.string() + "\" timeout=30");
  long long rows = 0;
  sql << "SELECT COUNT(*) FROM " + table, soci::into(rows);
  return rows;
}

}  // namespace relais::chaos
