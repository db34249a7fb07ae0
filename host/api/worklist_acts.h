// SPDX-License-Identifier: Apache-2.0
// What people do with an item: each act of the domain as a call.
#pragma once

#include "api/practice_services.h"

namespace relais::api {

// How far the mandate lets an assistant go with this item: asked again for each further step.
Result<worklist::Right> right_of(const PracticeServices& context, const worklist::Item& item, const Caller& caller);

// WorklistService.ClaimItem to ReturnItem.
void register_acts(Registry& registry, const PracticeServices& context);

}  // namespace relais::api
