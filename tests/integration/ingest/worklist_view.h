// SPDX-License-Identifier: Apache-2.0
// What stands on the list of an Office, and the acts of its doctor.
#pragma once

#include <algorithm>

#include "practice.h"

namespace relais::records {

// Gives the report an item, as a plugin's answer would; its id.
inline std::string item_for(Office& office, const worklist::Subject& subject, worklist::Category category) {
  worklist::Reply reply;
  reply.scope = {"bio-triage", "bio-triage", subject};
  reply.slice_version = office.write([&](Transaction& tx) { return office.worklist.begin_evaluation(tx, reply.scope); });
  reply.clinical_task = true;
  worklist::Finding finding;
  finding.kind = "report";
  finding.title = "Biologie";
  finding.category = category;
  reply.findings = {finding};
  return office.worklist.apply(reply).value().changes.at(0).item.id;
}

inline void validate(Office& office, const std::string& item_id) {
  const auto done = office.worklist.act(item_id, 0, [](const worklist::Item& item, Instant now) {
    return worklist::validate(item, {"marchand", worklist::Role::doctor, {}}, now);
  });
  if (!done) FAIL(stable_code(done.error().code));
}

inline worklist::State state_of(Office& office, const std::string& item_id) {
  return office.read([&](soci::session& sql) { return practice::WorklistStore::item(sql, item_id).value().state; });
}

// Open items that Relais itself made about what came in.
inline std::vector<worklist::Item> notices(Office& office) {
  auto all = office.read([](soci::session& sql) { return practice::WorklistStore::items(sql, {}); });
  std::erase_if(all, [](const auto& item) { return item.key.scope.plugin != practice::reception_plugin; });
  return all;
}

inline std::unique_ptr<worklist::Item> open_notice(Office& office, std::string_view kind) {
  for (auto& item : notices(office)) {
    if (item.key.kind == kind) return std::make_unique<worklist::Item>(std::move(item));
  }
  return nullptr;
}

inline worklist::Item notice_of(Office& office, std::string_view kind) {
  const auto found = open_notice(office, kind);
  if (!found) FAIL("no notice " << kind);
  return *found;
}

// That notice, and no other.
inline worklist::Item only_notice(Office& office, std::string_view kind) {
  const auto all = notices(office);
  std::string kinds;
  for (const auto& item : all) kinds += item.key.kind + " ";
  INFO("notices: " << kinds);
  REQUIRE(all.size() == 1);
  CHECK(all.front().key.kind == kind);
  return all.front();
}

}  // namespace relais::records
