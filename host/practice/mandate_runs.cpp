// SPDX-License-Identifier: Apache-2.0
#include "practice/mandate_runs.h"

namespace relais::practice {
namespace {

// Asks about the question's actor, who has switched the task on: one more holder of the run, or why not.
void decide_holder(RunMandate& run, const fiche::Question& asked) {
  const auto decision = fiche::decide_run(asked);
  if (!decision.authorised) {
    if (nearer(run.refusal, decision)) run.refusal = decision.refusal;
    return;
  }
  RunMandate::Holder holder{asked.actor, decision.fiche_id, decision.fiche_version, {}};
  const auto* fiche = deciding(asked.fiches, decision.fiche_id, decision.fiche_version);
  const auto* grant = fiche == nullptr ? nullptr : fiche::find_grant(*fiche, asked.task);
  if (grant != nullptr && grant->escalation) holder.immediate_rules = grant->escalation->immediate;
  run.holders.push_back(std::move(holder));
}

}  // namespace

bool nearer(const std::optional<fiche::Refusal>& kept, const fiche::Decision& candidate) {
  return !kept || (candidate.refusal && *candidate.refusal > *kept);
}

Result<fiche::Question> mandate_question(const MandateSources& sources, const std::string& actor,
                                         const std::string& task, Instant at) {
  auto known = sources.fiches.known();
  if (!known) return tl::unexpected<Error>(known.error());
  const auto accounts = sources.accounts.list();
  if (!accounts) return tl::unexpected<Error>(accounts.error());
  fiche::Question question;
  question.fiches = std::move(*known);
  question.practice = fiche::practice_of(question.fiches, actor);
  question.actor = actor;
  question.task = task;
  question.at = at;
  for (const auto& account : *accounts) {
    if (account.role == worklist::Role::doctor && !account.disabled) question.practice.doctors.insert(account.id);
    if (account.id == actor && account.role == worklist::Role::assistant && !account.disabled) {
      question.context.account_known = true;
    }
  }
  question.context.authenticated = true;
  if (const auto fresh = sources.facts.refresh(); !fresh) return tl::unexpected<Error>(fresh.error());
  know(question, sources.facts, at);
  return question;
}

const fiche::Fiche* deciding(const std::vector<fiche::KnownFiche>& fiches, const std::string& id, int version) {
  for (const auto& known : fiches)
    if (known.fiche->id == id && known.fiche->version == version) return known.fiche.get();
  return nullptr;
}

Result<MandateRuns> MandateRuns::load(const MandateSources& sources, const std::string& task, Instant at) {
  MandateRuns runs;
  auto reference = mandate_question(sources, {}, task, at);
  if (!reference) return tl::unexpected<Error>(reference.error());
  runs.reference_ = std::move(*reference);
  // Who asks does not change whose fiche decides; a known account lets the rules get that far.
  runs.reference_.context.account_known = true;
  runs.reference_.action = fiche::Action::activer;
  const auto activations = sources.fiches.activations();
  if (!activations) return tl::unexpected<Error>(activations.error());
  for (const auto& activation : *activations) {
    if (!activation.enabled || activation.task_id != task) continue;
    auto asked = mandate_question(sources, activation.assistant_id, task, at);
    if (!asked) return tl::unexpected<Error>(asked.error());
    asked->context.enabled = true;
    runs.switched_.push_back({activation.doctor_id, std::move(*asked)});
  }
  return runs;
}

RunMandate MandateRuns::decide(const fiche::PatientFacts& patient) {
  RunMandate run;
  reference_.patient = patient;
  const auto reference = fiche::decide(reference_);
  if (reference.doctors.empty()) return run;
  run.doctor_id = reference.doctors.front();
  for (auto& [doctor, asked] : switched_) {
    if (doctor != run.doctor_id) continue;
    asked.patient = patient;
    decide_holder(run, asked);
  }
  run.allowed = !run.holders.empty();
  if (run.allowed) run.refusal.reset();
  return run;
}

}  // namespace relais::practice
