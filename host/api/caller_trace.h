// SPDX-License-Identifier: Apache-2.0
// The trace that a caller brings.
#pragma once

#include <grpcpp/support/string_ref.h>

#include <map>
#include <string>

namespace relais::api {

// The trace-id of the metadata "traceparent" (W3C Trace Context); empty when there is none, or several, or what is there
// is malformed: then the call is as one without.
std::string caller_trace(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata);

}  // namespace relais::api
