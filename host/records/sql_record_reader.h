// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <soci/soci.h>

#include "records/record_reader.h"

namespace relais::records {

// Reads Relais' own database. Made inside a work of Database::read (its snapshot is that work's) or, with
// Transaction::sql(), inside a write, whose changes it then sees. Throws soci::soci_error, which Database answers.
class SqlRecordReader final : public RecordReader {
 public:
  explicit SqlRecordReader(soci::session& session) : session_(session) {}

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
  Result<Rows<worker::v1::RequestState>> request_states(const PatientQuery& query) override;

 private:
  soci::session& session_;
};

}  // namespace relais::records
