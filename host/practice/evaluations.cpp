// SPDX-License-Identifier: Apache-2.0
#include "practice/evaluations.h"

#include <string>

namespace relais::practice {

void remember_evaluation(Transaction& tx, const worklist::Scope& scope, std::int64_t slice_version, Instant as_of) {
  const std::string id = worklist::scope_id(scope);
  const long long version = slice_version;
  const long long at = to_ms(as_of);
  tx.sql() << "INSERT INTO worklist_evaluation (scope_id, slice_version, as_of_ms) VALUES (:scope, :version, :at)",
      soci::use(id), soci::use(version), soci::use(at);
}

std::optional<Instant> evaluated_as_of(soci::session& sql, const worklist::Scope& scope, std::int64_t slice_version) {
  const std::string id = worklist::scope_id(scope);
  const long long version = slice_version;
  long long at = 0;
  sql << "SELECT as_of_ms FROM worklist_evaluation WHERE scope_id = :scope AND slice_version = :version", soci::use(id),
      soci::use(version), soci::into(at);
  if (!sql.got_data()) return std::nullopt;
  return from_ms(at);
}

}  // namespace relais::practice
