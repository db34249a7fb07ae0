// SPDX-License-Identifier: Apache-2.0
// A call whose time has run out before its turn came is not started: its caller no longer listens, and a write would
// happen unseen.
#pragma once

#include <chrono>

#include "api/failure.h"

namespace relais::api {

// `deadline` as gRPC gives it; time_point::max() for a caller that set none. Refused with api.deadline once passed.
Answer<void> check_deadline(std::chrono::system_clock::time_point deadline, std::chrono::system_clock::time_point now);

}  // namespace relais::api
