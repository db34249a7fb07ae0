// SPDX-License-Identifier: Apache-2.0
#include "api/deadline.h"

namespace relais::api {

Answer<void> check_deadline(std::chrono::system_clock::time_point deadline, std::chrono::system_clock::time_point now) {
  if (now < deadline) return {};
  return refuse(Code::api_deadline, "the call's deadline had passed before it was started");
}

}  // namespace relais::api
