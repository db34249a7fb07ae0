// SPDX-License-Identifier: Apache-2.0
#include "practice/store_error.h"

#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <exception>

namespace relais::practice {
namespace {

Error sqlite_error(const soci::sqlite3_soci_error& error) {
  // The primary code is in the low byte; SQLite's text names tables and columns, never values.
  const int primary = error.result() & 0xff;
  const auto detail = fmt::format("sqlite {} ({})", error.result(), error.get_error_message());
  switch (primary) {
    case SQLITE_CONSTRAINT:
      return {Code::store_conflict, detail};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::store_busy, detail};
    case SQLITE_FULL:
      return {Code::store_full, detail};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::store_damaged, detail};
    case SQLITE_READONLY:
      return {Code::store_read_only, detail};
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return {Code::store_unavailable, detail};
    default:
      return {Code::store_failed, detail};
  }
}

Error postgresql_error(const soci::postgresql_soci_error& error) {
  // PostgreSQL's messages quote values ("Key (family)=(…) already exists"): only the SQLSTATE leaves this function.
  const auto state = error.sqlstate();
  const auto detail = fmt::format("postgresql SQLSTATE {}", state);
  const auto family = state.substr(0, 2);
  if (family == "23") return {Code::store_conflict, detail};
  if (state == "40001" || state == "40P01" || state == "55P03") return {Code::store_busy, detail};
  if (family == "53") return {Code::store_full, detail};
  if (state == "25006") return {Code::store_read_only, detail};
  if (family == "XX") return {Code::store_damaged, detail};
  if (family == "08" || family == "57" || error.get_error_category() == soci::soci_error::connection_error) {
    return {Code::store_unavailable, detail};
  }
  return {Code::store_failed, detail};
}

}  // namespace

Error current_store_error() {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    return sqlite_error(error);
  } catch (const soci::postgresql_soci_error& error) {
    return postgresql_error(error);
  } catch (const soci::soci_error& error) {
    if (error.get_error_category() == soci::soci_error::connection_error) return {Code::store_unavailable, "connection"};
    return {Code::store_failed, "soci"};
  } catch (const std::bad_alloc&) {
    return {Code::store_failed, "out of memory"};
  } catch (const std::exception& error) {
    return {Code::store_failed, typeid(error).name()};
  } catch (...) {
    return {Code::store_failed, "unknown exception"};
  }
}

}  // namespace relais::practice
