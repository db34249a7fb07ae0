// SPDX-License-Identifier: Apache-2.0
// Grouped sign-off: the list a doctor reads is stored, and signing it signs that and nothing else.
#include <algorithm>
#include <set>

#include "practice/ids.h"
#include "practice/worklist_rows.h"
#include "practice/worklist_store.h"

namespace relais::practice {

namespace {

using namespace worklist;

NotEvaluatedScopes silent_scopes(soci::session& sql) {
  NotEvaluatedScopes scopes;
  for (const auto& one : WorklistStore::not_evaluated(sql, {})) scopes.insert(one.scope);
  return scopes;
}

}  // namespace

Result<StoredFrozenList> WorklistStore::freeze_normals(Transaction& tx, const Actor& doctor, const std::string& task) {
  if (!is_doctor(doctor)) return fail(Code::worklist_doctor_only, "freeze normals");
  WorklistFilter filter;
  if (!task.empty()) filter.tasks = {task};
  const auto held = items(tx.sql(), filter);
  StoredFrozenList stored{new_id(tx, "normals"),
                          worklist::freeze_normals(held, silent_scopes(tx.sql()), doctor, tx.now())};
  const long long prepared = to_ms(stored.list.prepared_at);
  const auto json = rows::to_json(stored.list);
  tx.sql() << "INSERT INTO worklist_frozen_list (id, doctor_id, prepared_ms, sha256, items, signed_ms) "
              "VALUES (:id, :doctor, :prepared, :sha256, :items, 0)",
      soci::use(stored.id), soci::use(stored.list.doctor_id), soci::use(prepared), soci::use(stored.list.sha256),
      soci::use(json);
  return stored;
}

Result<SignedNormals> WorklistStore::sign_normals(Transaction& tx, const std::string& frozen_id, std::string_view sha256,
                                                  const Actor& doctor, const std::string& call_id) {
  FrozenList frozen;
  std::string json;
  long long prepared = 0, already = 0;
  tx.sql() << "SELECT doctor_id, prepared_ms, sha256, items, signed_ms FROM worklist_frozen_list WHERE id = :id",
      soci::use(frozen_id), soci::into(frozen.doctor_id), soci::into(prepared), soci::into(frozen.sha256),
      soci::into(json), soci::into(already);
  if (!tx.sql().got_data()) return fail(Code::not_found, "frozen list " + frozen_id);
  frozen.prepared_at = from_ms(prepared);
  frozen.items = rows::frozen_items(json);
  if (already != 0 || tx.now() - frozen.prepared_at > frozen_list_life) {
    return fail(Code::worklist_frozen_expired, "frozen list " + frozen_id);
  }
  std::vector<Item> held;
  for (const auto& [id, revision] : frozen.items) {
    auto found = rows::select_items(tx.sql(), "id = :v0", {id});
    held.insert(held.end(), found.begin(), found.end());
  }
  auto result = worklist::sign_normals(frozen, sha256, held, silent_scopes(tx.sql()), doctor, tx.now());
  if (!result) return result;
  std::vector<std::string> subjects;
  for (const auto& outcome : result->validated) {
    subjects.push_back(outcome.item.key.scope.subject.item_id);
    auto stored = store_change(tx, outcome.item, outcome.action, outcome.fact.role, call_id);
    if (!stored) return tl::unexpected(stored.error());
  }
  const long long now = to_ms(tx.now());
  tx.sql() << "UPDATE worklist_frozen_list SET signed_ms = :now WHERE id = :id", soci::use(now), soci::use(frozen_id);
  LedgerEntry entry;
  entry.actor = doctor.id;
  entry.role = doctor.role == Role::doctor ? "doctor" : "replacement-doctor";
  entry.action = "worklist.sign-normals";
  entry.item_id = frozen_id;
  // As the entry of each item: whose patients they are, and for whom a replacement signs.
  entry.doctor_id = doctor.replaces.empty() ? doctor.id : doctor.replaces.front();
  if (!doctor.replaces.empty()) entry.on_behalf_of = entry.doctor_id;
  entry.call_id = call_id;
  entry.subjects = digest_subjects(std::move(subjects));
  if (auto appended = ledger_.append(tx, entry); !appended) return tl::unexpected(appended.error());
  return result;
}

}  // namespace relais::practice
