// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_item.h"

#include "api/worklist_view.h"
#include "practice/item_proposals.h"

namespace relais::api {
namespace {

using practice::WorklistStore;

// A draft tells of treatments and illnesses: it is for readers of D4.
Answer<void> add_proposals(const PracticeServices& context, const Call& call, const std::string& item_id,
                           v1::GetItemResponse& response) {
  const auto proposals = context.database.read([&](soci::session& sql) -> Result<std::vector<practice::ItemProposal>> {
    const auto item = WorklistStore::item(sql, item_id);
    if (!item) return tl::unexpected(item.error());
    return practice::proposals_of(sql, item->key.scope);
  });
  if (!proposals) return refuse(proposals.error());
  if (call.mandate.shown < v1::DATA_LEVEL_D4) {
    response.set_proposals_withheld(!proposals->empty());
    return {};
  }
  for (const auto& one : *proposals) {
    auto& shown = *response.add_proposals();
    shown.set_type(one.type);
    shown.set_key(one.key);
    shown.set_destination(one.destination);
    shown.set_body(one.body);
    shown.set_proposed_ms(practice::to_ms(one.proposed));
  }
  return {};
}

}  // namespace

Answer<v1::Subject> subject_of_item(const PracticeServices& context, const std::string& item_id) {
  const auto item = context.database.read([&](soci::session& sql) { return WorklistStore::item(sql, item_id); });
  if (!item) return refuse(item.error());
  v1::Subject subject;
  subject.set_item_id(item->key.scope.subject.item_id);
  subject.set_patient_id(item->key.scope.subject.patient_id);
  subject.set_doctor_id(item->key.scope.subject.doctor_id);
  subject.set_task_id(item->key.scope.task);
  return subject;
}

Answer<v1::WorklistItem> shown_item(const PracticeServices& context, Call& call, const std::string& item_id) {
  const WorklistView view(context, call.caller);
  const auto held = context.database.read([&](soci::session& sql) { return WorklistStore::item(sql, item_id); });
  if (!held) return refuse(held.error());
  const auto right = view.right(*held);
  if (!right) return refuse(right.error());
  if (!right->visible) {
    if (right->refused.rule().empty()) return refuse(Code::api_not_yours, "another doctor's item");
    Failure failure(Code::api_mandate, right->refused.rule());
    failure.rule = right->refused.rule();
    failure.sentence = right->refused.sentence();
    failure.unblocked_by = right->refused.unblocked_by();
    return tl::unexpected<Failure>(std::move(failure));
  }
  auto item = context.database.read([&](soci::session& sql) -> Result<v1::WorklistItem> {
    return view.show(*held, right->shown, sql);
  });
  if (!item) return refuse(item.error());
  call.read(item_id);
  return std::move(*item);
}

void register_item(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::GetItemRequest, v1::GetItemResponse>(
      "WorklistService.GetItem",
      [&context](Call& call, const v1::GetItemRequest& request) -> Answer<v1::GetItemResponse> {
        auto item = shown_item(context, call, request.item_id());
        if (!item) return tl::unexpected<Failure>(std::move(item.error()));
        v1::GetItemResponse response;
        *response.mutable_item() = std::move(*item);
        if (auto proposed = add_proposals(context, call, request.item_id(), response); !proposed) {
          return tl::unexpected<Failure>(std::move(proposed.error()));
        }
        return response;
      },
      [&context](const Caller&, const v1::GetItemRequest& request) {
        return subject_of_item(context, request.item_id());
      });
}

}  // namespace relais::api
