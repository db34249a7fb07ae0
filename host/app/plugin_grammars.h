// SPDX-License-Identifier: Apache-2.0
// The grammars of immediate rules that the practice's plugins declare.
#pragma once

#include <functional>

#include "app/dispatch_parts.h"
#include "domain/escalation.h"

namespace relais::app {

class PluginGrammars final : public escalation::Grammars {
 public:
  // `packages` is asked at each reading, from any thread: an installation takes effect at the next one.
  explicit PluginGrammars(std::function<EnabledPackages()> packages) : packages_(std::move(packages)) {}

  // Of the first package that serves the task; a stopped one too: its rules are still those that the doctor wrote.
  std::shared_ptr<const escalation::Grammar> of_task(std::string_view task) const override;

 private:
  std::function<EnabledPackages()> packages_;
};

// What immediate rules add to what a plugin found: a rule that holds makes the item critical (« escalade immédiate »: the
// doctor is told now), one that the doctor judges changes no category. Both stand as reasons of the item.
void add_immediate_rules(std::vector<worklist::Finding>& findings,
                         const std::vector<escalation::Judgement>& immediate, const std::string& fiche_id);

// The same for a grant that only a draft gives, judged on what was known at `at`.
void add_immediate_rules(std::vector<worklist::Finding>& findings, const fiche::Grant& grant,
                         const plugins::Manifest& manifest, practice::DecisionFacts& facts,
                         const practice::MandateSubject& subject, Instant at);

// Puts what immediate rules had added to `held` on the same findings of `again`: a plugin is compared with itself.
void carry_immediate_rules(const std::vector<worklist::Finding>& held, std::vector<worklist::Finding>& again);

}  // namespace relais::app
