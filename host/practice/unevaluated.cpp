// SPDX-License-Identifier: Apache-2.0
#include "practice/unevaluated.h"

#include "practice/worklist_rows.h"

namespace relais::practice {

void no_longer_awaited(Transaction& tx, const worklist::Scope& scope) {
  const auto id = worklist::scope_id(scope);
  soci::statement statement =
      (tx.sql().prepare << "DELETE FROM worklist_not_evaluated WHERE scope_id = :id", soci::use(id));
  statement.execute(true);
  if (statement.get_affected_rows() > 0) rows::note_change(tx, {}, id);
}

}  // namespace relais::practice
