// SPDX-License-Identifier: Apache-2.0
#include "records/sql_record_reader.h"

#include <algorithm>
#include <set>

#include "practice/encoding.h"
#include "records/kept_select.h"
#include "records/record_table.h"

namespace relais::records {
namespace {

template <class M>
Rows<M> rows_at(soci::session& sql, Instant as_of, const Narrowing& narrowing) {
  return {select_messages<M>(sql, as_of, narrowing), Completeness::complete};
}

Narrowing of_patient(const PatientQuery& query) {
  Narrowing narrowing{"t.patient_id = :patient", {query.patient_id}};
  if (query.since) narrowing.where += fmt::format(" AND t.valid_until_ms >= {}", practice::to_ms(*query.since));
  return narrowing;
}

// A patient's rows are never those without a patient.
template <class M>
Rows<M> rows_of(soci::session& sql, const PatientQuery& query) {
  if (query.patient_id.empty()) return {{}, Completeness::unknown};
  return rows_at<M>(sql, query.as_of, of_patient(query));
}

// The report named by `id` (a column) was cancelled or replaced, as known at `as_of`.
std::string superseded(std::string_view id, Instant as_of) {
  return fmt::format(
      "(EXISTS (SELECT 1 FROM record_lab_report c WHERE c.id = {0} AND c.status = {1} AND {2}) OR "
      "EXISTS (SELECT 1 FROM record_lab_report n WHERE n.replaces_id = {0} AND n.replaces_id <> '' AND {3}))",
      id, static_cast<int>(v1::REPORT_STATUS_CANCELLED), known_at("c", as_of), known_at("n", as_of));
}

void with_seen(Narrowing& narrowing, Instant as_of) {
  narrowing.expression = {
      "seen_by_doctor",
      fmt::format("CASE WHEN t.seen_by_doctor = 1 OR EXISTS (SELECT 1 FROM record_report_seen s "
                  "WHERE s.report_id = t.report_id AND s.seen_ms <= {}) THEN 1 ELSE 0 END",
                  practice::to_ms(as_of))};
}

}  // namespace

Result<Rows<v1::Patient>> SqlRecordReader::patient(const std::string& id, Instant as_of) {
  return rows_at<v1::Patient>(session_, as_of, {"t.id = :id", {id}});
}

Result<Rows<v1::LabReport>> SqlRecordReader::report(const std::string& id, Instant as_of) {
  return rows_at<v1::LabReport>(session_, as_of, {"t.id = :id", {id}});
}

Result<Rows<v1::Practitioner>> SqlRecordReader::practitioners(Instant as_of) {
  return rows_at<v1::Practitioner>(session_, as_of, {});
}

Result<Rows<v1::Patient>> SqlRecordReader::patients_by_ins(const v1::Ins& ins, Instant as_of) {
  if (ins.value().empty()) return Rows<v1::Patient>{{}, Completeness::complete};
  return rows_at<v1::Patient>(session_, as_of, {"t.ins_value = :value AND t.ins_oid = :oid", {ins.value(), ins.oid()}});
}

Result<Rows<v1::Patient>> SqlRecordReader::patients_by_traits(const v1::Traits& traits, Instant as_of) {
  return rows_at<v1::Patient>(session_, as_of,
      {"((t.traits_birth_date = :date AND t.traits_birth_date <> '') OR "
       "(UPPER(t.traits_birth_family) = UPPER(:family) AND t.traits_birth_family <> ''))",
       {traits.birth_date(), traits.birth_family()}});
}

Result<Rows<v1::Observation>> SqlRecordReader::observations_of(const std::string& report_id, Instant as_of) {
  if (report_id.empty()) return Rows<v1::Observation>{{}, Completeness::complete};
  Narrowing narrowing{"t.report_id = :report", {report_id}, "t.row_id"};
  with_seen(narrowing, as_of);
  return rows_at<v1::Observation>(session_, as_of, narrowing);
}

Result<Rows<v1::LabReport>> SqlRecordReader::reports(const PatientQuery& query) {
  if (query.patient_id.empty()) return Rows<v1::LabReport>{};
  auto narrowing = of_patient(query);
  narrowing.where += " AND NOT " + superseded("t.id", query.as_of);
  return rows_at<v1::LabReport>(session_, query.as_of, narrowing);
}

Result<Rows<v1::Observation>> SqlRecordReader::observations(const ObservationQuery& query) {
  if (query.of.patient_id.empty()) return Rows<v1::Observation>{};
  auto narrowing = of_patient(query.of);
  narrowing.where += fmt::format(" AND t.status <> {} AND NOT {}", static_cast<int>(v1::OBSERVATION_STATUS_CANCELLED),
                                 superseded("t.report_id", query.of.as_of));
  with_seen(narrowing, query.of.as_of);
  auto found = rows_at<v1::Observation>(session_, query.of.as_of, narrowing);
  if (!query.loinc.empty()) {
    // One range scan of the patient, then a set: a declaration may name hundreds of codes.
    const std::set<std::string_view> wanted(query.loinc.begin(), query.loinc.end());
    std::erase_if(found.rows, [&](const v1::Observation& row) {
      return row.code_system() != "loinc" || !wanted.contains(row.code());
    });
  }
  return found;
}

Result<Rows<v1::Condition>> SqlRecordReader::conditions(const PatientQuery& query) {
  return rows_of<v1::Condition>(session_, query);
}
Result<Rows<v1::MedicationStatement>> SqlRecordReader::medications(const PatientQuery& query) {
  return rows_of<v1::MedicationStatement>(session_, query);
}
Result<Rows<v1::Target>> SqlRecordReader::targets(const PatientQuery& query) {
  return rows_of<v1::Target>(session_, query);
}
Result<Rows<v1::KnownAnomaly>> SqlRecordReader::known_anomalies(const PatientQuery& query) {
  return rows_of<v1::KnownAnomaly>(session_, query);
}
Result<Rows<v1::ContextWord>> SqlRecordReader::flags(const PatientQuery& query) {
  return rows_of<v1::ContextWord>(session_, query);
}
Result<Rows<v1::Immunization>> SqlRecordReader::immunizations(const PatientQuery& query) {
  return rows_of<v1::Immunization>(session_, query);
}
Result<Rows<v1::LongTermCondition>> SqlRecordReader::long_term_conditions(const PatientQuery& query) {
  return rows_of<v1::LongTermCondition>(session_, query);
}
Result<Rows<v1::Appointment>> SqlRecordReader::appointments(const PatientQuery& query) {
  return rows_of<v1::Appointment>(session_, query);
}
Result<Rows<v1::Message>> SqlRecordReader::messages(const PatientQuery& query) {
  return rows_of<v1::Message>(session_, query);
}

Result<Rows<worker::v1::DocumentContent>> SqlRecordReader::documents(const PatientQuery& query,
                                                                     const std::vector<std::string>& type_codes) {
  auto documents = rows_of<v1::Document>(session_, query);
  Rows<worker::v1::DocumentContent> found{{}, documents.completeness};
  for (auto& document : documents.rows) {
    if (!type_codes.empty() && std::ranges::find(type_codes, document.type_code()) == type_codes.end()) continue;
    std::string text;
    session_ << "SELECT content FROM record_content WHERE sha256 = :sha256", soci::use(document.sha256()),
        soci::into(text);
    auto content = practice::from_base64(text);
    if (!session_.got_data() || !content) return fail(Code::store_damaged, "a document has lost its content");
    auto& row = found.rows.emplace_back();
    *row.mutable_document() = std::move(document);
    row.set_content(std::move(*content));
  }
  return found;
}

// Requests to the outside are not kept in this database.
Result<Rows<worker::v1::RequestState>> SqlRecordReader::request_states(const PatientQuery&) {
  return Rows<worker::v1::RequestState>{};
}

}  // namespace relais::records
