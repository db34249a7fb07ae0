// SPDX-License-Identifier: Apache-2.0
// What a draft would have decided, had it been signed, accepted and switched on over a past span. Nothing is stored, and
// a draft never gives a right: only a preview asks here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "practice/mandate_gate.h"

namespace relais::practice {

class DraftMandate {
 public:
  // `others`: the fiches of the practice; versions of the draft's own fiche are left aside. `doctors`: ids of the
  // practice. `facts` must outlive it. The draft stands as signed and accepted for all of [start, end], and its
  // assistant as being in function: hours, training, patients and the rest are decided as they were.
  DraftMandate(fiche::Fiche draft, const std::vector<fiche::KnownFiche>& others, std::set<std::string> doctors,
               DecisionFacts& facts, Instant start, Instant end);

  const fiche::Fiche& draft() const { return *draft_; }

  // Whether the plugin of this task would have run for this subject.
  fiche::Decision run(const MandateSubject& subject, Instant at) const;
  // Whether the assistant could have done this.
  fiche::Decision act(fiche::Action action, const MandateSubject& subject, Instant at) const;

 private:
  fiche::Question question(const MandateSubject& subject, Instant at) const;

  std::shared_ptr<const fiche::Fiche> draft_;
  fiche::Question common_;
  DecisionFacts& facts_;
};

}  // namespace relais::practice
