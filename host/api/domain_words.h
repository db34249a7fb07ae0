// SPDX-License-Identifier: Apache-2.0
// The words of the contract and those of the domain, one to one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "domain/decision.h"
#include "domain/findings.h"
#include "domain/worklist.h"
#include "practice/accounts.h"
#include "practice/mandate_gate.h"
#include "relais/v1/common.pb.h"
#include "relais/v1/record.pb.h"

namespace relais::api {

v1::Role to_proto(worklist::Role role);
worklist::Role from_proto(v1::Role role);
v1::Mode to_proto(fiche::Mode mode);
v1::DataLevel to_proto(fiche::DataLevel level);
v1::Category to_proto(worklist::Category category);
// Nothing for DELEGATED_ACTION_UNSPECIFIED and unknown values.
std::optional<fiche::Action> from_proto(v1::DelegatedAction action);

v1::Decision to_proto(const practice::MandateAnswer& answer);
worklist::Actor worklist_actor(const Caller& caller);
practice::Attribution attribution(const Call& call);

// A client's text made fit for the ledger, which takes identifiers only: anything else becomes '?', cut at 128 bytes.
std::string identifier(std::string_view text);

}  // namespace relais::api
