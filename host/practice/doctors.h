// SPDX-License-Identifier: Apache-2.0
// Who is a doctor of this practice, asked inside somebody else's work.
#pragma once

#include <soci/soci.h>

#include <string>

namespace relais::practice {

// Whether an open account of role doctor has this id. Throws soci::soci_error, which Database answers.
bool is_open_doctor(soci::session& sql, const std::string& id);

}  // namespace relais::practice
