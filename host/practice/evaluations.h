// SPDX-License-Identifier: Apache-2.0
// As of which instant each slice was built: what a replay builds again. Functions run inside Database::write or read and
// throw soci::soci_error, which Database answers.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/findings.h"
#include "practice/database.h"

namespace relais::practice {

// Told once for each slice version that was sent.
void remember_evaluation(Transaction& tx, const worklist::Scope& scope, std::int64_t slice_version, Instant as_of);

// Nothing for an evaluation made before instants were kept.
std::optional<Instant> evaluated_as_of(soci::session& sql, const worklist::Scope& scope, std::int64_t slice_version);

}  // namespace relais::practice
