// SPDX-License-Identifier: Apache-2.0
// What Relais tells one person beside the list: a fiche or a training that ends, a planned run that fails, work that
// waits. Never health data. Functions run inside Database::write or read and throw soci::soci_error, which Database
// answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "practice/database.h"

namespace relais::practice {

struct Notice {
  std::string id;
  std::string account_id;
  std::string kind;      // "fiche-end", "training", "timer-failed", "repli"
  std::string about;     // the fiche or the planned run
  std::string sentence;  // French
  Instant created{};
  std::optional<Instant> seen;
};

struct NewNotice {
  std::string account_id;
  std::string kind;
  std::string about;
  std::string occasion;  // what tells it from another one about the same thing, such as "60"
  std::string sentence;
};

// Tells it. False when this person was already told the same thing and it has not ended since. Wakes nobody: the feed
// of the worklist carries it, so WorklistStore::changed() afterwards.
bool tell(Transaction& tx, const NewNotice& notice);

// What was told under this kind about this is no longer true: nobody is shown it any more. The number of those ended.
int end_notices(Transaction& tx, const std::string& kind, const std::string& about);

// The same for all that was told under this kind about this, except `kept`.
int end_notices_except(Transaction& tx, const std::string& kind, const std::string& about,
                       const std::vector<NewNotice>& kept);
// What notices of this kind that still stand are about.
std::vector<std::string> noticed(soci::session& sql, const std::string& kind);

// Still true and not marked as seen, oldest first.
std::vector<Notice> notices(soci::session& sql, const std::string& account_id);

// The first mark stays. relais.not-found when this account was never told it.
Result<Notice> mark_notice_seen(Transaction& tx, const std::string& account_id, const std::string& id);

// The scope under which the feed of changes says that this account was told something.
std::string notice_scope(std::string_view account_id);

}  // namespace relais::practice
