// SPDX-License-Identifier: Apache-2.0
#include "api/caller_trace.h"

#include "domain/trace.h"

namespace relais::api {

std::string caller_trace(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  const auto [first, last] = metadata.equal_range("traceparent");
  if (first == last || std::next(first) != last) return {};
  return trace_of({first->second.data(), first->second.size()}).value_or(std::string{});
}

}  // namespace relais::api
