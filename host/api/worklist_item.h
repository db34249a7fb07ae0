// SPDX-License-Identifier: Apache-2.0
// One item of the list, as a call names it and as its caller may see it.
#pragma once

#include "api/practice_services.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {

// Whom and what the item is about, for the mandate to decide on. NOT_FOUND for an item that is not there.
Answer<v1::Subject> subject_of_item(const PracticeServices& context, const std::string& item_id);

// The item after an act, or as asked for, cut to what the caller may see; the reading is noted in the call's ledger
// entry. PERMISSION_DENIED with the rule when the caller may not see it.
Answer<v1::WorklistItem> shown_item(const PracticeServices& context, Call& call, const std::string& item_id);

// WorklistService.GetItem.
void register_item(Registry& registry, const PracticeServices& context);

}  // namespace relais::api
