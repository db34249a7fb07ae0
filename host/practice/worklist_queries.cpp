// SPDX-License-Identifier: Apache-2.0
// What is read of the worklist; nothing here writes.
#include <algorithm>

#include "practice/worklist_rows.h"
#include "practice/worklist_store.h"

namespace relais::practice {

namespace {

using namespace worklist;

// A condition and its values, built together so that no value is ever part of the statement.
class Condition {
 public:
  void equal(const std::string& column, const std::string& value) { all_.push_back(column + " = " + add(value)); }
  void plain(std::string condition) { all_.push_back(std::move(condition)); }
  std::string any(const std::string& column, const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : " OR ") + column + " = " + add(value);
    return text;
  }
  std::string add(const std::string& value) {
    values_.push_back(value);
    return rows::parameter(values_.size() - 1);
  }
  std::string text() const {
    std::string text = "1 = 1";
    for (const auto& one : all_) text += " AND (" + one + ")";
    return text;
  }
  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> all_;
  std::vector<std::string> values_;
};

void subject_condition(const WorklistFilter& filter, bool with_assigned, Condition& condition) {
  if (!filter.doctor_ids.empty()) {
    auto text = condition.any("doctor_id", filter.doctor_ids) + " OR doctor_id = ''";
    if (with_assigned && !filter.assigned_to.empty()) text += " OR assigned_to = " + condition.add(filter.assigned_to);
    condition.plain(std::move(text));
  } else if (with_assigned && !filter.assigned_to.empty()) {
    condition.equal("assigned_to", filter.assigned_to);
  }
  if (!filter.tasks.empty()) condition.plain(condition.any("task", filter.tasks));
  if (!filter.subject_item_id.empty()) condition.equal("subject_item_id", filter.subject_item_id);
}

}  // namespace

Result<Item> WorklistStore::item(soci::session& sql, const std::string& id) {
  auto found = rows::select_items(sql, "id = :v0", {id});
  if (found.empty()) return fail(Code::not_found, "item " + id);
  return std::move(found.front());
}

std::vector<Item> WorklistStore::items(soci::session& sql, const WorklistFilter& filter) {
  Condition condition;
  subject_condition(filter, true, condition);
  if (filter.digest_only) {
    condition.plain("digest = 1");
  } else if (!filter.closed_too) {
    condition.plain("terminal = 0");
  }
  if (filter.changed_since) condition.plain("changed_ms >= " + std::to_string(to_ms(*filter.changed_since)));
  return rows::select_items(sql, condition.text(), condition.values());
}

std::vector<Action> WorklistStore::actions(soci::session& sql, const std::string& item_id) {
  return rows::select_actions(sql, item_id);
}

bool WorklistStore::known(soci::session& sql, const Scope& scope) {
  return !rows::select_scopes(sql, "scope_id = :v0", {scope_id(scope)}).empty();
}

std::vector<NotEvaluated> WorklistStore::not_evaluated(soci::session& sql, const WorklistFilter& filter) {
  Condition condition;
  subject_condition(filter, false, condition);
  condition.plain("scope_id IN (SELECT scope_id FROM worklist_not_evaluated)");
  std::vector<NotEvaluated> all;
  for (const auto& scope : rows::select_scopes(sql, condition.text(), condition.values())) {
    NotEvaluated one;
    one.scope = scope.scope;
    long long since = 0, last = 0;
    sql << "SELECT code, since_ms, last_ms FROM worklist_not_evaluated WHERE scope_id = :id", soci::use(scope.id),
        soci::into(one.code), soci::into(since), soci::into(last);
    one.since = from_ms(since);
    one.last_at = from_ms(last);
    all.push_back(std::move(one));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.since < b.since; });
  return all;
}

WorklistStore::Standing WorklistStore::standing(soci::session& sql, const std::string& subject_item_id) {
  Standing standing;
  for (const auto& item : rows::select_items(sql, "subject_item_id = :v0", {subject_item_id})) {
    if (item.key.scope.plugin == reception_plugin) continue;
    if (item.seen || item.state == State::valide) standing.seen = true;
    if (item.state != State::retire) standing.category = std::max(standing.category, item.finding.category);
  }
  return standing;
}

std::vector<WorklistChange> WorklistStore::changes_since(soci::session& sql, std::int64_t seq, int limit) {
  const long long after = seq, most = limit;
  long long number = 0;
  WorklistChange change;
  soci::statement statement =
      (sql.prepare << "SELECT seq, item_id, scope_id FROM worklist_change WHERE seq > :after ORDER BY seq LIMIT :most",
       soci::into(number), soci::into(change.item_id), soci::into(change.scope_id), soci::use(after), soci::use(most));
  statement.execute();
  std::vector<WorklistChange> all;
  while (statement.fetch()) {
    change.seq = number;
    all.push_back(change);
  }
  return all;
}

std::int64_t WorklistStore::last_change(soci::session& sql) {
  long long last = 0;
  sql << "SELECT COALESCE(MAX(seq), 0) FROM worklist_change", soci::into(last);
  return last;
}

}  // namespace relais::practice
