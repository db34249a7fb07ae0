// SPDX-License-Identifier: Apache-2.0
// Normal reports signed together: the list is frozen, read, then signed as it was read.
#pragma once

#include "api/practice_services.h"

namespace relais::api {

// WorklistService.FreezeNormals and SignNormals.
void register_normals(Registry& registry, const PracticeServices& context);

}  // namespace relais::api
