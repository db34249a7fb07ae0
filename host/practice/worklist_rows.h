// SPDX-License-Identifier: Apache-2.0
// The worklist's rows as domain values and back. Private to the store; throws soci::soci_error and nlohmann's exceptions,
// which Database answers.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "domain/reconcile.h"
#include "domain/worklist.h"
#include "practice/database.h"

namespace relais::practice::rows {

// Items that satisfy `where`, a condition on worklist_item with :a, :b … for `values`, in the order of ids.
std::vector<worklist::Item> select_items(soci::session& sql, const std::string& where,
                                         const std::vector<std::string>& values);
void upsert(soci::session& sql, const worklist::Item& item);
void insert(soci::session& sql, std::int64_t seq, const std::string& item_id, const worklist::Action& action);
std::vector<worklist::Action> select_actions(soci::session& sql, const std::string& item_id);

// Adds to the feed of changes: that an item changed, or what stands under a scope.
void note_change(Transaction& tx, const std::string& item_id, const std::string& scope);

// A scope with its fence, and who took over from it.
struct ScopeRow {
  std::string id;
  worklist::Scope scope;
  worklist::Fence fence;
  std::string moved_to;
};
std::vector<ScopeRow> select_scopes(soci::session& sql, const std::string& where, const std::vector<std::string>& values);
void upsert(soci::session& sql, const ScopeRow& row);

std::string to_json(const worklist::FrozenList& list);
std::vector<std::pair<std::string, std::int64_t>> frozen_items(const std::string& json);

// « :a », « :b »… of the n-th value of a condition.
std::string parameter(std::size_t n);

}  // namespace relais::practice::rows
