// SPDX-License-Identifier: Apache-2.0
#include "practice/notices.h"

#include <set>

#include "practice/encoding.h"
#include "practice/ids.h"
#include "practice/worklist_rows.h"

namespace relais::practice {
namespace {

struct Row {
  Notice notice;
  long long created = 0, seen = 0;

  Notice read() const {
    auto made = notice;
    made.created = from_ms(created);
    if (seen != 0) made.seen = from_ms(seen);
    return made;
  }
};

// The same thing told to the same person has the same id.
std::string id_of(const NewNotice& notice) {
  std::string key;
  for (const auto* part : {&notice.account_id, &notice.kind, &notice.about, &notice.occasion}) {
    key += std::to_string(part->size()) + ":" + *part;
  }
  return "notice-" + sha256_hex(key).substr(0, 32);
}

}  // namespace

std::string notice_scope(std::string_view account_id) { return "notice/" + std::string(account_id); }

bool tell(Transaction& tx, const NewNotice& notice) {
  const auto id = id_of(notice);
  const long long now = to_ms(tx.now());
  long long ended = 0;
  tx.sql() << "SELECT ended_ms FROM notice WHERE id = :id", soci::use(id), soci::into(ended);
  const bool known = tx.sql().got_data();
  if (known && ended == 0) return false;
  const long long number = next_number(tx, "notice");
  if (known) tx.sql() << "DELETE FROM notice WHERE id = :id", soci::use(id);
  tx.sql() << "INSERT INTO notice (id, number, account_id, kind, about, sentence, created_ms, seen_ms, ended_ms) "
              "VALUES (:id, :number, :account, :kind, :about, :sentence, :created, 0, 0)",
      soci::use(id), soci::use(number), soci::use(notice.account_id), soci::use(notice.kind), soci::use(notice.about),
      soci::use(notice.sentence), soci::use(now);
  rows::note_change(tx, {}, notice_scope(notice.account_id));
  return true;
}

int end_notices(Transaction& tx, const std::string& kind, const std::string& about) {
  return end_notices_except(tx, kind, about, {});
}

int end_notices_except(Transaction& tx, const std::string& kind, const std::string& about,
                       const std::vector<NewNotice>& kept) {
  std::set<std::string> ending;
  {
    std::string id;
    soci::statement statement =
        (tx.sql().prepare << "SELECT id FROM notice WHERE kind = :kind AND about = :about AND ended_ms = 0",
         soci::use(kind), soci::use(about), soci::into(id));
    statement.execute();
    while (statement.fetch()) ending.insert(id);
  }
  for (const auto& notice : kept) ending.erase(id_of(notice));
  const long long now = to_ms(tx.now());
  for (const auto& id : ending)
    tx.sql() << "UPDATE notice SET ended_ms = :now WHERE id = :id", soci::use(now), soci::use(id);
  return static_cast<int>(ending.size());
}

std::vector<std::string> noticed(soci::session& sql, const std::string& kind) {
  std::string about;
  soci::statement statement =
      (sql.prepare << "SELECT DISTINCT about FROM notice WHERE kind = :kind AND ended_ms = 0 ORDER BY about",
       soci::use(kind), soci::into(about));
  statement.execute();
  std::vector<std::string> found;
  while (statement.fetch()) found.push_back(about);
  return found;
}

std::vector<Notice> notices(soci::session& sql, const std::string& account_id) {
  Row row;
  row.notice.account_id = account_id;
  soci::statement statement =
      (sql.prepare << "SELECT id, kind, about, sentence, created_ms FROM notice "
                      "WHERE account_id = :account AND seen_ms = 0 AND ended_ms = 0 ORDER BY number",
       soci::use(account_id), soci::into(row.notice.id), soci::into(row.notice.kind), soci::into(row.notice.about),
       soci::into(row.notice.sentence), soci::into(row.created));
  statement.execute();
  std::vector<Notice> found;
  while (statement.fetch()) found.push_back(row.read());
  return found;
}

Result<Notice> mark_notice_seen(Transaction& tx, const std::string& account_id, const std::string& id) {
  const long long now = to_ms(tx.now());
  tx.sql() << "UPDATE notice SET seen_ms = :now WHERE id = :id AND account_id = :account AND seen_ms = 0",
      soci::use(now), soci::use(id), soci::use(account_id);
  Row row;
  row.notice.account_id = account_id;
  tx.sql() << "SELECT id, kind, about, sentence, created_ms, seen_ms FROM notice "
              "WHERE id = :id AND account_id = :account",
      soci::use(id), soci::use(account_id), soci::into(row.notice.id), soci::into(row.notice.kind),
      soci::into(row.notice.about), soci::into(row.notice.sentence), soci::into(row.created), soci::into(row.seen);
  if (!tx.sql().got_data()) return fail(Code::not_found, "no such notice", "notice_id");
  return row.read();
}

}  // namespace relais::practice
