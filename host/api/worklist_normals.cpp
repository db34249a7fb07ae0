// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_normals.h"

#include "api/domain_words.h"
#include "api/idempotency.h"
#include "api/worklist_view.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {
namespace {

using practice::WorklistStore;

Answer<v1::FreezeNormalsResponse> freeze(const PracticeServices& context, Call& call,
                                         const v1::FreezeNormalsRequest& request) {
  // What is kept to answer a repeated call holds no health data: the items are read again each time. One that changed
  // since it was frozen is left out when the list is signed.
  auto frozen = write_once<v1::FreezeNormalsResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::FreezeNormalsResponse> {
        const auto made = context.worklist.freeze_normals(tx, worklist_actor(call.caller), request.task_id());
        if (!made) return refuse(made.error());
        v1::FreezeNormalsResponse kept;
        kept.set_frozen_list_id(made->id);
        kept.set_sha256(made->list.sha256);
        kept.set_expires_ms(practice::to_ms(made->list.prepared_at + practice::frozen_list_life));
        for (const auto& [id, revision] : made->list.items) kept.add_items()->set_id(id);
        return kept;
      });
  if (!frozen) return frozen;
  const WorklistView view(context, call.caller);
  const auto read = context.database.read([&](soci::session& sql) -> Result<void> {
    for (auto& item : *frozen->mutable_items()) {
      const auto held = WorklistStore::item(sql, item.id());
      if (!held) return tl::unexpected<Error>(held.error());
      item = view.show(*held, v1::DATA_LEVEL_D5, sql);
    }
    return {};
  });
  if (!read) return refuse(read.error());
  for (const auto& item : frozen->items()) call.read(item.id());
  return frozen;
}

Answer<v1::SignNormalsResponse> sign(const PracticeServices& context, Call& call, const v1::SignNormalsRequest& request) {
  const auto done = write_once<v1::SignNormalsResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::SignNormalsResponse> {
        const auto outcome = context.worklist.sign_normals(tx, request.frozen_list_id(), request.expected_sha256(),
                                                           worklist_actor(call.caller), call.call_id);
        if (!outcome) return refuse(outcome.error());
        v1::SignNormalsResponse response;
        for (const auto& validated : outcome->validated) response.add_signed_item_ids(validated.item.id);
        for (const auto& [id, code] : outcome->refused) response.add_left_out_item_ids(id);
        return response;
      });
  if (done) context.worklist.changed();
  return done;
}

}  // namespace

void register_normals(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::FreezeNormalsRequest, v1::FreezeNormalsResponse>(
      "WorklistService.FreezeNormals",
      [&context](Call& call, const v1::FreezeNormalsRequest& request) { return freeze(context, call, request); });
  registry.unary<v1::SignNormalsRequest, v1::SignNormalsResponse>(
      "WorklistService.SignNormals",
      [&context](Call& call, const v1::SignNormalsRequest& request) { return sign(context, call, request); });
}

}  // namespace relais::api
