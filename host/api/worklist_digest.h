// SPDX-License-Identifier: Apache-2.0
// What assistants closed alone, for the doctor who answers for it (fiche-de-poste.md, section 10.5).
#pragma once

#include "api/practice_services.h"

namespace relais::api {

// WorklistService.ListDigest and MarkDigestSeen.
void register_digest(Registry& registry, const PracticeServices& context);

}  // namespace relais::api
