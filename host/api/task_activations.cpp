// SPDX-License-Identifier: Apache-2.0
#include "api/task_activations.h"

#include "api/domain_words.h"
#include "api/page.h"
#include "relais/v1/delegation.pb.h"

namespace relais::api {
namespace {

Answer<v1::Activation> message_of(const PracticeServices& context, const practice::Activation& activation) {
  v1::Activation made;
  made.set_assistant_id(activation.assistant_id);
  made.set_doctor_id(activation.doctor_id);
  made.set_task_id(activation.task_id);
  made.set_enabled(activation.enabled);
  made.set_changed_ms(practice::to_ms(activation.changed));
  const auto decided = context.gate.decide(activation.assistant_id, fiche::Action::activer,
                                           {activation.task_id, {}, {}, activation.doctor_id, false});
  if (!decided) return refuse(decided.error());
  *made.mutable_decision() = to_proto(*decided);
  return made;
}

template <class Response, class Request>
Answer<Response> set_enabled(const PracticeServices& context, Call& call, const Request& request, bool enabled) {
  const auto activation =
      context.fiches.set_enabled(request.doctor_id(), request.task_id(), enabled, attribution(call));
  if (!activation) return refuse(activation.error());
  context.worklist.changed();
  if (context.work_waits) context.work_waits();
  auto made = message_of(context, *activation);
  if (!made) return tl::unexpected<Failure>(made.error());
  Response response;
  *response.mutable_activation() = std::move(*made);
  return response;
}

Answer<v1::ListActivationsResponse> activations(const PracticeServices& context, Call& call,
                                                const v1::ListActivationsRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  auto all = context.fiches.activations();
  if (!all) return refuse(all.error());
  std::erase_if(*all, [&](const practice::Activation& activation) {
    const bool others = (call.caller.role == v1::ROLE_DOCTOR && activation.doctor_id != call.caller.id) ||
                        (call.caller.role == v1::ROLE_ASSISTANT && activation.assistant_id != call.caller.id);
    return others || (!request.doctor_id().empty() && activation.doctor_id != request.doctor_id());
  });
  v1::ListActivationsResponse response;
  const auto rows = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  for (const auto& activation : *rows) {
    auto made = message_of(context, activation);
    if (!made) return tl::unexpected<Failure>(made.error());
    *response.add_activations() = std::move(*made);
  }
  return response;
}

}  // namespace

void register_task_activations(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::EnableTaskRequest, v1::EnableTaskResponse>(
      "DelegationService.EnableTask",
      [&context](Call& call, const v1::EnableTaskRequest& request) {
        return set_enabled<v1::EnableTaskResponse>(context, call, request, true);
      },
      [](const Caller&, const v1::EnableTaskRequest& request) -> Answer<v1::Subject> {
        v1::Subject subject;
        subject.set_doctor_id(request.doctor_id());
        subject.set_task_id(request.task_id());
        return subject;
      });
  registry.unary<v1::DisableTaskRequest, v1::DisableTaskResponse>(
      "DelegationService.DisableTask", [&context](Call& call, const v1::DisableTaskRequest& request) {
        return set_enabled<v1::DisableTaskResponse>(context, call, request, false);
      });
  registry.unary<v1::ListActivationsRequest, v1::ListActivationsResponse>(
      "DelegationService.ListActivations",
      [&context](Call& call, const v1::ListActivationsRequest& request) { return activations(context, call, request); });
}

}  // namespace relais::api
