// SPDX-License-Identifier: Apache-2.0
// The watch stream: what the caller may see now, critical first, then every change.
#pragma once

#include <memory>

#include "api/call.h"
#include "api/practice_services.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {

std::shared_ptr<Stream> watch_items(const PracticeServices& context, const Caller& caller,
                                    const v1::WatchItemsRequest& request);

}  // namespace relais::api
