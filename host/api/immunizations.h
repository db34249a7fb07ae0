// SPDX-License-Identifier: Apache-2.0
// Vaccinations for the contract: entered once for each request_id, one act however many sources tell it, confirmed and
// settled by doctors. Sources: calendrier-vaccinal.md, section 7 (what a booklet holds); delegable-tasks.md,
// `vaccin-tracabilite` (an assistant enters, the doctor looks afterwards, nothing unseen is entered as seen).
#pragma once

#include <functional>
#include <string>

#include "api/call.h"
#include "practice/database.h"
#include "records/record_source.h"
#include "relais/v1/patient_record.pb.h"

namespace relais::api {

class Immunizations {
 public:
  // `changed` is called after a write that changed the record, from any thread.
  Immunizations(practice::Database& database, std::string zone, std::function<void()> changed,
                records::RecordSource& record)
      : database_(database), zone_(std::move(zone)), changed_(std::move(changed)), record_(record) {}

  Answer<v1::ListImmunizationsResponse> list(Call& call, const v1::ListImmunizationsRequest& request) const;
  Answer<v1::RecordImmunizationResponse> record(Call& call, const v1::RecordImmunizationRequest& request) const;
  Answer<v1::ConfirmImmunizationResponse> confirm(Call& call, const v1::ConfirmImmunizationRequest& request) const;
  Answer<v1::CorrectImmunizationResponse> correct(Call& call, const v1::CorrectImmunizationRequest& request) const;
  Answer<v1::EnterImmunizationInErrorResponse> in_error(Call& call,
                                                        const v1::EnterImmunizationInErrorRequest& request) const;
  Answer<v1::ListImmunizationConflictsResponse> conflicts(Call& call,
                                                          const v1::ListImmunizationConflictsRequest& request) const;
  Answer<v1::ResolveImmunizationConflictResponse> resolve(Call& call,
                                                          const v1::ResolveImmunizationConflictRequest& request) const;

 private:
  practice::Database& database_;
  const std::string zone_;
  const std::function<void()> changed_;
  records::RecordSource& record_;
};

}  // namespace relais::api
