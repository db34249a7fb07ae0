// SPDX-License-Identifier: Apache-2.0
#include "practice/migrations.h"

#include <fmt/format.h>

#include <set>
#include <string>

namespace relais::practice {
namespace {

// Statements end with ';' at the end of a line; comments are whole lines.
std::vector<std::string> statements(std::string_view sql) {
  std::vector<std::string> all;
  std::string current;
  while (!sql.empty()) {
    const auto end = sql.find('\n');
    const auto line = sql.substr(0, end);
    sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + 1);
    if (line.starts_with("--") || line.empty()) continue;
    current.append(line).append("\n");
    if (line.ends_with(';')) {
      all.push_back(std::move(current));
      current.clear();
    }
  }
  if (!current.empty()) all.push_back(std::move(current));
  return all;
}

}  // namespace

Result<void> migrate(soci::session& session, const std::vector<Migration>& migrations, Instant now) {
  session << "CREATE TABLE IF NOT EXISTS schema_version ("
             "version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL)";
  std::set<std::int64_t> had;
  const soci::rowset<long long> rows = (session.prepare << "SELECT version FROM schema_version");
  for (const auto version : rows) had.insert(version);

  const std::int64_t last = migrations.empty() ? 0 : migrations.back().version;
  if (!had.empty() && *had.rbegin() > last) {
    return fail(Code::store_newer_schema,
                fmt::format("the database has schema version {}, this build knows {}", *had.rbegin(), last));
  }
  for (const auto& migration : migrations) {
    if (had.contains(migration.version)) continue;
    for (const auto& statement : statements(migration.sql)) session << statement;
    const long long version = migration.version;
    const std::string name(migration.name);
    const long long applied = now.time_since_epoch().count();
    session << "INSERT INTO schema_version (version, name, applied_ms) VALUES (:version, :name, :applied)",
        soci::use(version), soci::use(name), soci::use(applied);
  }
  return {};
}

}  // namespace relais::practice
