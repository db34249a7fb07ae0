// SPDX-License-Identifier: Apache-2.0
#include "api/audit.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "fakes.h"

using namespace relais;
using namespace relais::api;

TEST_CASE("an entry that is durable lets the call go on") {
  FakeAudit audit;
  AuditEntry entry;
  entry.event = "WorklistService.GetItem";
  CHECK(write_audit(audit, entry));
  CHECK(audit.entries.size() == 1);
}

TEST_CASE("an entry that is not durable stops the call and says it may be tried again") {
  FakeAudit audit;
  audit.broken = true;
  const auto written = write_audit(audit, {});
  REQUIRE_FALSE(written);
  CHECK(written.error().error.code == Code::api_ledger_unavailable);
  CHECK(to_detail(written.error(), "c-1").retry());
}

TEST_CASE("an entry that the store cannot keep stops the call with the words of the store") {
  FakeAudit audit;
  audit.broken = true;
  const auto told = [&](Code code) {
    audit.broken_with = code;
    const auto at_once = write_audit(audit, {});
    REQUIRE_FALSE(at_once);
    Answer<void> later;
    write_audit_later(audit, {}, [&](Answer<void> done) { later = std::move(done); });
    REQUIRE_FALSE(later);
    const auto detail = to_detail(at_once.error(), "c-1");
    CHECK(to_detail(later.error(), "c-1").SerializeAsString() == detail.SerializeAsString());
    CHECK(detail.sentence() == french(code));
    return std::pair(detail.code(), detail.retry());
  };
  CHECK(told(Code::store_full) == std::pair(std::string("store.full"), true));
  CHECK(told(Code::store_unavailable) == std::pair(std::string("store.unavailable"), true));
  CHECK(told(Code::store_read_only) == std::pair(std::string("store.read-only"), false));
  // Trying again brings nothing: a backup must be restored.
  CHECK(told(Code::store_damaged) == std::pair(std::string("store.damaged"), false));
  CHECK(audit.entries.empty());
}
