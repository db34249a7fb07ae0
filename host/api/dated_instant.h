// SPDX-License-Identifier: Apache-2.0
// An instant of a request.
#pragma once

#include <string>

#include "api/failure.h"
#include "domain/instant_bounds.h"
#include "practice/database.h"

namespace relais::api {

// relais.invalid-argument with the place for an instant that no calendar has (domain/instant_bounds.h).
inline Answer<Instant> dated_instant(std::int64_t ms, const char* place) {
  if (!is_dated(ms)) return refuse(Code::invalid_argument, "no such instant", place);
  return practice::from_ms(ms);
}

}  // namespace relais::api
