// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "records/reader_contract.h"
#include "records/remote_record.h"

namespace relais::records {

// Reads a record kept elsewhere, for one piece of work: one snapshot when the service offers them, else what was known
// at the instant asked about. A kind that the software does not keep is unknown, and not asked for.
//  record-reader.unreachable, .timeout, .failed: the service did not answer.
//  record-reader.bad-answer: an answer that breaks record_reader.proto; nothing of it is used.
//  record-reader.too-large: more than 4 MiB an answer, or 20 000 rows a reading.
//  record-reader.no-history: asked about more than a minute ago, of a record that keeps no past states.
class RemoteRecordReader final : public RecordReader {
 public:
  explicit RemoteRecordReader(RemoteRecord& record) : record_(record) {}

  Result<Rows<v1::Patient>> patient(const std::string& id, Instant as_of) override;
  Result<Rows<v1::LabReport>> report(const std::string& id, Instant as_of) override;
  Result<Rows<v1::Practitioner>> practitioners(Instant as_of) override;
  Result<Rows<v1::Patient>> patients_by_ins(const v1::Ins& ins, Instant as_of) override;
  Result<Rows<v1::Patient>> patients_by_traits(const v1::Traits& traits, Instant as_of) override;
  Result<Rows<v1::Observation>> observations_of(const std::string& report_id, Instant as_of) override;
  Result<Rows<v1::LabReport>> reports(const PatientQuery& query) override;
  Result<Rows<v1::Observation>> observations(const ObservationQuery& query) override;
  Result<Rows<v1::Condition>> conditions(const PatientQuery& query) override;
  Result<Rows<v1::MedicationStatement>> medications(const PatientQuery& query) override;
  Result<Rows<v1::Target>> targets(const PatientQuery& query) override;
  Result<Rows<v1::KnownAnomaly>> known_anomalies(const PatientQuery& query) override;
  Result<Rows<v1::ContextWord>> flags(const PatientQuery& query) override;
  Result<Rows<v1::Immunization>> immunizations(const PatientQuery& query) override;
  Result<Rows<v1::LongTermCondition>> long_term_conditions(const PatientQuery& query) override;
  Result<Rows<v1::Appointment>> appointments(const PatientQuery& query) override;
  Result<Rows<v1::Message>> messages(const PatientQuery& query) override;
  Result<Rows<worker::v1::DocumentContent>> documents(const PatientQuery& query,
                                                      const std::vector<std::string>& type_codes) override;
  // Relais' own requests: no software keeps them.
  Result<Rows<worker::v1::RequestState>> request_states(const PatientQuery& query) override;

  // As RecordSource::patients_after.
  Result<std::vector<ListedPatient>> patients_after(const std::string& after, std::int64_t limit, Instant as_of);

 private:
  template <class Request, class Response>
  using Method = grpc::Status (RemoteRecord::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  // Whether this kind may be asked for as of this instant.
  Result<bool> kept(v1::RecordKind kind, Instant as_of);
  // `most`: as soon as so many rows are there, no further page is asked for; 0: all.
  template <class M, class Request, class Response>
  Result<Rows<M>> read(const RowsAsked& asked, Request request, Method<Request, Response> method, std::size_t most = 0);
  template <class M>
  Result<Rows<M>> history(const PatientQuery& query, v1::RecordKind kind, const std::vector<std::string>& codes = {});

  RemoteRecord& record_;
  std::string snapshot_;
};

}  // namespace relais::records
