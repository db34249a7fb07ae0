// SPDX-License-Identifier: Apache-2.0
#include "practice/worklist_sweep.h"

#include "practice/query.h"
#include "practice/worklist_rows.h"

namespace relais::practice {
namespace {

bool is_held(soci::session& sql, const worklist::Scope& scope) {
  return Query(sql, "SELECT 1 FROM worklist_scope WHERE scope_id = :id").use(worklist::scope_id(scope)).next();
}

}  // namespace

std::vector<Begun> begin_evaluations(WorklistStore& store, Transaction& tx,
                                     const std::vector<worklist::Scope>& scopes) {
  std::vector<Begun> begun;
  begun.reserve(scopes.size());
  for (const auto& scope : scopes) {
    if (is_held(tx.sql(), scope)) {
      // The only refusal: another subject took over.
      begun.push_back({store.begin_evaluation(tx, scope).value_or(0), true});
    } else {
      begun.push_back({1, false});
    }
  }
  return begun;
}

Result<std::int64_t> apply_all(WorklistStore& store, Transaction& tx, const std::vector<Swept>& answers) {
  std::int64_t changed = 0;
  for (const auto& [reply, begun] : answers) {
    if (begun.version == 0) continue;
    if (!begun.stored) {
      // Nothing was held when it was sent: what is there now, somebody else began later.
      if (is_held(tx.sql(), reply.scope)) continue;
      if (reply.findings.empty() && reply.not_evaluated.empty()) continue;
      rows::upsert(tx.sql(), rows::ScopeRow{worklist::scope_id(reply.scope), reply.scope, {begun.version, 0}, {}});
    }
    const auto applied = store.apply(tx, reply);
    if (!applied) return tl::unexpected(applied.error());
    for (const auto& change : applied->changes) changed += change.action ? 1 : 0;
  }
  return changed;
}

}  // namespace relais::practice
