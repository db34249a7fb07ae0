// SPDX-License-Identifier: Apache-2.0
// What Relais itself says of a report on the list: that no plugin has sorted it, and what its reception told of it.
#pragma once

#include <string>

#include "domain/findings.h"
#include "practice/events.h"
#include "practice/worklist_store.h"

namespace relais::app {

// Task of what Relais itself puts on the list when no plugin serves the event: one that no fiche lets an assistant
// close (ceiling V), whatever the item.
inline constexpr auto sorting_task = "bio-triage";

// Puts the report of the event on the list, unsorted, under own_plugin and `task`. Nothing when another subject took
// over: its own event does it.
Result<void> keep_own_item(practice::Transaction& tx, practice::WorklistStore& list, const practice::Event& event,
                           const std::string& task, const std::string& title);

// Once a plugin has sorted the report, what said that nobody had is withdrawn, with its trace. `sorted`: the scope of
// the plugin's findings on it.
Result<void> withdraw_own_items(practice::Transaction& tx, practice::WorklistStore& list,
                                const worklist::Scope& sorted);

// What Relais had put on the list about a correction, a cancellation or an addition is said once: when the plugin's own
// item says it (rules I3 and I4 of biologie.md) and no doctor has seen that item yet, it stands there alone.
Result<void> cover_notices(practice::Transaction& tx, practice::WorklistStore& list, const worklist::Scope& sorted);

}  // namespace relais::app
