// SPDX-License-Identifier: Apache-2.0
#include "records/block_reader.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "practice/sqlite_cursor.h"
#include "records/native_row.h"
#include "records/record_table.h"

namespace relais::records {
namespace {

using practice::SqliteCursor;

// Rows of a table with row_id, id, patient_id, valid_from_ms, valid_until_ms, then the columns of the message.
constexpr int first_column = 5;

template <class M>
std::string text_of(Instant as_of, const Narrowing& narrowing) {
  constexpr std::string_view select = "SELECT ";
  const auto text = select_text(table_of<M>(), M::descriptor(), as_of, narrowing);
  return std::string(select) + "t.row_id, " + text.substr(select.size());
}

}  // namespace

SupersededReports::SupersededReports(soci::session& session, Instant as_of) {
  const auto add = [&](const std::string& query) {
    std::string id;
    soci::statement statement = (session.prepare << query, soci::into(id));
    statement.execute();
    while (statement.fetch()) ids_.insert(id);
  };
  add(fmt::format("SELECT c.id FROM record_lab_report c WHERE c.status = {} AND {}",
                  static_cast<int>(v1::REPORT_STATUS_CANCELLED), known_at("c", as_of)));
  add(fmt::format("SELECT n.replaces_id FROM record_lab_report n WHERE n.replaces_id > '' AND {}",
                  known_at("n", as_of)));
}

BlockReader::BlockReader(soci::session& session, Instant as_of, const SupersededReports& superseded)
    : session_(session), as_of_(as_of), superseded_(superseded), one_(session) {}

void BlockReader::load(const std::string& after, std::size_t count) {
  // First: `after` may be of a patient of the block that goes.
  const Narrowing narrowing{"t.id > :after", {after}, fmt::format("t.id LIMIT {}", count)};
  patients_.clear();
  places_.clear();
  kinds_ = {};
  for (auto& row : select_rows<v1::Patient>(session_, as_of_, narrowing)) patients_.push_back(std::move(row.message));
  places_.reserve(patients_.size());
  for (std::size_t i = 0; i < patients_.size(); ++i) places_.emplace(patients_[i].id(), i);
}

Result<Rows<v1::Patient>> BlockReader::patient(const std::string& id, Instant as_of) {
  const auto found = places_.find(id);
  if (found == places_.end() || as_of != as_of_) return one_.patient(id, as_of);
  return Rows<v1::Patient>{{patients_[found->second]}, Completeness::complete};
}

template <class M>
void BlockReader::put_in_order(Placed<M>& of_patient) {
  std::vector<std::size_t> order(of_patient.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return of_patient.places[i]; });
  std::vector<M> rows;
  rows.reserve(order.size());
  for (const auto i : order) rows.push_back(std::move(of_patient.rows[i]));
  of_patient.rows = std::move(rows);
}

template <class M>
void BlockReader::read_kind(Kind<M>& kind, std::optional<Instant> since) {
  kind.read = true;
  kind.since = since;
  kind.of_patient.resize(patients_.size());
  kind.given.resize(patients_.size());
  const auto& first = patients_.front().id();
  const auto& last = patients_.back().id();
  Narrowing narrowing{"t.patient_id >= :first AND t.patient_id <= :last", {first, last}, "t.patient_id"};
  if (since) narrowing.where += fmt::format(" AND t.valid_until_ms >= {}", practice::to_ms(*since));
  const auto text = text_of<M>(as_of_, narrowing);
  // Rows come patient by patient, but a row's patient may be none of the block's.
  const std::string* current = nullptr;
  Placed<M>* rows = nullptr;
  const auto rows_for = [&](std::string_view patient) {
    if (current != nullptr && *current == patient) return rows;
    const auto found = places_.find(patient);
    // Patients of a practice hold about as many: what the one before held is room enough for most.
    const auto usual = rows == nullptr ? 0 : std::min<std::size_t>(rows->rows.size(), 64);
    current = found == places_.end() ? nullptr : &patients_[found->second].id();
    rows = found == places_.end() ? nullptr : &kind.of_patient[found->second];
    if (rows != nullptr && rows->rows.empty()) {
      rows->places.reserve(usual);
      rows->rows.reserve(usual);
    }
    return rows;
  };
  if (SqliteCursor::available(session_)) {
    SqliteCursor row(session_, text);
    row.bind(1, first);
    row.bind(2, last);
    while (row.next()) {
      auto* const of_patient = rows_for(row.text(2));
      if (of_patient == nullptr) continue;
      of_patient->places.push_back({row.number(3), row.number(0)});
      auto& message = of_patient->rows.emplace_back();
      read_native(row, first_column, message);
      if constexpr (std::is_same_v<M, v1::Observation>) {
        message.set_id(row.text(1).data(), row.text(1).size());
      } else {
        set_keys(message, std::string(row.text(1)), std::string(row.text(2)));
      }
    }
  } else {
    MappedRow mapped(columns_of(M::descriptor()));
    long long row_id = 0, from = 0, until = 0;
    std::string id, patient;
    soci::statement statement(session_);
    for (const auto& bound : narrowing.texts) statement.exchange(soci::use(bound));
    statement.exchange(soci::into(row_id));
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(patient));
    statement.exchange(soci::into(from));
    statement.exchange(soci::into(until));
    mapped.bind_intos(statement);
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) {
      auto* const of_patient = rows_for(patient);
      if (of_patient == nullptr) continue;
      of_patient->places.push_back({from, row_id});
      auto& message = of_patient->rows.emplace_back();
      mapped.write_to(message);
      set_keys(message, id, patient);
    }
  }
  for (auto& of_patient : kind.of_patient) {
    if (!std::ranges::is_sorted(of_patient.places)) put_in_order(of_patient);
  }
  if constexpr (std::is_same_v<M, v1::Observation>) mark_seen(kind);
}

// A doctor who has seen a report has seen its results.
void BlockReader::mark_seen(Kind<v1::Observation>& kind) {
  const auto query =
      fmt::format("SELECT 1 FROM record_report_seen s WHERE s.report_id = :report AND s.seen_ms <= {} LIMIT 1",
                  practice::to_ms(as_of_));
  std::string report;
  int found = 0;
  const bool native = SqliteCursor::available(session_);
  std::optional<SqliteCursor> cursor;
  soci::statement statement(session_);
  if (native) {
    cursor.emplace(session_, query);
  } else {
    statement.exchange(soci::use(report));
    statement.exchange(soci::into(found));
    statement.alloc();
    statement.prepare(query);
    statement.define_and_bind();
  }
  bool seen = false;
  for (auto& of_patient : kind.of_patient) {
    for (auto& row : of_patient.rows) {
      if (row.seen_by_doctor() || row.report_id().empty()) continue;
      if (row.report_id() != report) {
        report = row.report_id();
        if (native) {
          cursor->bind(1, report);
          seen = cursor->next();
          cursor->rewind();
        } else {
          statement.execute();
          seen = statement.fetch();
        }
      }
      if (seen) row.set_seen_by_doctor(true);
    }
  }
}

template <class M>
std::optional<std::vector<M>> BlockReader::take(const PatientQuery& query) {
  const auto found = places_.find(query.patient_id);
  if (found == places_.end() || query.as_of != as_of_) return std::nullopt;
  auto& kind = std::get<Kind<M>>(kinds_);
  if (!kind.read) read_kind(kind, query.since);
  if (kind.since != query.since || kind.given[found->second]) return std::nullopt;
  kind.given[found->second] = true;
  return std::move(kind.of_patient[found->second].rows);
}

template <class M, class Read>
Result<Rows<M>> BlockReader::rows_of(const PatientQuery& query, Read otherwise) {
  auto taken = take<M>(query);
  if (!taken) return otherwise();
  return Rows<M>{std::move(*taken), Completeness::complete};
}

Result<Rows<v1::LabReport>> BlockReader::reports(const PatientQuery& query) {
  auto found = rows_of<v1::LabReport>(query, [&] { return one_.reports(query); });
  if (found) std::erase_if(found->rows, [&](const auto& row) { return superseded_.contains(row.id()); });
  return found;
}

Result<Rows<v1::Observation>> BlockReader::observations(const ObservationQuery& query) {
  auto found = rows_of<v1::Observation>(query.of, [&] { return one_.observations(query); });
  if (!found) return found;
  const std::set<std::string_view> wanted(query.loinc.begin(), query.loinc.end());
  std::erase_if(found->rows, [&](const v1::Observation& row) {
    return row.status() == v1::OBSERVATION_STATUS_CANCELLED || superseded_.contains(row.report_id()) ||
           (!wanted.empty() && (row.code_system() != "loinc" || !wanted.contains(row.code())));
  });
  return found;
}

Result<Rows<v1::Condition>> BlockReader::conditions(const PatientQuery& query) {
  return rows_of<v1::Condition>(query, [&] { return one_.conditions(query); });
}
Result<Rows<v1::MedicationStatement>> BlockReader::medications(const PatientQuery& query) {
  return rows_of<v1::MedicationStatement>(query, [&] { return one_.medications(query); });
}
Result<Rows<v1::Target>> BlockReader::targets(const PatientQuery& query) {
  return rows_of<v1::Target>(query, [&] { return one_.targets(query); });
}
Result<Rows<v1::KnownAnomaly>> BlockReader::known_anomalies(const PatientQuery& query) {
  return rows_of<v1::KnownAnomaly>(query, [&] { return one_.known_anomalies(query); });
}
Result<Rows<v1::ContextWord>> BlockReader::flags(const PatientQuery& query) {
  return rows_of<v1::ContextWord>(query, [&] { return one_.flags(query); });
}
Result<Rows<v1::Immunization>> BlockReader::immunizations(const PatientQuery& query) {
  return rows_of<v1::Immunization>(query, [&] { return one_.immunizations(query); });
}
Result<Rows<v1::LongTermCondition>> BlockReader::long_term_conditions(const PatientQuery& query) {
  return rows_of<v1::LongTermCondition>(query, [&] { return one_.long_term_conditions(query); });
}

}  // namespace relais::records
