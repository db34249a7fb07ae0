// SPDX-License-Identifier: Apache-2.0
#include "app/plugin_grammars.h"

#include <algorithm>

namespace relais::app {
namespace {

// Results and messages are D3 (fiche-de-poste.md, section 4), and so is what a rule says of them.
constexpr int level_of_results = 3;

}  // namespace

std::shared_ptr<const escalation::Grammar> PluginGrammars::of_task(std::string_view task) const {
  for (const auto& package : packages_()) {
    const auto& tasks = package->manifest.tasks;
    if (std::find(tasks.begin(), tasks.end(), task) == tasks.end()) continue;
    if (!package->manifest.grammar) return nullptr;
    return {package, &*package->manifest.grammar};
  }
  return nullptr;
}

void add_immediate_rules(std::vector<worklist::Finding>& findings,
                         const std::vector<escalation::Judgement>& immediate, const std::string& fiche_id) {
  for (auto& finding : findings) {
    for (const auto& judgement : immediate) {
      worklist::Reason reason;
      const bool met = judgement.standing == escalation::Standing::met;
      reason.rule = std::string(met ? escalation::met_reason : escalation::to_judge_reason);
      reason.text = judgement.french;
      reason.source = "fiche de poste " + fiche_id;
      reason.category = met ? worklist::Category::critique : worklist::Category::none;
      reason.data_level = level_of_results;
      finding.category = std::max(finding.category, reason.category);
      reason.evidence = judgement.evidence;
      finding.reasons.push_back(std::move(reason));
    }
  }
}

void add_immediate_rules(std::vector<worklist::Finding>& findings, const fiche::Grant& grant,
                         const plugins::Manifest& manifest, practice::DecisionFacts& facts,
                         const practice::MandateSubject& subject, Instant at) {
  if (!grant.escalation || grant.escalation->immediate.empty()) return;
  const auto& rules = grant.escalation->immediate;
  const auto* grammar = manifest.grammar ? &*manifest.grammar : nullptr;
  escalation::Evaluated evaluated;
  if (grammar != nullptr)
    evaluated = facts.evaluated(subject.item_id, subject.patient_id, escalation::codes_of_changes(rules, *grammar), at);
  auto judgements = escalation::judge(rules, grant.escalation->judged_by_doctor, grammar, evaluated);
  std::erase_if(judgements, [](const auto& one) { return one.standing == escalation::Standing::not_met; });
  add_immediate_rules(findings, judgements, "(projet)");
}

void carry_immediate_rules(const std::vector<worklist::Finding>& held, std::vector<worklist::Finding>& again) {
  for (const auto& before : held) {
    const auto same = std::find_if(again.begin(), again.end(), [&](const auto& one) { return one.kind == before.kind; });
    if (same == again.end()) continue;
    for (const auto& reason : before.reasons) {
      if (reason.rule != escalation::met_reason && reason.rule != escalation::to_judge_reason) continue;
      same->category = std::max(same->category, reason.category);
      same->reasons.push_back(reason);
    }
  }
}

}  // namespace relais::app
