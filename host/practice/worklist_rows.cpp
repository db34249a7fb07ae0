// SPDX-License-Identifier: Apache-2.0
#include "practice/worklist_rows.h"

#include <nlohmann/json.hpp>

#include "practice/ids.h"

namespace relais::practice::rows {

namespace {

using Json = nlohmann::json;
using namespace worklist;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string reasons_json(const std::vector<Reason>& reasons) {
  Json all = Json::array();
  for (const auto& reason : reasons) {
    all.push_back({reason.rule, reason.text, reason.source, static_cast<int>(reason.category), reason.data_level,
                   reason.evidence});
  }
  return dump(all);
}

std::vector<Reason> reasons_of(const std::string& text) {
  std::vector<Reason> reasons;
  for (const auto& one : Json::parse(text)) {
    reasons.push_back({one.at(0), one.at(1), one.at(2), static_cast<Category>(one.at(3).get<int>()), one.at(4),
                       one.at(5).get<std::vector<std::string>>()});
  }
  return reasons;
}

constexpr auto item_columns =
    "id, plugin, task, subject_item_id, patient_id, doctor_id, kind, title, reasons, plugin_version, slice_declaration, "
    "fiche_id, seen_by, seen_reasons, claimed_by, assigned_to, state_reason, routed_to, routed_why, trace_id, category, data_level, more_expected, "
    "restricted, fiche_version, slice_version, clinical_task, state, revision, created_ms, category_since_ms, changed_ms, "
    "seen_ms, seen_category, unseen_peak, assigned_to_doctor, digest, reopened, overdue_ms, escalations, escalated_ms, "
    "prepared_ms, reminded_ms, looked_again, item_rank";

// One row, bound column by column: the same types on both engines.
struct ItemRow {
  std::string id, plugin, task, subject_item_id, patient_id, doctor_id, kind, title, reasons, plugin_version,
      slice_declaration, fiche_id, seen_by, seen_reasons, claimed_by, assigned_to, state_reason, routed_to, routed_why,
      trace_id;
  long long category = 0, data_level = 0, more_expected = 0, restricted = 0, fiche_version = 0, slice_version = 0,
            clinical_task = 0, state = 0, revision = 0, created_ms = 0, category_since_ms = 0, changed_ms = 0, seen_ms = 0,
            seen_category = 0, unseen_peak = 0, assigned_to_doctor = 0, digest = 0, reopened = 0, overdue_ms = 0,
            escalations = 0, escalated_ms = 0, prepared_ms = 0, reminded_ms = 0, looked_again = 0;
  double item_rank = 0;

  std::vector<std::string*> texts() {
    return {&id,         &plugin,      &task,     &subject_item_id, &patient_id,        &doctor_id,
            &kind,       &title,       &reasons,  &plugin_version,  &slice_declaration, &fiche_id,
            &seen_by,    &seen_reasons, &claimed_by, &assigned_to,  &state_reason,      &routed_to,
            &routed_why, &trace_id};
  }
  std::vector<long long*> numbers() {
    return {&category,   &data_level,        &more_expected, &restricted, &fiche_version, &slice_version,
            &clinical_task, &state,          &revision,      &created_ms, &category_since_ms, &changed_ms,
            &seen_ms,    &seen_category,     &unseen_peak,   &assigned_to_doctor, &digest, &reopened,
            &overdue_ms, &escalations,       &escalated_ms,  &prepared_ms, &reminded_ms,  &looked_again};
  }
};

// 0: none.
std::optional<Instant> instant_of(long long ms) { return ms == 0 ? std::nullopt : std::optional(from_ms(ms)); }
long long ms_of(const std::optional<Instant>& at) { return at ? to_ms(*at) : 0; }

Item item_of(const ItemRow& row) {
  Item item;
  item.id = row.id;
  item.key = {{row.plugin, row.task, {row.subject_item_id, row.patient_id, row.doctor_id}}, row.kind};
  item.finding.kind = row.kind;
  item.finding.title = row.title;
  item.finding.category = static_cast<Category>(row.category);
  item.finding.data_level = static_cast<int>(row.data_level);
  item.finding.open = row.more_expected != 0;
  item.finding.restricted = row.restricted != 0;
  item.finding.rank = row.item_rank;
  item.finding.reasons = reasons_of(row.reasons);
  item.basis = {row.plugin_version, row.slice_declaration, row.fiche_id, static_cast<int>(row.fiche_version)};
  item.slice_version = row.slice_version;
  item.clinical_task = row.clinical_task != 0;
  item.state = static_cast<State>(row.state);
  item.revision = row.revision;
  item.created_at = from_ms(row.created_ms);
  item.category_since = from_ms(row.category_since_ms);
  item.changed_at = from_ms(row.changed_ms);
  if (!row.seen_by.empty()) {
    item.seen = Seen{row.seen_by, from_ms(row.seen_ms), static_cast<Category>(row.seen_category),
                     Json::parse(row.seen_reasons).get<std::vector<std::string>>()};
  }
  item.unseen_peak = static_cast<Category>(row.unseen_peak);
  item.claimed_by = row.claimed_by;
  item.assigned_to = row.assigned_to;
  item.assigned_to_doctor = row.assigned_to_doctor != 0;
  item.state_reason = row.state_reason;
  item.digest = row.digest != 0;
  item.reopened = row.reopened != 0;
  item.waiting = {instant_of(row.overdue_ms),
                  static_cast<int>(row.escalations),
                  instant_of(row.escalated_ms),
                  row.routed_to,
                  row.routed_why,
                  instant_of(row.prepared_ms),
                  instant_of(row.reminded_ms),
                  row.looked_again != 0};
  item.trace_id = row.trace_id;
  return item;
}

ItemRow row_of(const Item& item) {
  ItemRow row;
  const auto& subject = item.key.scope.subject;
  row.id = item.id;
  row.plugin = item.key.scope.plugin;
  row.task = item.key.scope.task;
  row.subject_item_id = subject.item_id;
  row.patient_id = subject.patient_id;
  row.doctor_id = subject.doctor_id;
  row.kind = item.key.kind;
  row.title = item.finding.title;
  row.reasons = reasons_json(item.finding.reasons);
  row.plugin_version = item.basis.plugin_version;
  row.slice_declaration = item.basis.slice_declaration;
  row.fiche_id = item.basis.fiche_id;
  row.fiche_version = item.basis.fiche_version;
  row.seen_reasons = "[]";
  if (item.seen) {
    row.seen_by = item.seen->doctor_id;
    row.seen_ms = to_ms(item.seen->at);
    row.seen_category = static_cast<int>(item.seen->category);
    row.seen_reasons = dump(item.seen->reasons);
  }
  row.claimed_by = item.claimed_by;
  row.assigned_to = item.assigned_to;
  row.state_reason = item.state_reason;
  row.category = static_cast<int>(item.finding.category);
  row.data_level = item.finding.data_level;
  row.more_expected = item.finding.open ? 1 : 0;
  row.restricted = item.finding.restricted ? 1 : 0;
  row.slice_version = item.slice_version;
  row.clinical_task = item.clinical_task ? 1 : 0;
  row.state = static_cast<int>(item.state);
  row.revision = item.revision;
  row.created_ms = to_ms(item.created_at);
  row.category_since_ms = to_ms(item.category_since);
  row.changed_ms = to_ms(item.changed_at);
  row.unseen_peak = static_cast<int>(item.unseen_peak);
  row.assigned_to_doctor = item.assigned_to_doctor ? 1 : 0;
  row.digest = item.digest ? 1 : 0;
  row.reopened = item.reopened ? 1 : 0;
  row.item_rank = item.finding.rank;
  const auto& waiting = item.waiting;
  row.overdue_ms = ms_of(waiting.overdue_since);
  row.escalations = waiting.escalations;
  row.escalated_ms = ms_of(waiting.escalated_at);
  row.prepared_ms = ms_of(waiting.prepared_at);
  row.reminded_ms = ms_of(waiting.reminded_at);
  row.looked_again = waiting.looked_again ? 1 : 0;
  row.routed_to = waiting.routed_to;
  row.routed_why = waiting.routed_why;
  row.trace_id = item.trace_id;
  return row;
}

}  // namespace

std::string parameter(std::size_t n) { return ":v" + std::to_string(n); }

std::vector<Item> select_items(soci::session& sql, const std::string& where, const std::vector<std::string>& values) {
  ItemRow row;
  soci::statement statement(sql);
  for (auto* text : row.texts()) statement.exchange(soci::into(*text));
  for (auto* number : row.numbers()) statement.exchange(soci::into(*number));
  statement.exchange(soci::into(row.item_rank));
  for (const auto& value : values) statement.exchange(soci::use(value));
  statement.alloc();
  statement.prepare("SELECT " + std::string(item_columns) + " FROM worklist_item WHERE " + where + " ORDER BY id");
  statement.define_and_bind();
  statement.execute();
  std::vector<Item> items;
  while (statement.fetch()) items.push_back(item_of(row));
  return items;
}

void upsert(soci::session& sql, const Item& item) {
  auto row = row_of(item);
  const auto scope = scope_id(item.key.scope);
  const long long terminal = is_terminal(item.state) ? 1 : 0;
  sql << "DELETE FROM worklist_item WHERE id = :id", soci::use(row.id);
  soci::statement statement(sql);
  std::string marks;
  std::size_t n = 0;
  const auto mark = [&] { marks += (marks.empty() ? "" : ", ") + parameter(n++); };
  for (auto* text : row.texts()) {
    statement.exchange(soci::use(*text));
    mark();
  }
  for (auto* number : row.numbers()) {
    statement.exchange(soci::use(*number));
    mark();
  }
  statement.exchange(soci::use(row.item_rank));
  mark();
  statement.exchange(soci::use(scope));
  mark();
  statement.exchange(soci::use(terminal));
  mark();
  statement.alloc();
  statement.prepare("INSERT INTO worklist_item (" + std::string(item_columns) + ", scope_id, terminal) VALUES (" + marks +
                    ")");
  statement.define_and_bind();
  statement.execute(true);
}

void insert(soci::session& sql, std::int64_t seq, const std::string& item_id, const Action& action) {
  const long long number = seq, revision = action.revision, at = to_ms(action.at), from = static_cast<int>(action.from),
                  to = static_cast<int>(action.to), before = static_cast<int>(action.category_before),
                  after = static_cast<int>(action.category_after);
  sql << "INSERT INTO worklist_action (seq, item_id, revision, act, actor, at_ms, state_from, state_to, category_before, "
         "category_after, target, words, reason_code) VALUES (:seq, :item, :revision, :act, :actor, :at, :sfrom, :sto, "
         ":before, :after, :target, :words, :reason)",
      soci::use(number), soci::use(item_id), soci::use(revision), soci::use(action.act), soci::use(action.actor),
      soci::use(at), soci::use(from), soci::use(to), soci::use(before), soci::use(after), soci::use(action.target),
      soci::use(action.text), soci::use(action.reason_code);
}

std::vector<Action> select_actions(soci::session& sql, const std::string& item_id) {
  Action action;
  long long revision = 0, at = 0, from = 0, to = 0, before = 0, after = 0;
  soci::statement statement =
      (sql.prepare << "SELECT act, actor, target, words, reason_code, revision, at_ms, state_from, state_to, category_before, "
                      "category_after FROM worklist_action WHERE item_id = :item ORDER BY seq",
       soci::into(action.act), soci::into(action.actor), soci::into(action.target), soci::into(action.text),
       soci::into(action.reason_code), soci::into(revision), soci::into(at), soci::into(from), soci::into(to), soci::into(before), soci::into(after),
       soci::use(item_id));
  statement.execute();
  std::vector<Action> all;
  while (statement.fetch()) {
    action.revision = revision;
    action.at = from_ms(at);
    action.from = static_cast<State>(from);
    action.to = static_cast<State>(to);
    action.category_before = static_cast<Category>(before);
    action.category_after = static_cast<Category>(after);
    all.push_back(action);
  }
  return all;
}

void note_change(Transaction& tx, const std::string& item_id, const std::string& scope) {
  const long long seq = next_number(tx, "worklist-change");
  tx.sql() << "INSERT INTO worklist_change (seq, item_id, scope_id) VALUES (:seq, :item, :scope)", soci::use(seq),
      soci::use(item_id), soci::use(scope);
}

std::vector<ScopeRow> select_scopes(soci::session& sql, const std::string& where, const std::vector<std::string>& values) {
  ScopeRow row;
  long long issued = 0, applied = 0;
  soci::statement statement(sql);
  for (auto* text : {&row.id, &row.scope.plugin, &row.scope.task, &row.scope.subject.item_id,
                     &row.scope.subject.patient_id, &row.scope.subject.doctor_id, &row.moved_to}) {
    statement.exchange(soci::into(*text));
  }
  statement.exchange(soci::into(issued));
  statement.exchange(soci::into(applied));
  for (const auto& value : values) statement.exchange(soci::use(value));
  statement.alloc();
  statement.prepare(
      "SELECT scope_id, plugin, task, subject_item_id, patient_id, doctor_id, moved_to, issued, applied "
      "FROM worklist_scope WHERE " +
      where + " ORDER BY scope_id");
  statement.define_and_bind();
  statement.execute();
  std::vector<ScopeRow> all;
  while (statement.fetch()) {
    row.fence = {issued, applied};
    all.push_back(row);
  }
  return all;
}

void upsert(soci::session& sql, const ScopeRow& row) {
  const long long issued = row.fence.issued, applied = row.fence.applied;
  const auto& subject = row.scope.subject;
  sql << "INSERT INTO worklist_scope (scope_id, plugin, task, subject_item_id, patient_id, doctor_id, issued, applied, "
         "moved_to) VALUES (:id, :plugin, :task, :item, :patient, :doctor, :issued, :applied, :moved) "
         "ON CONFLICT (scope_id) DO UPDATE SET issued = excluded.issued, applied = excluded.applied, "
         "moved_to = excluded.moved_to",
      soci::use(row.id), soci::use(row.scope.plugin), soci::use(row.scope.task), soci::use(subject.item_id),
      soci::use(subject.patient_id), soci::use(subject.doctor_id), soci::use(issued), soci::use(applied),
      soci::use(row.moved_to);
}

std::string to_json(const FrozenList& list) { return dump(list.items); }

std::vector<std::pair<std::string, std::int64_t>> frozen_items(const std::string& json) {
  return Json::parse(json).get<std::vector<std::pair<std::string, std::int64_t>>>();
}

}  // namespace relais::practice::rows
