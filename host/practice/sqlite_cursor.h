// SPDX-License-Identifier: Apache-2.0
// A prepared SQLite statement, read column by column without a copy: what long scans use. SOCI binds and copies every
// column of every row, which costs more than reading it. PostgreSQL has no such cursor: ask available() first.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace relais::practice {

// Used by one thread, inside a work of Database::read or write; ends before that work. Throws soci::soci_error.
class SqliteCursor {
 public:
  // Whether the session is of a SQLite database.
  static bool available(soci::session& session);

  // Drops what was kept prepared for this connection; before it is closed or opened again.
  static void forget(soci::session& session);

  // Any thread, while the session is open: what runs on its SQLite connection fails at once.
  static void interrupt(soci::session& session);

  // Keep::yes: the connection keeps the statement prepared when the cursor ends, and gives it to the next cursor of the
  // same text.
  enum class Keep { no, yes };
  SqliteCursor(soci::session& session, std::string_view text, Keep keep = Keep::no);
  ~SqliteCursor();
  SqliteCursor(const SqliteCursor&) = delete;
  SqliteCursor& operator=(const SqliteCursor&) = delete;

  // Gives the placeholder with this number, from 1, a value; the text is copied.
  void bind(int placeholder, std::string_view text);
  void bind(int placeholder, std::int64_t number);
  void bind(int placeholder, double number);
  // Goes to the first or the next row; false after the last one.
  bool next();
  // Back before the first row, placeholders as they are.
  void rewind();

  // Columns of the present row, numbered from 0. A text is valid until the next row.
  bool is_null(int column) const;
  std::int64_t number(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;

 private:
  [[noreturn]] void fail() const;
  std::string kept_as_;        // its text; empty: not kept
  void* statement_ = nullptr;  // sqlite3_stmt: SOCI puts SQLite's header in a namespace of its own
};

}  // namespace relais::practice
