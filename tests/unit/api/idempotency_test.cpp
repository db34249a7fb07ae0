// SPDX-License-Identifier: Apache-2.0
#include "api/idempotency.h"

#include "relais/v1/patient_record.pb.h"
#include "support/service_practice.h"

namespace relais::api {
namespace {

using test::call_by;
using test::outcome;

v1::PutPractitionersRequest request_with(const std::string& request_id, const std::string& practitioner) {
  v1::PutPractitionersRequest request;
  request.set_request_id(request_id);
  request.add_practitioners()->set_id(practitioner);
  return request;
}

struct Counted : test::ServicePractice {
  int done = 0;
  Answer<v1::PutPractitionersResponse> put(const std::string& actor, const std::string& request_id,
                                           const std::string& practitioner, bool refused = false) {
    auto call = call_by(actor, v1::ROLE_EDITOR);
    call.method = "PatientRecordService.PutPractitioners";
    return write_once<v1::PutPractitionersResponse>(
        *database, call, request_with(request_id, practitioner),
        [&](practice::Transaction&) -> Answer<v1::PutPractitionersResponse> {
          if (refused) return refuse(Code::not_found, "refused");
          v1::PutPractitionersResponse response;
          response.set_written(++done);
          return response;
        });
  }
};

TEST_CASE("a write repeated with its request id gives the first answer and does nothing more") {
  Counted practice;
  CHECK(practice.put("lgc", "r-1", "martin").value().written() == 1);
  CHECK(practice.put("lgc", "r-1", "martin").value().written() == 1);
  CHECK(practice.done == 1);
  CHECK(practice.put("autre", "r-1", "martin").value().written() == 2);
}

TEST_CASE("a request id that comes with another request is refused") {
  Counted practice;
  CHECK(practice.put("lgc", "r-1", "martin"));
  CHECK(outcome(practice.put("lgc", "r-1", "durand")) == "api.request-id-reused request_id");
  CHECK(practice.done == 1);
}

TEST_CASE("without a request id each write is a new one") {
  Counted practice;
  CHECK(practice.put("lgc", "", "martin").value().written() == 1);
  CHECK(practice.put("lgc", "", "martin").value().written() == 2);
}

TEST_CASE("a refused write may be tried again under its request id") {
  Counted practice;
  CHECK(outcome(practice.put("lgc", "r-1", "martin", true)) == "relais.not-found");
  CHECK(practice.put("lgc", "r-1", "martin").value().written() == 1);
}

TEST_CASE("a request id is forgotten after a day") {
  Counted practice;
  CHECK(practice.put("lgc", "r-1", "martin"));
  practice.clock.advance(std::chrono::hours{23});
  CHECK(practice.put("lgc", "r-1", "martin").value().written() == 1);
  practice.clock.advance(std::chrono::hours{1});
  CHECK(practice.put("lgc", "r-1", "durand").value().written() == 2);
}

TEST_CASE("a request id of more than 64 characters is refused") {
  Counted practice;
  CHECK(outcome(practice.put("lgc", std::string(65, 'x'), "martin")) == "relais.invalid-argument request_id");
  CHECK(practice.done == 0);
}

}  // namespace
}  // namespace relais::api
