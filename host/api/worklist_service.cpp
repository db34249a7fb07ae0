// SPDX-License-Identifier: Apache-2.0
#include "api/notices.h"
#include "api/worklist_acts.h"
#include "api/worklist_contacts.h"
#include "api/worklist_digest.h"
#include "api/worklist_item.h"
#include "api/worklist_list.h"
#include "api/worklist_normals.h"
#include "api/worklist_watch.h"

namespace relais::api {

void register_worklist_service(Registry& registry, const PracticeServices& context) {
  register_list(registry, context);
  register_item(registry, context);
  registry.stream<v1::WatchItemsRequest, v1::WatchItemsResponse>(
      "WorklistService.WatchItems",
      [&context](Call& call, const v1::WatchItemsRequest& request) -> Answer<std::shared_ptr<Stream>> {
        return watch_items(context, call.caller, request);
      });
  register_acts(registry, context);
  register_notices(registry, context);
  register_normals(registry, context);
  register_digest(registry, context);
  register_contacts(registry, context);
}

}  // namespace relais::api
