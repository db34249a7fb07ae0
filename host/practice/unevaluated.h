// SPDX-License-Identifier: Apache-2.0
// What a plugin did not evaluate and is no longer to evaluate.
#pragma once

#include "domain/findings.h"
#include "practice/database.h"

namespace relais::practice {

// Nobody is to evaluate this scope any more: what said that it was not evaluated is withdrawn. Nothing when nothing did.
// Inside a work of Database::write; throws soci::soci_error.
void no_longer_awaited(Transaction& tx, const worklist::Scope& scope);

}  // namespace relais::practice
