// SPDX-License-Identifier: Apache-2.0
// A ledger from before there were traces goes on, and a trace is as hard to change as the rest of its entry.
#include <catch2/catch.hpp>

#include "practice/events.h"
#include "practice/inbound.h"
#include "practice/ledger.h"
#include "practice/ledger_pages.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

constexpr auto some_trace = "4bf92f3577b34da6a3ce929d0e0e4736";

struct TracedLedger {
  relais::test::Scratch scratch;
  relais::test::TestClock clock;
  std::unique_ptr<Database> database = Database::open("sqlite:" + (scratch.path() / "p.db").string(), clock).value();
  std::unique_ptr<Ledger> ledger;

  TracedLedger() {
    std::filesystem::create_directories(scratch.path() / "state");
    ledger = Ledger::open(*database, scratch.path() / "state").value();
  }
  ~TracedLedger() {
    ledger.reset();
    database.reset();
  }
  // One entry of a work that goes on under `trace`.
  void write(const std::string& trace, const std::string& own = {}) {
    REQUIRE(database->write([&](Transaction& tx) -> Result<std::int64_t> {
      tx.set_trace(trace);
      auto entry = read_entry();
      entry.trace_id = own;
      return ledger->append(tx, entry);
    }));
  }
  static LedgerEntry read_entry() {
    LedgerEntry entry;
    entry.actor = "martin";
    entry.action = "record.read";
    return entry;
  }
  std::vector<LedgerRow> rows(const LedgerSearch& search) {
    return database->read([&](soci::session& sql) -> Result<std::vector<LedgerRow>> {
      return rows_before(sql, search, 1'000, 100);
    }).value();
  }
};

TEST_CASE("an entry without a trace has the bytes and the hash that it had before there were traces") {
  const Instant at{std::chrono::milliseconds{1'790'000'000'000}};
  auto entry = TracedLedger::read_entry();
  const auto first = chain_entry({0, genesis_hash()}, at, entry).value();
  CHECK(first.body == R"({"action":"record.read","actor":"martin","at":1790000000000,"outcome":"ok","seq":1})");
  CHECK(first.hash == "1fbdae91dfee5d21ba7734a7d5c2c63f11ba94b89dad2178cde25dd803ff51a6");
  entry.trace_id = some_trace;
  const auto second = chain_entry({1, first.hash}, at, entry).value();
  CHECK(second.body ==
        R"({"action":"record.read","actor":"martin","at":1790000000000,"outcome":"ok","seq":2,)"
        R"("trace":"4bf92f3577b34da6a3ce929d0e0e4736"})");
  CHECK(second.hash == "ef7479f37c3b932827dfb7295957ff62cd711d050436fdf06cfe75d4aeda4756");
  CHECK(read_body(second.body)->entry.trace_id == some_trace);
  CHECK(read_body(first.body)->entry.trace_id.empty());
}

TEST_CASE("entries of a work carry its trace and one that names its own keeps it") {
  TracedLedger practice;
  practice.write({});
  practice.write(some_trace);
  practice.write(some_trace, "0af7651916cd43dd8448eb211c80319c");
  CHECK(practice.ledger->verify()->ok());
  LedgerSearch search;
  search.trace_id = some_trace;
  const auto found = practice.rows(search);
  REQUIRE(found.size() == 1);
  CHECK(found.front().seq == 2);
  search.trace_id = "0af7651916cd43dd8448eb211c80319c";
  CHECK(practice.rows(search).size() == 1);
  CHECK(practice.rows({}).size() == 3);
}

TEST_CASE("a trace that was changed in its column or in its entry is found at that entry") {
  TracedLedger practice;
  practice.write({});
  practice.write(some_trace);
  practice.write({});
  const auto* change = GENERATE("UPDATE ledger SET trace_id = '' WHERE seq = 2",
                                "UPDATE ledger SET trace_id = '0af7651916cd43dd8448eb211c80319c' WHERE seq = 1",
                                "UPDATE ledger SET body = REPLACE(body, '4bf9', '4bf8') WHERE seq = 2");
  INFO(change);
  REQUIRE(practice.database->write([&](Transaction& tx) -> Result<void> {
    tx.sql() << change;
    return {};
  }));
  const auto verdict = practice.ledger->verify().value();
  CHECK_FALSE(verdict.ok());
  CHECK(verdict.seq == (std::string(change).ends_with("1") ? 1 : 2));
}

TEST_CASE("an event takes the trace of what made it and else begins one of its own") {
  TracedLedger practice;
  const auto events = practice.database->write([&](Transaction& tx) -> Result<std::vector<Event>> {
    Event event;
    event.kind = "nightly";
    event.source = "a";
    event.version = 1;
    append_event(tx, event);
    event.source = "b";
    append_event(tx, event);
    tx.set_trace(some_trace);
    event.source = "c";
    append_event(tx, event);
    event.source = "d";
    event.trace_id = "0af7651916cd43dd8448eb211c80319c";
    append_event(tx, event);
    return claim_events(tx, 10, std::chrono::minutes(1));
  });
  REQUIRE(events);
  REQUIRE(events->size() == 4);
  CHECK((*events)[0].trace_id.size() == 32);
  CHECK((*events)[1].trace_id.size() == 32);
  CHECK((*events)[0].trace_id != (*events)[1].trace_id);
  CHECK((*events)[2].trace_id == some_trace);
  CHECK((*events)[3].trace_id == "0af7651916cd43dd8448eb211c80319c");
}

TEST_CASE("a message keeps the trace that its first submission was given") {
  TracedLedger practice;
  const auto traces = practice.database->write([&](Transaction& tx) -> Result<std::vector<std::string>> {
    std::vector<std::string> given;
    given.push_back(submit(tx, "essai", "un compte rendu").trace_id);
    CHECK(tx.trace() == given.front());
    tx.set_trace(some_trace);
    given.push_back(submit(tx, "essai", "un compte rendu").trace_id);
    tx.set_trace(some_trace);
    given.push_back(submit(tx, "essai", "un autre").trace_id);
    return given;
  });
  REQUIRE(traces);
  CHECK((*traces)[1] == (*traces)[0]);
  CHECK((*traces)[2] == some_trace);
  CHECK((*traces)[0] != some_trace);
}

}  // namespace
}  // namespace relais::practice
