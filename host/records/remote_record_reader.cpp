// SPDX-License-Identifier: Apache-2.0
#include "records/remote_record_reader.h"

#include <algorithm>

namespace relais::records {
namespace {

using v1::RecordRow;

// Of a record that keeps no past states, what was asked less than this ago is the present.
constexpr std::chrono::minutes present{1};

void take(RecordRow& row, v1::Patient& into) { into = std::move(*row.mutable_patient()); }
void take(RecordRow& row, v1::Practitioner& into) { into = std::move(*row.mutable_practitioner()); }
void take(RecordRow& row, v1::LabReport& into) { into = std::move(*row.mutable_report()); }
void take(RecordRow& row, v1::Observation& into) { into = std::move(*row.mutable_observation()); }
void take(RecordRow& row, v1::Condition& into) { into = std::move(*row.mutable_condition()); }
void take(RecordRow& row, v1::MedicationStatement& into) { into = std::move(*row.mutable_medication()); }
void take(RecordRow& row, v1::Target& into) { into = std::move(*row.mutable_target()); }
void take(RecordRow& row, v1::KnownAnomaly& into) { into = std::move(*row.mutable_known_anomaly()); }
void take(RecordRow& row, v1::ContextWord& into) { into = std::move(*row.mutable_context_flag()); }
void take(RecordRow& row, v1::Immunization& into) { into = std::move(*row.mutable_immunization()); }
void take(RecordRow& row, v1::LongTermCondition& into) { into = std::move(*row.mutable_long_term_condition()); }
void take(RecordRow& row, v1::Appointment& into) { into = std::move(*row.mutable_appointment()); }
void take(RecordRow& row, v1::Message& into) { into = std::move(*row.mutable_message()); }
void take(RecordRow& row, worker::v1::DocumentContent& into) {
  *into.mutable_document() = std::move(*row.mutable_document()->mutable_document());
  into.set_content(std::move(*row.mutable_document()->mutable_content()));
}

// One page after another: the whole is complete when every page is.
Completeness with(Completeness so_far, v1::RecordCompleteness page) {
  if (so_far == Completeness::withheld || page == v1::RECORD_COMPLETENESS_WITHHELD) return Completeness::withheld;
  return page == v1::RECORD_COMPLETENESS_COMPLETE ? so_far : Completeness::unknown;
}

// Nothing was asked for, and nothing is what there is.
template <class M>
Rows<M> nothing() {
  return {{}, Completeness::complete};
}

}  // namespace

Result<bool> RemoteRecordReader::kept(v1::RecordKind kind, Instant as_of) {
  const auto described = record_.describe();
  if (!described) return tl::unexpected(described.error());
  if (!described->keeps_history() && as_of + present < record_.now())
    return fail(Code::record_reader_no_history, "as of an instant that is past");
  return std::find(described->kinds().begin(), described->kinds().end(), kind) != described->kinds().end();
}

template <class M, class Request, class Response>
Result<Rows<M>> RemoteRecordReader::read(const RowsAsked& asked, Request request, Method<Request, Response> method,
                                         std::size_t most) {
  const auto is_kept = kept(asked.kind, asked.as_of);
  if (!is_kept) return tl::unexpected(is_kept.error());
  if (!*is_kept) return Rows<M>{};
  auto& reading = *request.mutable_reading();
  reading.set_as_of_ms(asked.as_of.time_since_epoch().count());
  reading.mutable_page()->set_size(most > 0 ? static_cast<int>(std::min<std::size_t>(most, reader_page)) : reader_page);
  const std::string kind(kind_name(asked.kind));
  ReadingCheck check(asked);
  auto rows = nothing<M>();
  for (;;) {
    reading.set_snapshot(snapshot_);
    auto answer = record_.call(method, request, kind.c_str());
    if (!answer) return tl::unexpected(answer.error());
    auto& page = *answer->mutable_rows();
    bool too_large = false;
    if (auto broken = check.broken_rule(page, too_large)) {
      const auto code = too_large ? Code::record_reader_too_large : Code::record_reader_bad_answer;
      return record_.failed(code, kind + ": " + *broken);
    }
    for (auto& row : *page.mutable_rows()) take(row, rows.rows.emplace_back());
    rows.completeness = with(rows.completeness, page.completeness());
    if (snapshot_.empty()) snapshot_ = page.snapshot();
    if (page.next_page_token().empty() || (most > 0 && rows.rows.size() >= most)) return rows;
    reading.mutable_page()->set_token(page.next_page_token());
  }
}

template <class M>
Result<Rows<M>> RemoteRecordReader::history(const PatientQuery& query, v1::RecordKind kind,
                                            const std::vector<std::string>& codes) {
  if (query.patient_id.empty()) return Rows<M>{};
  v1::ReadHistoryRequest request;
  request.set_patient_id(query.patient_id);
  request.set_kind(kind);
  if (query.since) request.set_since_ms(query.since->time_since_epoch().count());
  for (const auto& code : codes) request.add_codes(code);
  RowsAsked asked;
  asked.kind = kind;
  asked.as_of = query.as_of;
  asked.patient_id = query.patient_id;
  asked.history = true;
  return read<M>(asked, std::move(request), &RemoteRecord::Stub::ReadHistory);
}

Result<Rows<v1::Patient>> RemoteRecordReader::patient(const std::string& id, Instant as_of) {
  if (id.empty()) return nothing<v1::Patient>();
  v1::ReadPatientRequest request;
  request.set_patient_id(id);
  return read<v1::Patient>({v1::RECORD_KIND_PATIENT, as_of, id, id}, std::move(request),
                           &RemoteRecord::Stub::ReadPatient);
}

Result<Rows<v1::LabReport>> RemoteRecordReader::report(const std::string& id, Instant as_of) {
  if (id.empty()) return nothing<v1::LabReport>();
  v1::ReadReportRequest request;
  request.set_report_id(id);
  return read<v1::LabReport>({v1::RECORD_KIND_LAB_REPORT, as_of, {}, id}, std::move(request),
                             &RemoteRecord::Stub::ReadReport);
}

Result<Rows<v1::Practitioner>> RemoteRecordReader::practitioners(Instant as_of) {
  return read<v1::Practitioner>({v1::RECORD_KIND_PRACTITIONER, as_of}, v1::ReadPractitionersRequest{},
                                &RemoteRecord::Stub::ReadPractitioners);
}

Result<Rows<v1::Patient>> RemoteRecordReader::patients_by_ins(const v1::Ins& ins, Instant as_of) {
  if (ins.value().empty()) return nothing<v1::Patient>();
  v1::FindPatientsRequest request;
  *request.mutable_ins() = ins;
  auto found = read<v1::Patient>({v1::RECORD_KIND_PATIENT, as_of}, std::move(request),
                                 &RemoteRecord::Stub::FindPatients);
  if (!found) return found;
  for (const auto& patient : found->rows)
    if (patient.ins().value() != ins.value() || patient.ins().oid() != ins.oid())
      return record_.failed(Code::record_reader_bad_answer, "patient: found by another INS than the one asked for");
  return found;
}

Result<Rows<v1::Patient>> RemoteRecordReader::patients_by_traits(const v1::Traits& traits, Instant as_of) {
  v1::FindPatientsRequest request;
  *request.mutable_traits() = traits;
  return read<v1::Patient>({v1::RECORD_KIND_PATIENT, as_of}, std::move(request), &RemoteRecord::Stub::FindPatients);
}

Result<Rows<v1::Observation>> RemoteRecordReader::observations_of(const std::string& report_id, Instant as_of) {
  if (report_id.empty()) return nothing<v1::Observation>();
  v1::ReadResultsRequest request;
  request.set_report_id(report_id);
  return read<v1::Observation>({v1::RECORD_KIND_OBSERVATION, as_of, {}, {}, report_id}, std::move(request),
                               &RemoteRecord::Stub::ReadResults);
}

Result<Rows<v1::LabReport>> RemoteRecordReader::reports(const PatientQuery& query) {
  return history<v1::LabReport>(query, v1::RECORD_KIND_LAB_REPORT);
}

Result<Rows<v1::Observation>> RemoteRecordReader::observations(const ObservationQuery& query) {
  auto found = history<v1::Observation>(query.of, v1::RECORD_KIND_OBSERVATION, query.loinc);
  if (!found || query.loinc.empty()) return found;
  // More codes than asked for are not used.
  std::erase_if(found->rows, [&](const v1::Observation& row) {
    return row.code_system() != "loinc" ||
           std::find(query.loinc.begin(), query.loinc.end(), row.code()) == query.loinc.end();
  });
  return found;
}

Result<Rows<v1::Condition>> RemoteRecordReader::conditions(const PatientQuery& query) {
  return history<v1::Condition>(query, v1::RECORD_KIND_CONDITION);
}

Result<Rows<v1::MedicationStatement>> RemoteRecordReader::medications(const PatientQuery& query) {
  return history<v1::MedicationStatement>(query, v1::RECORD_KIND_MEDICATION);
}

Result<Rows<v1::Target>> RemoteRecordReader::targets(const PatientQuery& query) {
  return history<v1::Target>(query, v1::RECORD_KIND_TARGET);
}

Result<Rows<v1::KnownAnomaly>> RemoteRecordReader::known_anomalies(const PatientQuery& query) {
  return history<v1::KnownAnomaly>(query, v1::RECORD_KIND_KNOWN_ANOMALY);
}

Result<Rows<v1::ContextWord>> RemoteRecordReader::flags(const PatientQuery& query) {
  return history<v1::ContextWord>(query, v1::RECORD_KIND_CONTEXT_FLAG);
}

Result<Rows<v1::Immunization>> RemoteRecordReader::immunizations(const PatientQuery& query) {
  return history<v1::Immunization>(query, v1::RECORD_KIND_IMMUNIZATION);
}

Result<Rows<v1::LongTermCondition>> RemoteRecordReader::long_term_conditions(const PatientQuery& query) {
  return history<v1::LongTermCondition>(query, v1::RECORD_KIND_LONG_TERM_CONDITION);
}

Result<Rows<v1::Appointment>> RemoteRecordReader::appointments(const PatientQuery& query) {
  return history<v1::Appointment>(query, v1::RECORD_KIND_APPOINTMENT);
}

Result<Rows<v1::Message>> RemoteRecordReader::messages(const PatientQuery& query) {
  return history<v1::Message>(query, v1::RECORD_KIND_MESSAGE);
}

Result<Rows<worker::v1::DocumentContent>> RemoteRecordReader::documents(const PatientQuery& query,
                                                                        const std::vector<std::string>& type_codes) {
  return history<worker::v1::DocumentContent>(query, v1::RECORD_KIND_DOCUMENT, type_codes);
}

Result<Rows<worker::v1::RequestState>> RemoteRecordReader::request_states(const PatientQuery&) {
  return Rows<worker::v1::RequestState>{};
}

Result<std::vector<ListedPatient>> RemoteRecordReader::patients_after(const std::string& after, std::int64_t limit,
                                                                      Instant as_of) {
  v1::ReadPatientListRequest request;
  request.set_after_patient_id(after);
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(limit, 1));
  auto found = read<v1::Patient>({v1::RECORD_KIND_PATIENT, as_of}, std::move(request),
                                 &RemoteRecord::Stub::ReadPatientList, most);
  if (!found) return tl::unexpected(found.error());
  std::vector<ListedPatient> listed;
  std::string last = after;
  for (const auto& patient : found->rows) {
    // Whoever goes on after the last one must have seen all before it.
    if (patient.id() <= last) return record_.failed(Code::record_reader_bad_answer, "patient: a list out of order");
    last = patient.id();
    if (listed.size() < most) listed.push_back({patient.id(), patient.treating_doctor_id()});
  }
  return listed;
}

}  // namespace relais::records
