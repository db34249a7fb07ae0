// SPDX-License-Identifier: Apache-2.0
// What Relais tells a person beside the list: WorklistService.ListNotices and MarkNoticeSeen.
#pragma once

#include "api/practice_services.h"
#include "practice/notices.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {

v1::Notice to_proto(const practice::Notice& notice);

void register_notices(Registry& registry, const PracticeServices& context);

}  // namespace relais::api
