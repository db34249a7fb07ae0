// SPDX-License-Identifier: Apache-2.0
// First step of admission: whose token is this?
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <grpcpp/support/string_ref.h>

#include "api/caller.h"
#include "api/failure.h"

namespace relais::api {

// Turns a token into a caller. Implementations are thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // The caller of a live token, whose life this call prolongs; api.unauthenticated otherwise, without saying why.
  virtual Result<Caller> authenticate(std::string_view token) = 0;
  // The token is still alive; prolongs nothing. For streams that outlast their call.
  virtual bool alive(std::string_view token) = 0;
  // What made this caller the replacement of caller.replaces_doctor_id still holds; true for everybody else.
  virtual bool replaces_still(const Caller& caller) = 0;
};

// The token of "authorization: Bearer TOKEN", empty when the header is absent, doubled or of another scheme.
std::string bearer_token(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata);

}  // namespace relais::api
