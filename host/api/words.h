// SPDX-License-Identifier: Apache-2.0
// Codes kept in the database, said to people; and who acts, as the ledger writes it.
#pragma once

#include <string>
#include <string_view>

#include "api/call.h"
#include "practice/ledger_chain.h"

namespace relais::api {

// The French sentence of a stable code or of an anomaly of a message; empty for an empty code.
std::string sentence_of(std::string_view stable);

// "doctor", "replacement-doctor", …
std::string role_word(v1::Role role);

// An entry of the ledger by the caller of `call`, about nothing yet.
practice::LedgerEntry entry_of(const Call& call, std::string action);

}  // namespace relais::api
