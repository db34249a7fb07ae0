// SPDX-License-Identifier: Apache-2.0
// What a worker answered, in the words of the worklist.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/error.h"
#include "domain/findings.h"
#include "plugins/manifest.h"
#include "practice/item_proposals.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

std::vector<worklist::Finding> findings_from_wire(const worker::v1::Evaluation& evaluation);
// What the plugin proposes to do.
std::vector<practice::ItemProposal> proposals_from_wire(const worker::v1::Evaluation& evaluation);

// Rules of the findings, each once, sorted, at most as many as a ledger entry holds.
std::vector<std::string> rules_of(const std::vector<worklist::Finding>& findings);

// The identifiers of the rules that a plugin describes; none when it could not say them.
std::set<std::string> declared_rules(const Result<std::vector<worker::v1::Rule>>& rules);

// A rule's name reaches the ledger and the screen of people who may not read the result: one that the plugin has not
// described could be anything, and becomes "hors-liste". The reason's own text stays.
void keep_declared_rules(worker::v1::Evaluation& evaluation, const std::set<std::string>& declared);

// Under what the plugin saw: SHA-256 of the slice declaration and of the doctor's settings. A finding that is missing
// under another declaration proves nothing (domain/findings.h, Basis).
std::string declaration_digest(const plugins::Manifest& manifest, const worker::v1::Slice& slice);

}  // namespace relais::app
