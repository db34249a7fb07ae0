// SPDX-License-Identifier: Apache-2.0
#include "records/record_table.h"

#include <google/protobuf/descriptor.h>

#include "domain/civil_time.h"
#include "practice/ids.h"

namespace relais::records {
namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

std::optional<std::int64_t> midnight_ms(std::string_view text) {
  const auto day = fiche::parse_date(text);
  if (!day) return std::nullopt;
  return date::sys_days(*day).time_since_epoch().count() * day_ms;
}

}  // namespace

Valid valid_between(std::string_view from, std::string_view until) {
  Valid valid;
  if (const auto first = midnight_ms(from)) valid.from_ms = *first - day_ms;
  if (const auto last = midnight_ms(until)) valid.until_ms = *last + 2 * day_ms;
  return valid;
}

Valid valid_on(std::string_view day) { return valid_between(day, day); }

void put_row(practice::Transaction& tx, Table table, const std::string& id, const std::string& patient_id, Valid valid,
             const google::protobuf::Message& message) {
  close_row(tx, table, id);
  const auto& columns = columns_of(message.GetDescriptor());
  std::string names = "row_id, id, patient_id, valid_from_ms, valid_until_ms, recorded_from_ms, recorded_to_ms";
  // Numbers are ours and stand in the text; texts are bound.
  std::string values = fmt::format("{}, :id, :patient_id, {}, {}, {}, {}", practice::next_number(tx, table.name),
                                   valid.from_ms, valid.until_ms, practice::to_ms(tx.now()), forever_ms);
  for (const auto& column : columns) {
    names += ", " + column.name;
    values += ", :" + column.name;
  }
  MappedRow mapped(columns);
  mapped.read_from(message);
  soci::statement statement(tx.sql());
  statement.exchange(soci::use(id));
  statement.exchange(soci::use(patient_id));
  mapped.bind_uses(statement);
  statement.alloc();
  statement.prepare(fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, names, values));
  statement.define_and_bind();
  statement.execute(true);
}

bool close_row(practice::Transaction& tx, Table table, const std::string& id) {
  soci::statement statement =
      (tx.sql().prepare << fmt::format("UPDATE {} SET recorded_to_ms = {} WHERE id = :id AND recorded_to_ms = {}",
                                       table.name, practice::to_ms(tx.now()), forever_ms),
       soci::use(id));
  statement.execute(true);
  return statement.get_affected_rows() > 0;
}

std::string known_at(std::string_view alias, Instant as_of) {
  const auto at = practice::to_ms(as_of);
  return fmt::format("{0}.recorded_from_ms <= {1} AND {0}.recorded_to_ms > {1}", alias, at);
}

std::string select_text(Table table, const google::protobuf::Descriptor* descriptor, Instant as_of,
                        const Narrowing& narrowing) {
  std::string names = "t.id, t.patient_id, t.valid_from_ms, t.valid_until_ms";
  for (const auto& column : columns_of(descriptor)) {
    names += ", ";
    names += column.name == narrowing.expression.first ? narrowing.expression.second : "t." + column.name;
  }
  return fmt::format("SELECT {} FROM {} t WHERE {} AND {} ORDER BY {}", names, table.name, known_at("t", as_of),
                     narrowing.where, narrowing.order);
}

void set_keys(google::protobuf::Message& message, const std::string& id, const std::string& patient_id) {
  const auto* descriptor = message.GetDescriptor();
  if (const auto* field = descriptor->FindFieldByName("id")) message.GetReflection()->SetString(&message, field, id);
  if (const auto* field = descriptor->FindFieldByName("patient_id")) {
    message.GetReflection()->SetString(&message, field, patient_id);
  }
}

}  // namespace relais::records
