// SPDX-License-Identifier: Apache-2.0
// Live shadow runs as they are kept: who asked for which, what was counted, the severest differences. Functions run
// inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/findings.h"
#include "practice/database.h"

namespace relais::practice {

struct LiveShadow {
  std::int64_t number = 0;  // given by begin_shadow
  std::string doctor_id;
  std::string plugin_id;
  std::string version_in_use;
  std::string version;  // in shadow
  Instant started{};
  Instant until{};
  std::optional<Instant> ended;
  std::string ended_code;  // stable code
  std::int64_t subjects = 0;
  std::int64_t same = 0;
  std::int64_t different = 0;
  std::int64_t skipped = 0;
};

// One subject on which the two versions differ. The sentences are health data.
struct ShadowedDifference {
  std::string item_id;
  std::string patient_id;
  Instant at{};
  worklist::Category category = worklist::Category::none;
  std::vector<std::pair<std::string, std::string>> differences;  // kind of the finding, sentence
};

// What one evaluation adds.
struct ShadowComparison {
  std::string not_evaluated_in_use;     // stable code; empty: evaluated
  std::string not_evaluated_in_shadow;
  std::map<int, int> items_in_use;      // category: findings
  std::map<int, int> items_in_shadow;
  std::optional<ShadowedDifference> difference;  // when both were evaluated: none says that they are the same
};

enum class ShadowCount { not_evaluated_in_use, not_evaluated_in_shadow, items_in_use, items_in_shadow };

// Takes the place of the doctor's earlier one of this plugin, whose findings go. Its number.
std::int64_t begin_shadow(Transaction& tx, const LiveShadow& shadow);
// False when it had ended before, or another one took its place.
bool end_shadow(Transaction& tx, std::int64_t number, const std::string& code);
// Nothing when another one took its place.
void add_comparison(Transaction& tx, std::int64_t number, const ShadowComparison& comparison);
void add_skipped(Transaction& tx, std::int64_t number, std::int64_t count);

// The doctor's last one of this plugin.
std::optional<LiveShadow> live_shadow(soci::session& sql, const std::string& doctor, const std::string& plugin);
// Those that have not ended.
std::vector<LiveShadow> running_shadows(soci::session& sql);
std::map<std::string, std::int64_t> shadow_counts(soci::session& sql, std::int64_t number, ShadowCount kind);
// Most severe first, then oldest.
std::vector<ShadowedDifference> shadow_differences(soci::session& sql, std::int64_t number, std::int64_t limit);

// Differences kept of one shadow run.
inline constexpr std::int64_t most_shadow_differences = 100;

}  // namespace relais::practice
