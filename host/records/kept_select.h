// SPDX-License-Identifier: Apache-2.0
// select_rows() for what is asked all the time: on SQLite the statement is kept prepared and its rows are read in
// place.
#pragma once

#include <optional>

#include "records/native_row.h"
#include "records/record_table.h"

namespace relais::records {

// A statement whose instants are bound rather than written, so that it is the same text each time.
struct BoundText {
  std::string text;
  // In their order: a number, or the next text of the Narrowing.
  std::vector<std::optional<std::int64_t>> placeholders;
};
BoundText bind_instants(const std::string& text);

// Gives a statement of bind_instants() its values.
void bind(practice::SqliteCursor& cursor, const BoundText& bound, const std::vector<std::string>& texts);

// Messages known at `as_of`. Throws soci::soci_error.
template <class M>
std::vector<M> select_messages(soci::session& sql, Instant as_of, const Narrowing& narrowing) {
  std::vector<M> messages;
  if (!practice::SqliteCursor::available(sql)) {
    for (auto& row : select_rows<M>(sql, as_of, narrowing)) messages.push_back(std::move(row.message));
    return messages;
  }
  const auto bound = bind_instants(select_text(table_of<M>(), M::descriptor(), as_of, narrowing));
  practice::SqliteCursor cursor(sql, bound.text, practice::SqliteCursor::Keep::yes);
  bind(cursor, bound, narrowing.texts);
  while (cursor.next()) {
    auto& message = messages.emplace_back();
    // After id, patient_id and the two valid times.
    read_native(cursor, 4, message);
    set_keys(message, std::string(cursor.text(0)), std::string(cursor.text(1)));
  }
  return messages;
}

}  // namespace relais::records
