// SPDX-License-Identifier: Apache-2.0
#include "practice/ids.h"

#include <fmt/format.h>

#include "practice/query.h"

namespace relais::practice {

std::int64_t next_number(Transaction& tx, std::string_view name) {
  Query(tx.sql(), "INSERT INTO id_sequence (name, last) VALUES (:name, 1) "
                  "ON CONFLICT (name) DO UPDATE SET last = id_sequence.last + 1")
      .use(name)
      .run();
  Query last(tx.sql(), "SELECT last FROM id_sequence WHERE name = :name");
  return last.use(name).next() ? last.number(0) : 0;
}

std::string new_id(Transaction& tx, std::string_view prefix) {
  return fmt::format("{}-{}", prefix, next_number(tx, prefix));
}

}  // namespace relais::practice
