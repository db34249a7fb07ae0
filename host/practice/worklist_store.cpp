// SPDX-License-Identifier: Apache-2.0
#include "practice/worklist_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "practice/ids.h"
#include "practice/plugin_feedback.h"
#include "practice/worklist_rows.h"

namespace relais::practice {

namespace {

using namespace worklist;

// Rules and kinds are chosen by plugins: what the ledger would refuse is made harmless rather than blocking the answer.
std::string identifier(std::string text) {
  constexpr std::size_t longest = 128;
  if (text.size() > longest) text.resize(longest);
  for (auto& c : text) {
    if (c <= 0x20 || c >= 0x7f || c == '"' || c == '\'' || c == '\\') c = '_';
  }
  return text;
}

using rows::note_change;

rows::ScopeRow scope_row(soci::session& sql, const Scope& scope) {
  const auto id = scope_id(scope);
  auto found = rows::select_scopes(sql, "scope_id = :v0", {id});
  return found.empty() ? rows::ScopeRow{id, scope, {}, {}} : std::move(found.front());
}

std::optional<NotEvaluated> not_evaluated_of(soci::session& sql, const rows::ScopeRow& scope) {
  NotEvaluated one;
  one.scope = scope.scope;
  long long since = 0, last = 0;
  sql << "SELECT code, since_ms, last_ms FROM worklist_not_evaluated WHERE scope_id = :id", soci::use(scope.id),
      soci::into(one.code), soci::into(since), soci::into(last);
  if (!sql.got_data()) return std::nullopt;
  one.since = from_ms(since);
  one.last_at = from_ms(last);
  return one;
}

void store_not_evaluated(Transaction& tx, const std::string& scope, const std::optional<NotEvaluated>& now_held) {
  tx.sql() << "DELETE FROM worklist_not_evaluated WHERE scope_id = :id", soci::use(scope);
  if (!now_held) return;
  const long long since = to_ms(now_held->since), last = to_ms(now_held->last_at);
  tx.sql() << "INSERT INTO worklist_not_evaluated (scope_id, code, since_ms, last_ms) VALUES (:id, :code, :since, :last)",
      soci::use(scope), soci::use(now_held->code), soci::use(since), soci::use(last);
}

// A line that the store itself writes: no person, no plugin.
Action system_action(const Item& before, const Item& after, std::string act, Instant now) {
  return {std::move(act),           {}, now, after.revision, before.state, after.state, before.finding.category,
          after.finding.category, {}, {}};
}

}  // namespace

Result<void> WorklistStore::record(Transaction& tx, const LedgerFact& fact, const std::string& call_id) {
  LedgerEntry entry;
  entry.actor = fact.actor.empty() ? "system" : identifier(fact.actor);
  entry.on_behalf_of = entry.doctor_id = identifier(fact.subject.doctor_id);
  entry.role = worklist::name(fact.actor.empty() ? Role::system : fact.role);
  entry.action = identifier(fact.action);
  entry.item_id = identifier(fact.subject.item_id);
  entry.patient_id = identifier(fact.subject.patient_id);
  entry.task_id = identifier(fact.task);
  entry.fiche_id = identifier(fact.fiche_id);
  entry.fiche_version = fact.fiche_version;
  entry.plugin_id = identifier(fact.plugin);
  entry.plugin_version = identifier(fact.plugin_version);
  constexpr std::size_t most_rules = 64;
  for (const auto& rule : fact.rules) {
    if (entry.rule_codes.size() < most_rules) entry.rule_codes.push_back(identifier(rule));
  }
  entry.call_id = identifier(call_id);
  auto appended = ledger_.append(tx, entry);
  if (!appended) return tl::unexpected(appended.error());
  return {};
}

Result<void> WorklistStore::store_change(Transaction& tx, const Item& item, const Action& action, Role role,
                                         const std::string& call_id) {
  rows::upsert(tx.sql(), item);
  rows::insert(tx.sql(), next_number(tx, "worklist-action"), item.id, action);
  note_change(tx, item.id, {});
  keep_feedback(tx, item, action);
  // What Relais does to an item belongs to what made it do so; a person's act, to what the item came from.
  const auto trace = tx.trace();
  if (!item.trace_id.empty() && (trace.empty() || !action.actor.empty())) tx.set_trace(item.trace_id);
  auto recorded = record(tx, ledger_fact(item, action, role), call_id);
  tx.set_trace(trace);
  return recorded;
}

Result<std::int64_t> WorklistStore::begin_evaluation(Transaction& tx, const Scope& scope) {
  auto row = scope_row(tx.sql(), scope);
  if (!row.moved_to.empty()) return fail(Code::worklist_subject_moved, "scope " + row.id);
  ++row.fence.issued;
  rows::upsert(tx.sql(), row);
  return row.fence.issued;
}

Result<Reconciliation> WorklistStore::apply(Transaction& tx, const Reply& reply) {
  auto row = scope_row(tx.sql(), reply.scope);
  Held held;
  held.fence = row.fence;
  held.items = rows::select_items(tx.sql(), "scope_id = :v0", {row.id});
  held.not_evaluated = not_evaluated_of(tx.sql(), row);
  auto result = reconcile(held, reply, tx.now());
  if (result.verdict != Verdict::applied) return result;
  row.fence = result.fence;
  rows::upsert(tx.sql(), row);
  for (auto& change : result.changes) {
    if (change.action && !tx.trace().empty()) change.item.trace_id = tx.trace();
    if (!change.action) {
      rows::upsert(tx.sql(), change.item);
      continue;
    }
    if (auto stored = store_change(tx, change.item, *change.action, Role::system); !stored) {
      return tl::unexpected(stored.error());
    }
  }
  if (result.not_evaluated != held.not_evaluated) {
    store_not_evaluated(tx, row.id, result.not_evaluated);
    note_change(tx, {}, row.id);
  }
  if (!result.not_evaluated) {
    if (auto done = withdraw_moved(tx, reply.scope, !reply.findings.empty()); !done) return tl::unexpected(done.error());
  }
  return result;
}

Result<void> WorklistStore::move_subject(Transaction& tx, const Subject& from, const Subject& to) {
  if (from == to) return {};
  auto& sql = tx.sql();
  const auto all = rows::select_scopes(sql, "subject_item_id = :v0", {from.item_id});
  for (auto row : all) {
    if (row.scope.subject != from) continue;
    const Scope target{row.scope.plugin, row.scope.task, to};
    const auto target_id = scope_id(target);
    // Whoever had moved here moves on; who is moved to stands again.
    for (auto other : all) {
      if (other.moved_to != row.id || other.id == target_id) continue;
      other.moved_to = target_id;
      rows::upsert(sql, other);
    }
    auto standing_again = scope_row(sql, target);
    standing_again.moved_to.clear();
    rows::upsert(sql, standing_again);
    row.moved_to = target_id;
    ++row.fence.issued;
    rows::upsert(sql, row);
    note_change(tx, {}, row.id);
  }
  return {};
}

Result<void> WorklistStore::withdraw_moved(Transaction& tx, const Scope& scope, bool found_something) {
  for (const auto& old : rows::select_scopes(tx.sql(), "moved_to = :v0 AND moved_to <> ''", {scope_id(scope)})) {
    for (const auto& before : rows::select_items(tx.sql(), "scope_id = :v0 AND terminal = 0", {old.id})) {
      // Without a finding in its place, what no doctor has seen stays for one to confirm.
      const bool stays = !found_something && is_clinical(before) && !before.seen;
      if (stays && before.state == State::a_confirmer) continue;
      Item after = before;
      after.state = stays ? State::a_confirmer : State::retire;
      if (!stays) after.claimed_by.clear();
      ++after.revision;
      after.changed_at = tx.now();
      const auto action = system_action(before, after, stays ? "item.to-confirm" : "item.moved", tx.now());
      if (auto stored = store_change(tx, after, action, Role::system); !stored) return stored;
    }
    if (not_evaluated_of(tx.sql(), old)) {
      store_not_evaluated(tx, old.id, std::nullopt);
      note_change(tx, {}, old.id);
    }
  }
  return {};
}

Result<void> WorklistStore::stand_again(Transaction& tx, const Subject& subject) {
  for (auto row : rows::select_scopes(tx.sql(), "subject_item_id = :v0", {subject.item_id})) {
    if (row.scope.subject != subject || row.moved_to.empty()) continue;
    row.moved_to.clear();
    rows::upsert(tx.sql(), row);
    note_change(tx, {}, row.id);
  }
  return {};
}

Result<void> WorklistStore::cover(Transaction& tx, const std::string& item_id) {
  const auto before = item(tx.sql(), item_id);
  if (!before) return tl::unexpected(before.error());
  if (is_terminal(before->state)) return {};
  Item after = *before;
  after.state = State::retire;
  after.claimed_by.clear();
  ++after.revision;
  after.changed_at = tx.now();
  return store_change(tx, after, system_action(*before, after, "item.covered", tx.now()), Role::system);
}

Result<Outcome> WorklistStore::act(Transaction& tx, const std::string& item_id, std::int64_t expected_revision,
                                   const Act& act, const std::string& call_id) {
  const auto held = item(tx.sql(), item_id);
  if (!held) return tl::unexpected(held.error());
  if (expected_revision != 0 && held->revision != expected_revision) {
    return fail(Code::worklist_changed, "item " + item_id);
  }
  auto outcome = act(*held, tx.now());
  if (!outcome) return outcome;
  if (auto stored = store_change(tx, outcome->item, outcome->action, outcome->fact.role, call_id); !stored) {
    return tl::unexpected(stored.error());
  }
  return outcome;
}

Result<void> WorklistStore::keep_instants(Transaction& tx, const Item& item) {
  const auto held = WorklistStore::item(tx.sql(), item.id);
  if (!held) return tl::unexpected(held.error());
  if (held->revision == item.revision) rows::upsert(tx.sql(), item);
  return {};
}

Result<Reconciliation> WorklistStore::apply(const Reply& reply) {
  auto result = database_.write([&](Transaction& tx) { return apply(tx, reply); });
  if (result) changed();
  return result;
}

Result<Outcome> WorklistStore::act(const std::string& item_id, std::int64_t expected_revision, const Act& one,
                                   const std::string& call_id) {
  auto result = database_.write([&](Transaction& tx) { return act(tx, item_id, expected_revision, one, call_id); });
  if (result) changed();
  return result;
}

}  // namespace relais::practice
