// SPDX-License-Identifier: Apache-2.0
#include "practice/sqlite_cursor.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include <map>
#include <mutex>

namespace relais::practice {
namespace {

using namespace sqlite_api;

sqlite3* connection_of(soci::session& session) {
  // None: it could not be opened again.
  if (session.get_backend() == nullptr) return nullptr;
  // By name: Debian's library hides the type information that a dynamic_cast needs.
  if (session.get_backend_name() != "sqlite3") return nullptr;
  return static_cast<const soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

sqlite3_stmt* to(void* statement) { return static_cast<sqlite3_stmt*>(statement); }

// Statements that nobody uses now, by connection and text. A connection is used by one thread at a time; the lock is
// for the list of connections.
class Kept {
 public:
  sqlite3_stmt* take(sqlite3* connection, std::string_view text) {
    auto& statements = of(connection);
    const auto found = statements.find(text);
    if (found == statements.end()) return nullptr;
    auto* const statement = found->second;
    statements.erase(found);
    return statement;
  }

  // False when the connection keeps enough, or this text already.
  bool give(sqlite3* connection, const std::string& text, sqlite3_stmt* statement) {
    auto& statements = of(connection);
    return statements.size() < most_ && statements.emplace(text, statement).second;
  }

  void forget(sqlite3* connection) {
    const std::lock_guard lock(mutex_);
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return;
    for (const auto& [text, statement] : found->second) sqlite3_finalize(statement);
    connections_.erase(found);
  }

 private:
  using Statements = std::map<std::string, sqlite3_stmt*, std::less<>>;

  // A node of a map stays where it is.
  Statements& of(sqlite3* connection) {
    const std::lock_guard lock(mutex_);
    return connections_[connection];
  }

  static constexpr std::size_t most_ = 128;
  std::mutex mutex_;
  std::map<sqlite3*, Statements> connections_;
};

Kept& kept() {
  static Kept all;
  return all;
}

}  // namespace

bool SqliteCursor::available(soci::session& session) { return connection_of(session) != nullptr; }

void SqliteCursor::forget(soci::session& session) {
  if (auto* const connection = connection_of(session)) kept().forget(connection);
}

void SqliteCursor::interrupt(soci::session& session) {
  if (auto* const connection = connection_of(session)) sqlite3_interrupt(connection);
}

SqliteCursor::SqliteCursor(soci::session& session, std::string_view text, Keep keep) {
  auto* const connection = connection_of(session);
  if (connection == nullptr) throw soci::soci_error("not a SQLite session");
  if (keep == Keep::yes) {
    kept_as_ = text;
    statement_ = kept().take(connection, text);
    if (statement_ != nullptr) return;
  }
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(connection, text.data(), static_cast<int>(text.size()), &made, nullptr) != SQLITE_OK) {
    throw soci::sqlite3_soci_error(sqlite3_errmsg(connection), sqlite3_extended_errcode(connection));
  }
  statement_ = made;
}

SqliteCursor::~SqliteCursor() {
  auto* const statement = to(statement_);
  if (!kept_as_.empty() && sqlite3_reset(statement) == SQLITE_OK && sqlite3_clear_bindings(statement) == SQLITE_OK &&
      kept().give(sqlite3_db_handle(statement), kept_as_, statement)) {
    return;
  }
  sqlite3_finalize(statement);
}

void SqliteCursor::fail() const {
  auto* const connection = sqlite3_db_handle(to(statement_));
  throw soci::sqlite3_soci_error(sqlite3_errmsg(connection), sqlite3_extended_errcode(connection));
}

void SqliteCursor::bind(int placeholder, std::string_view text) {
  if (sqlite3_bind_text(to(statement_), placeholder, text.data(), static_cast<int>(text.size()),
                        reinterpret_cast<sqlite3_destructor_type>(-1)) != SQLITE_OK) {
    fail();
  }
}

void SqliteCursor::bind(int placeholder, std::int64_t number) {
  if (sqlite3_bind_int64(to(statement_), placeholder, number) != SQLITE_OK) fail();
}

void SqliteCursor::bind(int placeholder, double number) {
  if (sqlite3_bind_double(to(statement_), placeholder, number) != SQLITE_OK) fail();
}

bool SqliteCursor::next() {
  const int result = sqlite3_step(to(statement_));
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail();
  return false;
}

void SqliteCursor::rewind() { sqlite3_reset(to(statement_)); }

bool SqliteCursor::is_null(int column) const { return sqlite3_column_type(to(statement_), column) == SQLITE_NULL; }
std::int64_t SqliteCursor::number(int column) const { return sqlite3_column_int64(to(statement_), column); }
double SqliteCursor::real(int column) const { return sqlite3_column_double(to(statement_), column); }

std::string_view SqliteCursor::text(int column) const {
  const auto* const data = reinterpret_cast<const char*>(sqlite3_column_text(to(statement_), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(to(statement_), column))};
}

}  // namespace relais::practice
