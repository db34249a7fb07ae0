// SPDX-License-Identifier: Apache-2.0
// The span of a request that leaves it to the host.
#pragma once

#include <cstdint>

#include "domain/clock.h"
#include "domain/instant_bounds.h"
#include "practice/database.h"

namespace relais::api {

// A start of 0 is the host's now, an end of 0 is 24 hours after the start: a caller need not know the practice's clock,
// which is not its machine's in a demonstration. `Request` has start_ms and end_ms.
template <class Request>
Request from_now_on(Request request, Instant now) {
  constexpr std::int64_t one_day_ms = 24LL * 60 * 60 * 1000;
  if (request.start_ms() == 0) request.set_start_ms(practice::to_ms(now));
  // Of a start that no calendar has there is no next day: check_span() refuses it.
  if (request.end_ms() == 0 && is_dated(request.start_ms())) request.set_end_ms(request.start_ms() + one_day_ms);
  return request;
}

}  // namespace relais::api
