// SPDX-License-Identifier: Apache-2.0
// Reading the record for the contract: whose it is asked about, and what the reader's data level leaves.
// Levels of the fiche de poste, section 4: D0 identity, D1 médecin traitant, D3 results and prescriptions,
// D4 antecedents, D5 restricted categories.
#pragma once

#include "api/call.h"
#include "practice/database.h"
#include "records/record_source.h"
#include "relais/v1/patient_record.pb.h"

namespace relais::api {

class RecordReads {
 public:
  // Both must outlive it.
  RecordReads(practice::Database& database, records::RecordSource& record) : database_(database), record_(record) {}

  // The subject that a fiche is asked about: the patient, for the doctor of the worklist item, else of the report, else
  // the médecin traitant. relais.invalid-argument when an assistant names no task, or an item of another patient;
  // api.mandate (R09) when they name another doctor than that one.
  Answer<v1::Subject> subject(const Caller& caller, const v1::GetPatientRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::ListReportsRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::ListObservationsRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::ListLongTermConditionsRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::PutLongTermConditionsRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::RecordRenewalStepRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::ListImmunizationsRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::RecordImmunizationRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::CorrectImmunizationRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::EnterImmunizationInErrorRequest& request) const;
  Answer<v1::Subject> subject(const Caller& caller, const v1::ListImmunizationConflictsRequest& request) const;

  Answer<v1::SearchPatientsResponse> search(Call& call, const v1::SearchPatientsRequest& request) const;
  Answer<v1::GetPatientResponse> patient(Call& call, const v1::GetPatientRequest& request) const;
  Answer<v1::ListReportsResponse> reports(Call& call, const v1::ListReportsRequest& request) const;
  Answer<v1::ListObservationsResponse> observations(Call& call, const v1::ListObservationsRequest& request) const;

 private:
  Answer<v1::Subject> subject_of(const Caller& caller, const std::string& patient_id, const std::string& report_id,
                                 const v1::Purpose& purpose) const;
  Result<std::vector<v1::Patient>> search_elsewhere(soci::session& sql, const std::string& birth_date,
                                                    const std::string& letters) const;

  // As of when the record is read now.
  Instant now() const { return record_.latest(database_.clock().now()); }

  practice::Database& database_;
  records::RecordSource& record_;
};

}  // namespace relais::api
