// SPDX-License-Identifier: Apache-2.0
#include "api/authentication.h"

namespace relais::api {

std::string bearer_token(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  const auto [first, last] = metadata.equal_range("authorization");
  if (first == last || std::next(first) != last) return {};
  const std::string_view value(first->second.data(), first->second.size());
  constexpr std::string_view scheme = "Bearer ";
  if (!value.starts_with(scheme)) return {};
  return std::string(value.substr(scheme.size()));
}

}  // namespace relais::api
