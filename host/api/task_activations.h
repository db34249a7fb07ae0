// SPDX-License-Identifier: Apache-2.0
// Tasks that a doctor delegates, switched on and off by the assistant who does them.
#pragma once

#include "api/practice_services.h"

namespace relais::api {

// DelegationService.EnableTask, DisableTask and ListActivations. `context` outlives the server.
void register_task_activations(Registry& registry, const PracticeServices& context);

}  // namespace relais::api
