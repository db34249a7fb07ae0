// SPDX-License-Identifier: Apache-2.0
// Rows of the record's tables with their valid and recorded times: the one place that writes and reads them.
#pragma once

#include <fmt/format.h>
#include <soci/soci.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "practice/database.h"
#include "records/row_mapper.h"
#include "relais/v1/record.pb.h"

namespace relais::records {

// Bounds of a time that is not known or not over.
inline constexpr std::int64_t always_ms = -9'007'199'254'740'991;
inline constexpr std::int64_t forever_ms = 9'007'199'254'740'991;

// When a row is true of the patient, inclusive. Civil dates are widened by a day on both sides, whatever the time zone:
// readers that need the day compare the dates themselves.
struct Valid {
  std::int64_t from_ms = always_ms;
  std::int64_t until_ms = forever_ms;
};

// From the first to the last of two dates "YYYY-MM-DD"; an empty or malformed one does not bound.
Valid valid_between(std::string_view from, std::string_view until);
// One day; unbounded when the date is not known.
Valid valid_on(std::string_view day);
inline Valid valid_at(std::int64_t ms) { return {ms, ms}; }

// A table, and the sequence its identifiers come from.
struct Table {
  std::string_view name;
  std::string_view prefix;
};

template <class M>
Table table_of();
template <>
inline Table table_of<v1::Practitioner>() { return {"record_practitioner", "doc"}; }
template <>
inline Table table_of<v1::Patient>() { return {"record_patient", "pat"}; }
template <>
inline Table table_of<v1::LabReport>() { return {"record_lab_report", "rep"}; }
template <>
inline Table table_of<v1::Observation>() { return {"record_observation", "obs"}; }
template <>
inline Table table_of<v1::Condition>() { return {"record_condition", "cond"}; }
template <>
inline Table table_of<v1::MedicationStatement>() { return {"record_medication", "med"}; }
template <>
inline Table table_of<v1::Target>() { return {"record_target", "target"}; }
template <>
inline Table table_of<v1::KnownAnomaly>() { return {"record_known_anomaly", "known"}; }
template <>
inline Table table_of<v1::ContextWord>() { return {"record_context_flag", "flag"}; }
template <>
inline Table table_of<v1::Immunization>() { return {"record_immunization", "imm"}; }
template <>
inline Table table_of<v1::LongTermCondition>() { return {"record_long_term_condition", "ald"}; }
template <>
inline Table table_of<v1::Document>() { return {"record_document", "docu"}; }
template <>
inline Table table_of<v1::Appointment>() { return {"record_appointment", "rdv"}; }
template <>
inline Table table_of<v1::Message>() { return {"record_message", "msg"}; }

// A message with what its row says beside it.
template <class M>
struct Stored {
  std::string id;
  std::string patient_id;
  Valid valid;
  M message;
};

// Adds a row that stands from the transaction's instant on, and closes the one with the same id that stood until now.
void put_row(practice::Transaction& tx, Table table, const std::string& id, const std::string& patient_id, Valid valid,
             const google::protobuf::Message& message);

// Closes the row with this id that stands now. False when there is none.
bool close_row(practice::Transaction& tx, Table table, const std::string& id);

// SQL condition: rows of `alias` that Relais knew at `as_of`.
std::string known_at(std::string_view alias, Instant as_of);

// How a SELECT is told to narrow its rows. `where` follows "AND" and refers to the table as t; its placeholders take
// `texts` in order. `expressions` replace columns by name.
struct Narrowing {
  std::string where = "1 = 1";
  std::vector<std::string> texts = {};
  std::string order = "t.valid_from_ms, t.row_id";
  std::pair<std::string, std::string> expression = {};
};

// The text of a SELECT over the columns of `descriptor`, preceded by id, patient_id and the valid times.
std::string select_text(Table table, const google::protobuf::Descriptor* descriptor, Instant as_of,
                        const Narrowing& narrowing);

// Sets "id" and "patient_id" of a message that has them.
void set_keys(google::protobuf::Message& message, const std::string& id, const std::string& patient_id);

// Rows known at `as_of`. Throws soci::soci_error.
template <class M>
std::vector<Stored<M>> select_rows(soci::session& sql, Instant as_of, const Narrowing& narrowing) {
  std::vector<Stored<M>> rows;
  MappedRow mapped(columns_of(M::descriptor()));
  std::string id;
  std::string patient_id;
  long long from = 0;
  long long until = 0;
  soci::statement statement(sql);
  for (const auto& text : narrowing.texts) statement.exchange(soci::use(text));
  statement.exchange(soci::into(id));
  statement.exchange(soci::into(patient_id));
  statement.exchange(soci::into(from));
  statement.exchange(soci::into(until));
  mapped.bind_intos(statement);
  statement.alloc();
  statement.prepare(select_text(table_of<M>(), M::descriptor(), as_of, narrowing));
  statement.define_and_bind();
  statement.execute();
  while (statement.fetch()) {
    Stored<M> row{id, patient_id, {from, until}, {}};
    mapped.write_to(row.message);
    set_keys(row.message, id, patient_id);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace relais::records
