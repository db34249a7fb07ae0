// SPDX-License-Identifier: Apache-2.0
// Answers of a run over many subjects, most of which have nothing on the list and never will: a scope that nothing is
// held for gets no row until there is something to hold. Inside a work of Database::write; throws soci::soci_error.
#pragma once

#include <vector>

#include "practice/worklist_store.h"

namespace relais::practice {

// What a slice of the run is fenced with.
struct Begun {
  std::int64_t version = 0;  // 0: another subject took over
  bool stored = false;
};

// As WorklistStore::begin_evaluation for each scope, in their order.
std::vector<Begun> begin_evaluations(WorklistStore& store, Transaction& tx, const std::vector<worklist::Scope>& scopes);

struct Swept {
  worklist::Reply reply;
  Begun begun;
};

// Takes the answers, each as WorklistStore::apply does; an answer without findings about a scope that nothing is held
// for leaves nothing behind. One that another evaluation has overtaken since is late. The number of items changed.
Result<std::int64_t> apply_all(WorklistStore& store, Transaction& tx, const std::vector<Swept>& answers);

}  // namespace relais::practice
