// SPDX-License-Identifier: Apache-2.0
#include "api/failure.h"

#include "api/rpc_status.h"
#include "domain/code_help.h"

namespace relais::api {

grpc::StatusCode status_code(Code code) {
  switch (code) {
#define RELAIS_AREA(prefix, name, advice)
#define RELAIS_HELP(identifier, advice)
#define RELAIS_STATUS(identifier, status) \
  case Code::identifier:                  \
    return grpc::StatusCode::status;
#include "domain/codes_help.def"
#undef RELAIS_AREA
#undef RELAIS_HELP
#undef RELAIS_STATUS
    default:
      return grpc::StatusCode::FAILED_PRECONDITION;
  }
}

v1::ErrorDetail to_detail(const Failure& failure, std::string_view call_id) {
  v1::ErrorDetail detail;
  detail.set_code(std::string(stable_code(failure.error.code)));
  detail.set_sentence(failure.sentence.empty() ? std::string(french(failure.error.code)) : failure.sentence);
  detail.set_place(failure.error.place);
  detail.set_rule(failure.rule);
  detail.set_unblocked_by(failure.unblocked_by);
  detail.set_call_id(std::string(call_id));
  detail.set_retry(may_retry(failure.error.code));
  return detail;
}

grpc::Status to_status(const Failure& failure, std::string_view call_id) {
  const auto detail = to_detail(failure, call_id);
  const auto status = status_code(failure.error.code);
  return {status, detail.sentence(), to_details(status, detail)};
}

}  // namespace relais::api
