// SPDX-License-Identifier: Apache-2.0
// One round: the events that were claimed together, from the mandate to the list. Events share batches and group
// commits and nothing else: what goes wrong with one leaves the others as they would be without it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/dispatch_parts.h"
#include "domain/worklist.h"
#include "practice/events.h"

namespace relais::app {

class EvaluationRound {
 public:
  // `parts` outlives the round. `evaluators`: those in use, stopped ones included.
  EvaluationRound(const DispatchParts& parts, Evaluators evaluators);
  ~EvaluationRound();

  // Carries every event to its end, or puts it off with the reason. The number of events ended; an Error only when the
  // database does not answer.
  Result<std::size_t> run(const std::vector<practice::Event>& events);

 private:
  struct Run;
  struct Case;

  Result<void> plan(Case& one);
  Result<void> decide(Case& one, const std::string& item_id);
  void build(Case& one);
  Result<void> begin(practice::Transaction& tx, Case& one);
  void evaluate(const Evaluator& evaluator, std::vector<Case>& cases);
  Result<void> keep(practice::Transaction& tx, const Case& one);
  Result<void> keep_evaluation(practice::Transaction& tx, const Case& one, const Run& run, std::string& try_again);
  Result<void> put_off(const Case& one);
  void tell(const Case& one) const;

  const DispatchParts& parts_;
  const Evaluators evaluators_;
};

}  // namespace relais::app
