// SPDX-License-Identifier: Apache-2.0
// The patients of the practice, page after page: what goes through all of them without holding all of them.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <string>
#include <vector>

#include "domain/clock.h"

namespace relais::records {

struct ListedPatient {
  std::string id;
  std::string treating_doctor_id;  // empty: none is known
};

// At most `limit` patients known at `as_of`, whose id comes after `after` (empty: from the first), in the order of ids.
// Throws soci::soci_error.
std::vector<ListedPatient> patients_after(soci::session& sql, const std::string& after, std::int64_t limit,
                                          Instant as_of);

}  // namespace relais::records
