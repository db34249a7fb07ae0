// SPDX-License-Identifier: Apache-2.0
// How a call fails: an Error, and what only a person reads: the rule that refused and who can unblock it.
#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "domain/error.h"
#include "relais/v1/error.pb.h"

namespace relais::api {

struct Failure {
  Failure(Error cause) : error(std::move(cause)) {}  // NOLINT(google-explicit-constructor): an Error is a Failure
  Failure(Code code, std::string detail, std::string place = {})
      : error{code, std::move(detail), std::move(place)} {}

  Error error;
  std::string sentence;      // French; empty: the sentence of the code
  std::string rule;          // "R08", "E3"; empty when no fiche refused
  std::string unblocked_by;  // French; empty when nobody can
};

// What a handler returns: an answer or a failure, never both.
template <class T>
using Answer = tl::expected<T, Failure>;

inline tl::unexpected<Failure> refuse(Code code, std::string detail, std::string place = {}) {
  return tl::unexpected<Failure>(Failure(code, std::move(detail), std::move(place)));
}
inline tl::unexpected<Failure> refuse(Error error) { return tl::unexpected<Failure>(Failure(std::move(error))); }

// gRPC status code of a stable code. domain/codes_help.def holds them; others are FAILED_PRECONDITION.
grpc::StatusCode status_code(Code code);

// Metadata key of the serialised relais.v1.ErrorDetail in the trailers of a failed call.
inline constexpr std::string_view error_metadata_key = "relais-error-bin";

v1::ErrorDetail to_detail(const Failure& failure, std::string_view call_id);

// Status with the French sentence as message and the ErrorDetail in its details (rpc_status.h). `failure.error.detail` stays in the host.
grpc::Status to_status(const Failure& failure, std::string_view call_id);

}  // namespace relais::api
