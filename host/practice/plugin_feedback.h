// SPDX-License-Identifier: Apache-2.0
// What doctors made of findings, until their plugins have been told. Functions run inside Database::write or read and
// throw soci::soci_error, which Database answers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/findings.h"
#include "practice/database.h"

namespace relais::practice {

// The numbers are those of the plugin ABI (relais_verdict).
enum class FeedbackVerdict { accepted = 1, corrected = 2, returned = 3 };

// One act on one finding, and nothing else of the patient: the finding's own key, the verdict, two codes.
struct PluginFeedback {
  std::int64_t seq = 0;
  std::string worklist_item_id;  // with the revision, names the act: the same one is told once
  std::int64_t revision = 0;
  worklist::FindingKey key;
  FeedbackVerdict verdict = FeedbackVerdict::accepted;
  worklist::Category category = worklist::Category::none;  // that the doctor settled on
  std::string reason_code;                                 // empty: none was given
  std::string trace_id;
  Instant created{};
  std::int64_t attempts = 0;
};

// In the transaction of an act on `item`: keeps what the plugin is to be told. Nothing unless a doctor closed or
// returned it ("item.validate", "item.return") and a plugin that is installed found it.
void keep_feedback(Transaction& tx, const worklist::Item& item, const worklist::Action& action);

// What may be told now, oldest first, at most `limit`.
std::vector<PluginFeedback> due_feedback(soci::session& sql, Instant now, std::int64_t limit);
// The plugin has been told, or never will be. False when somebody else did it.
bool forget_feedback(Transaction& tx, std::int64_t seq);
// One more attempt that failed; not before `due`.
void put_off_feedback(Transaction& tx, std::int64_t seq, Instant due);
// Nobody runs to be told: kept until `due`, without counting an attempt.
void hold_feedback(Transaction& tx, std::int64_t seq, Instant due);

}  // namespace relais::practice
