// SPDX-License-Identifier: Apache-2.0
#include "practice/database_file.h"

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <memory>
#include <string>

#include "practice/connection.h"
#include "practice/store_error.h"

namespace relais::practice {
namespace {

namespace fs = std::filesystem;

constexpr int pages_a_step = 4096;

template <class F>
auto file_guarded(F work) -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return tl::unexpected(current_store_error());
  }
}

// Never creates the file.
void open_file(soci::session& sql, const fs::path& file, bool create) {
  if (!create && !fs::is_regular_file(file)) throw soci::soci_error("no such file");
  const auto settings = parse_url("sqlite:" + file.string());
  if (!settings) throw soci::soci_error("not a file name");
  sql.open(soci::sqlite3, settings->connect);
  sql << "PRAGMA busy_timeout = 30000";
}

sqlite_api::sqlite3* handle_of(soci::session& sql) {
  return static_cast<soci::sqlite3_session_backend*>(sql.get_backend())->conn_;
}

struct EndBackup {
  void operator()(sqlite_api::sqlite3_backup* backup) const { sqlite_api::sqlite3_backup_finish(backup); }
};

std::int64_t schema_version(soci::session& sql) {
  long long version = 0;
  sql << "SELECT MAX(version) FROM schema_version", soci::into(version);
  return version;
}

}  // namespace

Result<void> copy_database_file(const fs::path& from, const fs::path& to) {
  return file_guarded([&]() -> Result<void> {
    soci::session source;
    soci::session target;
    open_file(source, from, false);
    open_file(target, to, true);
    // The source's own read transaction: every step sees the same state, and a writer does not make it begin again.
    source << "BEGIN";
    long long version = 0;
    source << "SELECT MAX(version) FROM schema_version", soci::into(version);
    int result = SQLITE_ERROR;
    {
      const std::unique_ptr<sqlite_api::sqlite3_backup, EndBackup> backup(
          sqlite_api::sqlite3_backup_init(handle_of(target), "main", handle_of(source), "main"));
      if (backup) {
        do result = sqlite_api::sqlite3_backup_step(backup.get(), pages_a_step);
        while (result == SQLITE_OK);
      }
    }
    source << "ROLLBACK";
    if (result != SQLITE_DONE) {
      const int primary = result & 0xff;
      const auto code = primary == SQLITE_FULL                                  ? Code::store_full
                        : primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ? Code::store_damaged
                                                                                : Code::store_unavailable;
      return fail(code, fmt::format("backup step {}", result));
    }
    // One file, without a log beside it.
    std::string mode;
    target << "PRAGMA journal_mode = DELETE", soci::into(mode);
    return {};
  });
}

Result<std::int64_t> check_database_file(const fs::path& file) {
  return file_guarded([&]() -> Result<std::int64_t> {
    soci::session sql;
    open_file(sql, file, false);
    std::string said;
    sql << "PRAGMA integrity_check(1)", soci::into(said);
    if (said != "ok") return fail(Code::store_damaged, "integrity_check");
    std::string table;
    sql << "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1", soci::into(table);
    if (sql.got_data()) return fail(Code::store_damaged, "foreign_key_check " + table);
    return schema_version(sql);
  });
}

Result<std::int64_t> schema_of_database_file(const fs::path& file) {
  return file_guarded([&]() -> Result<std::int64_t> {
    soci::session sql;
    open_file(sql, file, false);
    return schema_version(sql);
  });
}

}  // namespace relais::practice
