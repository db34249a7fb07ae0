// SPDX-License-Identifier: Apache-2.0
#include "api/trial_service.h"

#include "api/dated_instant.h"
#include "api/worklist_view.h"
#include "domain/fiche_yaml.h"

namespace relais::api {
namespace {

constexpr int longest_days = 366;
constexpr int most_examples = 20;
constexpr int default_days = 30;
constexpr int default_examples = 3;
constexpr int most_differences = 100;
constexpr int default_differences = 20;

Answer<v1::PreviewFicheResponse> preview(const PracticeServices& context, Trials& trials, const Caller& caller,
                                         const v1::PreviewFicheRequest& request) {
  const int days = request.days() == 0 ? default_days : request.days();
  if (days < 1 || days > longest_days) return refuse(Code::invalid_argument, "1 to 366 days", "days");
  const int examples = request.examples() == 0 ? default_examples : request.examples();
  if (examples < 1 || examples > most_examples) return refuse(Code::invalid_argument, "1 to 20", "examples");
  const auto draft = fiche::read_fiche(request.yaml());
  if (!draft) return refuse(draft.error());
  // A preview reads the doctor's own list, under the doctor's own authority.
  if (draft->doctor_id != caller.id) return refuse(Code::api_not_yours, "the draft names another doctor", "medecin");
  const auto now = context.clock.now();
  auto seen = trials.preview(*draft, now - std::chrono::hours(24) * days, now, examples);
  if (!seen) return refuse(seen.error());
  return std::move(*seen);
}

Answer<v1::PreviewTaskResponse> preview_task(const PracticeServices& context, Trials& trials, const Caller& caller,
                                             const v1::PreviewTaskRequest& request) {
  const auto asked = dated_instant(request.start_ms(), "start_ms");
  if (!asked) return tl::unexpected<Failure>(asked.error());
  const auto start = *asked;
  const auto end = practice::from_ms(request.end_ms());
  if (end < start || end > context.clock.now() || end - start > std::chrono::hours(24) * longest_days) {
    return refuse(Code::invalid_argument, "a past span of 366 days at most", "end_ms");
  }
  if (caller.role == v1::ROLE_DOCTOR && request.doctor_id() != caller.id) {
    return refuse(Code::api_not_yours, "another doctor's list", "doctor_id");
  }
  if (caller.role == v1::ROLE_ASSISTANT) {
    const auto decided = context.gate.decide(caller.id, fiche::Action::activer,
                                             {request.task_id(), {}, {}, request.doctor_id(), false});
    if (!decided) return refuse(decided.error());
    if (!decided->decision.authorised) {
      Failure failure(Code::api_mandate, "activer");
      failure.rule = fiche::reason(*decided->decision.refusal).code;
      failure.sentence = decided->sentence;
      failure.unblocked_by = decided->unblocked_by;
      return tl::unexpected<Failure>(std::move(failure));
    }
  }
  auto seen = trials.preview_task(request.doctor_id(), request.task_id(), start, end);
  if (!seen) return refuse(seen.error());
  return std::move(*seen);
}

Answer<v1::ReplayItemResponse> replay(const PracticeServices& context, Trials& trials, Call& call,
                                      const v1::ReplayItemRequest& request) {
  const auto item = context.database.read(
      [&](soci::session& sql) { return practice::WorklistStore::item(sql, request.item_id()); });
  if (!item) return refuse(item.error());
  const auto right = WorklistView(context, call.caller).right(*item);
  if (!right) return refuse(right.error());
  if (!right->visible) return refuse(Code::api_not_yours, "another doctor's item", "item_id");
  call.read(request.item_id());
  auto seen = trials.replay(*item, request.plugin_version());
  if (!seen) return refuse(seen.error());
  return std::move(*seen);
}

Answer<v1::ShadowPluginResponse> shadow(const PracticeServices& context, Trials& trials, Call& call,
                                        const v1::ShadowPluginRequest& request) {
  const int days = request.days() == 0 ? default_days : request.days();
  if (days < 1 || days > longest_days) return refuse(Code::invalid_argument, "1 to 366 days", "days");
  const int examples = request.examples() == 0 ? default_differences : request.examples();
  if (examples < 1 || examples > most_differences) return refuse(Code::invalid_argument, "1 to 100", "examples");
  const auto now = context.clock.now();
  auto seen = trials.shadow(call.caller.id, request.plugin_id(), request.version(),
                            now - std::chrono::hours(24) * days, now, examples);
  if (!seen) return refuse(seen.error());
  for (const auto& one : seen->differences()) call.read(one.item_id());
  return std::move(*seen);
}

}  // namespace

void register_trials(Registry& registry, const PracticeServices& context, Trials& trials) {
  registry.unary<v1::PreviewFicheRequest, v1::PreviewFicheResponse>(
      "DelegationService.PreviewFiche", [&](Call& call, const v1::PreviewFicheRequest& request) {
        return preview(context, trials, call.caller, request);
      });
  registry.unary<v1::PreviewTaskRequest, v1::PreviewTaskResponse>(
      "DelegationService.PreviewTask", [&](Call& call, const v1::PreviewTaskRequest& request) {
        return preview_task(context, trials, call.caller, request);
      });
  registry.unary<v1::ReplayItemRequest, v1::ReplayItemResponse>(
      "PluginService.ReplayItem", [&](Call& call, const v1::ReplayItemRequest& request) {
        return replay(context, trials, call, request);
      });
  registry.unary<v1::ShadowPluginRequest, v1::ShadowPluginResponse>(
      "PluginService.ShadowPlugin", [&](Call& call, const v1::ShadowPluginRequest& request) {
        return shadow(context, trials, call, request);
      });
}

}  // namespace relais::api
