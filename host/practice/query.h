// SPDX-License-Identifier: Apache-2.0
// One statement on either engine. On SQLite it is kept prepared by the connection for the next time, and its columns
// are read in place: what every call of the API asks costs its rows, not its preparation.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "practice/sqlite_cursor.h"

namespace relais::practice {

// Used by one thread, inside a work of Database::read or write; ends before that work. Throws soci::soci_error.
class Query {
 public:
  // The text should be the same each time: what changes is bound.
  Query(soci::session& session, std::string_view text);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Values of the placeholders (:a, :b …), in the order in which they first stand in the text.
  Query& use(std::string_view text);
  Query& use(std::int64_t number);
  Query& use(double number);
  Query& use_null();

  // Runs it, or goes to the next row; false after the last one, and for a statement without rows.
  bool next();
  // Runs a statement without rows.
  void run() { next(); }

  // Columns of the present row, from 0. A text is valid until the next row.
  bool is_null(int column) const;
  std::int64_t number(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  std::string words(int column) const { return std::string(text(column)); }

 private:
  struct Soci;
  std::optional<SqliteCursor> cursor_;
  int bound_ = 0;
  std::shared_ptr<Soci> soci_;
};

}  // namespace relais::practice
