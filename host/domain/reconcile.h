// SPDX-License-Identifier: Apache-2.0
// Findings are reconciled, not fired: the set a plugin returns is compared with the set the host holds, inside the
// scope that the reply declares evaluated. Pure functions; rules of the architecture, section 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/findings.h"

namespace relais::worklist {

// One evaluation in flight per scope. `issued` is the version of the last slice sent, `applied` that of the last reply
// taken; both start at 0.
struct Fence {
  std::int64_t issued = 0;
  std::int64_t applied = 0;
  bool operator==(const Fence&) const = default;
};

// All that is held for one scope: every item of it, closed ones included.
struct Held {
  Fence fence;
  std::vector<Item> items;
  std::optional<NotEvaluated> not_evaluated;
  bool operator==(const Held&) const = default;
};

struct Reply {
  Scope scope;
  std::int64_t slice_version = 0;
  std::string not_evaluated;  // stable code; empty: evaluated
  Basis basis;
  bool clinical_task = false;  // ceiling P or V in the catalogue
  std::vector<Finding> findings;
};

enum class Verdict {
  applied,
  late,      // a newer slice was sent since: dropped
  replayed,  // this version was already taken: dropped
  foreign,   // a version that was never sent: dropped
};

// One item that is new or different, and the line of its life that says why; no line when only the basis or the slice
// version moved: the item keeps its revision and nobody hears of it.
struct Change {
  Item item;
  std::optional<Action> action;
  bool operator==(const Change&) const = default;
};

struct Reconciliation {
  Verdict verdict = Verdict::applied;
  std::vector<Change> changes;                // in the order of item ids
  std::optional<NotEvaluated> not_evaluated;  // what holds from now on; empty: evaluated
  Fence fence;
};

// Compares. A reply that is not `applied` changes nothing at all. Two findings of one kind in a reply are one item: the
// most severe leads, the reasons are joined.
// - not evaluated: every item is kept, the scope is marked since the first time;
// - found: created or updated under its stable id. On an item that a doctor has seen or that is closed, a higher
//   category or a new reason of category à voir and above reopens it ("item.reopened");
// - no longer found: closed items stay; unseen clinical ones, and all those last affirmed under another basis, become
//   à confirmer; the others are withdrawn.
Reconciliation reconcile(const Held& held, const Reply& reply, Instant now);

// `held` once the changes are stored: what the store must hold afterwards, and the reference of the tests.
Held apply(Held held, const Reconciliation& result);

}  // namespace relais::worklist
