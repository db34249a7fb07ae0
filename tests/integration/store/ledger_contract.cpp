// SPDX-License-Identifier: Apache-2.0
// The ledger: written, checked, searched, exported; what somebody with the database alone changes is found.
#include "practice/ledger.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>
#include <thread>
#include <vector>

#include "engine.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

using test::Scratch;
using test::TestClock;

struct Practice {
  TestClock clock;
  Scratch state;
  std::string url = test::fresh_practice();
  std::unique_ptr<Database> database = Database::open(url, clock).value();
  std::unique_ptr<Ledger> ledger = Ledger::open(*database, state.path()).value();

  static LedgerEntry entry(int i) {
    LedgerEntry made;
    made.actor = i % 2 == 0 ? "assistante" : "martin";
    made.action = "worklist.note";
    made.patient_id = "pat-" + std::to_string(i);
    made.subjects = digest_subjects({"b", "a", std::to_string(i)});
    return made;
  }
  void fill(int count) {
    for (int i = 0; i < count; ++i) REQUIRE(ledger->record(entry(i)));
  }
  Result<void> reopen() {
    ledger.reset();
    database.reset();
    database = Database::open(url, clock).value();
    auto opened = Ledger::open(*database, state.path());
    if (!opened) return tl::unexpected(opened.error());
    ledger = std::move(*opened);
    return {};
  }
  void tamper(const std::string& statement) {
    ledger.reset();
    REQUIRE(database->write([&](Transaction& tx) -> Result<void> {
      tx.sql() << statement;
      return {};
    }));
  }
};

TEST_CASE("the ledger verifies and goes on after reopening") {
  Practice practice;
  practice.fill(5);
  REQUIRE(practice.reopen());
  practice.fill(2);
  const auto verdict = practice.ledger->verify().value();
  CHECK(verdict.ok());
  CHECK(verdict.rows == 7);
}

TEST_CASE("entries of many threads make one chain") {
  Practice practice;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) (void)practice.ledger->record(Practice::entry(i));
    });
  }
  for (auto& thread : threads) thread.join();
  const auto verdict = practice.ledger->verify().value();
  CHECK(verdict.ok());
  CHECK(verdict.rows == 40);
}

TEST_CASE("an edit is found at its row") {
  Practice practice;
  practice.fill(6);
  practice.tamper("UPDATE ledger SET body = replace(body, 'martin', 'durand'), actor = 'durand' WHERE seq = 4");
  REQUIRE(practice.reopen());
  const auto verdict = practice.ledger->verify().value();
  CHECK(verdict.fault == LedgerFault::edited);
  CHECK(verdict.seq == 4);
}

TEST_CASE("a removed tail is found at the start") {
  Practice practice;
  practice.fill(6);
  practice.tamper("DELETE FROM ledger WHERE seq > 4");
  CHECK(practice.reopen().error().code == Code::ledger_broken);
}

TEST_CASE("a search gives what it is asked for") {
  Practice practice;
  practice.fill(6);
  LedgerFilter filter;
  filter.actor = "martin";
  filter.action = "worklist.note";
  filter.outcome = LedgerOutcome::ok;
  filter.after_seq = 2;
  const auto found = practice.ledger->query(filter).value();
  REQUIRE(found.size() == 2);
  CHECK(found[0].seq == 4);
  CHECK(found[1].seq == 6);
}

TEST_CASE("an export verifies without the database and a changed export does not") {
  Practice practice;
  practice.fill(4);
  std::vector<std::string> lines;
  const auto exported = practice.ledger->export_lines([&](const std::string& line) -> Result<void> {
    lines.push_back(line);
    return {};
  });
  REQUIRE(exported);
  const auto check = [&](const std::vector<std::string>& some) {
    std::stringstream text;
    for (const auto& line : some) text << line << "\n";
    return verify_export(text, exported->head_json, exported->public_key).fault;
  };
  CHECK(check(lines) == LedgerFault::none);
  CHECK(check({lines[0], lines[1], lines[2]}) == LedgerFault::tail_removed);
  CHECK(check({lines[0], lines[2], lines[3]}) == LedgerFault::missing);
  CHECK(check({lines[0], lines[2], lines[1], lines[3]}) != LedgerFault::none);
  auto edited = lines;
  edited[1].replace(edited[1].find("martin"), 6, "durand");
  CHECK(check(edited) == LedgerFault::edited);
  CHECK(check({"not json"}) == LedgerFault::edited);
}

}  // namespace
}  // namespace relais::practice
