// SPDX-License-Identifier: Apache-2.0
#include "practice/plugin_feedback.h"

#include <optional>

#include "practice/ids.h"
#include "practice/query.h"

namespace relais::practice {
namespace {

std::optional<FeedbackVerdict> verdict_of(const worklist::Action& action) {
  if (action.act == "item.return") return FeedbackVerdict::returned;
  if (action.act != "item.validate") return std::nullopt;
  return action.category_after == action.category_before ? FeedbackVerdict::accepted : FeedbackVerdict::corrected;
}

// What Relais itself puts on the list is nobody's finding.
bool is_installed(soci::session& sql, const std::string& plugin) {
  Query found(sql, "SELECT COUNT(*) FROM plugin_package WHERE plugin_id = :plugin");
  return found.use(plugin).next() && found.number(0) > 0;
}

}  // namespace

void keep_feedback(Transaction& tx, const worklist::Item& item, const worklist::Action& action) {
  const auto verdict = verdict_of(action);
  const auto& scope = item.key.scope;
  if (!verdict || !is_installed(tx.sql(), scope.plugin)) return;
  Query(tx.sql(), "INSERT INTO plugin_feedback (seq, worklist_item_id, revision, plugin_id, task_id, item_id, patient_id, "
                  "doctor_id, kind, verdict, category, reason_code, trace_id, created_ms, not_before_ms, attempts) VALUES "
                  "(:seq, :item, :revision, :plugin, :task, :subject, :patient, :doctor, :kind, :verdict, :category, "
                  ":reason, :trace, :created, :due, 0) ON CONFLICT (worklist_item_id, revision) DO NOTHING")
      .use(next_number(tx, "plugin-feedback"))
      .use(item.id)
      .use(action.revision)
      .use(scope.plugin)
      .use(scope.task)
      .use(scope.subject.item_id)
      .use(scope.subject.patient_id)
      .use(scope.subject.doctor_id)
      .use(item.key.kind)
      .use(static_cast<std::int64_t>(*verdict))
      .use(static_cast<std::int64_t>(action.category_after))
      .use(action.reason_code)
      .use(item.trace_id)
      .use(to_ms(tx.now()))
      .use(to_ms(tx.now()))
      .run();
}

std::vector<PluginFeedback> due_feedback(soci::session& sql, Instant now, std::int64_t limit) {
  Query rows(sql, "SELECT seq, worklist_item_id, revision, plugin_id, task_id, item_id, patient_id, doctor_id, kind, verdict, "
                  "category, reason_code, trace_id, created_ms, attempts FROM plugin_feedback WHERE not_before_ms <= :now "
                  "ORDER BY seq LIMIT :most");
  rows.use(to_ms(now)).use(limit);
  std::vector<PluginFeedback> due;
  while (rows.next()) {
    auto& one = due.emplace_back();
    one.seq = rows.number(0);
    one.worklist_item_id = rows.words(1);
    one.revision = rows.number(2);
    one.key = {{rows.words(3), rows.words(4), {rows.words(5), rows.words(6), rows.words(7)}}, rows.words(8)};
    one.verdict = static_cast<FeedbackVerdict>(rows.number(9));
    one.category = static_cast<worklist::Category>(rows.number(10));
    one.reason_code = rows.words(11);
    one.trace_id = rows.words(12);
    one.created = from_ms(rows.number(13));
    one.attempts = rows.number(14);
  }
  return due;
}

bool forget_feedback(Transaction& tx, std::int64_t seq) {
  Query held(tx.sql(), "SELECT COUNT(*) FROM plugin_feedback WHERE seq = :seq");
  const bool there = held.use(seq).next() && held.number(0) > 0;
  Query(tx.sql(), "DELETE FROM plugin_feedback WHERE seq = :seq").use(seq).run();
  return there;
}

void put_off_feedback(Transaction& tx, std::int64_t seq, Instant due) {
  Query(tx.sql(), "UPDATE plugin_feedback SET attempts = attempts + 1, not_before_ms = :due WHERE seq = :seq")
      .use(to_ms(due))
      .use(seq)
      .run();
}

void hold_feedback(Transaction& tx, std::int64_t seq, Instant due) {
  Query(tx.sql(), "UPDATE plugin_feedback SET not_before_ms = :due WHERE seq = :seq").use(to_ms(due)).use(seq).run();
}

}  // namespace relais::practice
