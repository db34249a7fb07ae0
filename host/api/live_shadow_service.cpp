// SPDX-License-Identifier: Apache-2.0
#include "api/live_shadow_service.h"

#include "api/idempotency.h"
#include "api/words.h"
#include "practice/live_shadow.h"

namespace relais::api {
namespace {

constexpr int most_shadow_days = 31;
constexpr int default_shadow_days = 7;
constexpr int default_shadow_examples = 20;

Answer<v1::StartLiveShadowResponse> start_shadow(const PracticeServices& context, LiveShadows& shadows, Call& call,
                                                 const v1::StartLiveShadowRequest& request) {
  const int days = request.days() == 0 ? default_shadow_days : request.days();
  if (days < 1 || days > most_shadow_days) return refuse(Code::invalid_argument, "1 to 31 days", "days");
  return do_once<v1::StartLiveShadowResponse>(
      context.database, call, request, [&]() -> Answer<v1::StartLiveShadowResponse> {
        auto begun = shadows.start(entry_of(call, "shadow.started"), call.caller.id, request.plugin_id(),
                                   request.version(), context.clock.now() + std::chrono::hours(24) * days);
        if (!begun) return refuse(begun.error());
        v1::StartLiveShadowResponse response;
        *response.mutable_shadow() = std::move(*begun);
        return response;
      });
}

Answer<v1::StopLiveShadowResponse> stop_shadow(const PracticeServices& context, LiveShadows& shadows, Call& call,
                                               const v1::StopLiveShadowRequest& request) {
  // What is kept to answer a repeated call holds no health data.
  return do_once<v1::StopLiveShadowResponse>(
      context.database, call, request, [&]() -> Answer<v1::StopLiveShadowResponse> {
        auto stopped = shadows.stop(entry_of(call, "shadow.ended"), call.caller.id, request.plugin_id());
        if (!stopped) return refuse(stopped.error());
        v1::StopLiveShadowResponse response;
        *response.mutable_shadow() = std::move(*stopped);
        response.mutable_shadow()->clear_differences();
        return response;
      });
}

Answer<v1::GetLiveShadowResponse> get_shadow(LiveShadows& shadows, Call& call,
                                             const v1::GetLiveShadowRequest& request) {
  const int examples = request.examples() == 0 ? default_shadow_examples : request.examples();
  if (examples < 1 || examples > practice::most_shadow_differences) {
    return refuse(Code::invalid_argument, "1 to 100", "examples");
  }
  auto found = shadows.report(call.caller.id, request.plugin_id(), examples);
  if (!found) return refuse(found.error());
  for (const auto& one : found->differences()) call.read(one.item_id().empty() ? one.patient_id() : one.item_id());
  v1::GetLiveShadowResponse response;
  *response.mutable_shadow() = std::move(*found);
  return response;
}

}  // namespace

void register_live_shadows(Registry& registry, const PracticeServices& context, LiveShadows& shadows) {
  registry.unary<v1::StartLiveShadowRequest, v1::StartLiveShadowResponse>(
      "PluginService.StartLiveShadow", [&](Call& call, const v1::StartLiveShadowRequest& request) {
        return start_shadow(context, shadows, call, request);
      });
  registry.unary<v1::StopLiveShadowRequest, v1::StopLiveShadowResponse>(
      "PluginService.StopLiveShadow", [&](Call& call, const v1::StopLiveShadowRequest& request) {
        return stop_shadow(context, shadows, call, request);
      });
  registry.unary<v1::GetLiveShadowRequest, v1::GetLiveShadowResponse>(
      "PluginService.GetLiveShadow", [&](Call& call, const v1::GetLiveShadowRequest& request) {
        return get_shadow(shadows, call, request);
      });
}

}  // namespace relais::api
