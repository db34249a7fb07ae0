// SPDX-License-Identifier: Apache-2.0
// Writing the record for the contract: checked first, then all or nothing, once for each request_id.
#pragma once

#include <functional>
#include <string>

#include "api/call.h"
#include "practice/database.h"
#include "relais/v1/patient_record.pb.h"

namespace relais::api {

class RecordWrites {
 public:
  // `changed`: what plugins ask for has changed; may be empty.
  RecordWrites(practice::Database& database, std::string zone, std::function<void()> changed = {})
      : database_(database), zone_(std::move(zone)), changed_(std::move(changed)) {}

  Answer<v1::PutPractitionersResponse> practitioners(Call& call, const v1::PutPractitionersRequest& request) const;
  Answer<v1::PutPatientsResponse> patients(Call& call, const v1::PutPatientsRequest& request) const;
  // store.conflict when a row of this id is another patient's.
  Answer<v1::PutClinicalContextResponse> context(Call& call, const v1::PutClinicalContextRequest& request) const;
  Answer<v1::SetTargetResponse> target(Call& call, const v1::SetTargetRequest& request) const;
  Answer<v1::DeclareKnownAnomalyResponse> known_anomaly(Call& call, const v1::DeclareKnownAnomalyRequest& request) const;
  // History never wakes a plugin: no event. store.conflict for a report that came in by a message, or one of another
  // patient.
  Answer<v1::ImportHistoryResponse> history(Call& call, const v1::ImportHistoryRequest& request) const;
  // store.conflict when a row of this id is another patient's.
  Answer<v1::PutDocumentsResponse> documents(Call& call, const v1::PutDocumentsRequest& request) const;
  Answer<v1::PutMessagesResponse> messages(Call& call, const v1::PutMessagesRequest& request) const;

 private:
  template <class Response>
  Answer<Response> told(Answer<Response> answer) const {
    if (answer && changed_) changed_();
    return answer;
  }

  practice::Database& database_;
  const std::string zone_;
  const std::function<void()> changed_;
};

}  // namespace relais::api
