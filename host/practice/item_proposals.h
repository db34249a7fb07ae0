// SPDX-License-Identifier: Apache-2.0
// What plugins propose to do about their items: drafts that wait for a person. Nothing here is ever carried out. Functions
// run inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <string>
#include <vector>

#include "domain/findings.h"
#include "practice/database.h"

namespace relais::practice {

struct ItemProposal {
  std::string type;
  std::string key;
  std::string destination;
  std::string body;
  Instant proposed{};  // when it was first proposed with this body
};

// The proposals of one plugin about one subject from now on; those that are no longer made are dropped.
void keep_proposals(Transaction& tx, const worklist::Scope& scope, const std::vector<ItemProposal>& proposals);
std::vector<ItemProposal> proposals_of(soci::session& sql, const worklist::Scope& scope);

}  // namespace relais::practice
