// SPDX-License-Identifier: Apache-2.0
// Affections de longue durée and appointments for the contract: read by level, written once for each request_id, and told
// to the plugins that ask for what is true of a patient. Rules: ald.md, sections 5 to 8; an assistant's rights are those
// of its section 6.
#pragma once

#include <functional>
#include <string>

#include "api/call.h"
#include "practice/database.h"
#include "records/record_source.h"
#include "relais/v1/patient_record.pb.h"

namespace relais::api {

class LongTermConditions {
 public:
  // `changed` is called after a write, from any thread. `record` is who keeps what is read.
  LongTermConditions(practice::Database& database, std::string zone, std::function<void()> changed,
                     records::RecordSource& record)
      : database_(database), zone_(std::move(zone)), changed_(std::move(changed)), record_(record) {}

  Answer<v1::ListLongTermConditionsResponse> list(Call& call, const v1::ListLongTermConditionsRequest& request) const;
  Answer<v1::PutLongTermConditionsResponse> put(Call& call, const v1::PutLongTermConditionsRequest& request) const;
  Answer<v1::RecordRenewalStepResponse> step(Call& call, const v1::RecordRenewalStepRequest& request) const;
  Answer<v1::PutAppointmentsResponse> appointments(Call& call, const v1::PutAppointmentsRequest& request) const;

 private:
  practice::Database& database_;
  const std::string zone_;
  const std::function<void()> changed_;
  records::RecordSource& record_;
};

}  // namespace relais::api
