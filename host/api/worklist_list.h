// SPDX-License-Identifier: Apache-2.0
// The list itself: what is open for a caller, what is hidden from them, what was not evaluated.
#pragma once

#include "api/practice_services.h"

namespace relais::api {

// WorklistService.ListItems and ListNotEvaluated.
void register_list(Registry& registry, const PracticeServices& context);

}  // namespace relais::api
