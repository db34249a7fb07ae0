// SPDX-License-Identifier: Apache-2.0
#include "practice/connection.h"

#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <string_view>

namespace relais::practice {
namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";
constexpr std::string_view schema_parameter = "schema=";

bool is_schema_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Takes ?schema=NAME out of the URI: libpq knows no such parameter.
Result<ConnectionSettings> parse_postgresql(const std::string& url) {
  ConnectionSettings settings{Engine::postgresql, url.substr(0, url.find('?')), "relais"};
  char separator = '?';
  std::string_view query = url.find('?') == std::string::npos ? std::string_view{} : std::string_view(url).substr(url.find('?') + 1);
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    if (parameter.starts_with(schema_parameter)) {
      settings.schema = parameter.substr(schema_parameter.size());
    } else {
      settings.connect.append(1, separator).append(parameter);
      separator = '&';
    }
  }
  if (!is_schema_name(settings.schema)) {
    return fail(Code::invalid_argument, "a schema name is made of a-z, 0-9 and _", "schema");
  }
  return settings;
}

}  // namespace

Result<ConnectionSettings> parse_url(const std::string& url) {
  if (url.starts_with(sqlite_prefix)) {
    const auto path = url.substr(sqlite_prefix.size());
    if (path.empty() || path.find('"') != std::string::npos) {
      return fail(Code::invalid_argument, "sqlite: needs a path without double quotes", "url");
    }
    return ConnectionSettings{Engine::sqlite, fmt::format("db=\"{}\" timeout=30", path), {}, path};
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return parse_postgresql(url);
  return fail(Code::invalid_argument, "a database URL starts with sqlite: or postgresql://", "url");
}

std::unique_ptr<Session> open_session(const ConnectionSettings& settings, Access access) {
  auto session = std::make_unique<Session>();
  if (settings.engine == Engine::sqlite) {
    session->sql.open(soci::sqlite3, settings.connect);
  } else {
    session->sql.open(soci::postgresql, settings.connect);
  }
  prepare_session(session->sql, settings, access);
  return session;
}

void prepare_session(soci::session& session, const ConnectionSettings& settings, Access access) {
  if (settings.engine == Engine::sqlite) {
    // FULL: in WAL mode a commit is on the disk before it is acknowledged.
    session << "PRAGMA busy_timeout = 30000";
    if (access == Access::write) {
      std::string mode;
      session << "PRAGMA journal_mode = WAL", soci::into(mode);
      if (mode != "wal") throw soci::soci_error("journal_mode WAL refused");
    }
    session << "PRAGMA synchronous = FULL";
    session << "PRAGMA foreign_keys = ON";
    // A page that is not one is refused when it is read from the disk, not taken for rows.
    session << "PRAGMA cell_size_check = ON";
    if (access == Access::read) session << "PRAGMA query_only = ON";
    return;
  }
  session << "SET client_min_messages = warning";
  session << "SET client_encoding = 'UTF8'";
  session << "SET synchronous_commit = on";
  if (access == Access::write) session << "CREATE SCHEMA IF NOT EXISTS " + settings.schema;
  session << "SET search_path = " + settings.schema;
  if (access == Access::read) session << "SET default_transaction_read_only = on";
}

std::string begin_read(Engine engine) {
  return engine == Engine::sqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

// IMMEDIATE: a deferred transaction that reads first and writes later fails with "database is locked" as soon as
// another process writes in between.
std::string begin_write(Engine engine) { return engine == Engine::sqlite ? "BEGIN IMMEDIATE" : "BEGIN"; }

void lock_writer(soci::session& session, const ConnectionSettings& settings) {
  if (settings.engine == Engine::sqlite) return;
  session << "SELECT pg_advisory_xact_lock(hashtext(:schema))", soci::use(settings.schema);
}

}  // namespace relais::practice
