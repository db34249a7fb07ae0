// SPDX-License-Identifier: Apache-2.0
// Old entries leave the ledger and what remains still proves that nothing else did.
#include <sstream>

#include "kept_practice.h"
#include "practice/ledger_check.h"

namespace relais::practice {
namespace {

using test::KeptPractice;

std::string exported(KeptPractice& practice, Ledger::Exported& with) {
  std::string lines;
  with = practice.ledger
             ->export_lines([&](const std::string& line) -> Result<void> {
               lines += line + "\n";
               return {};
             })
             .value();
  return lines;
}

LedgerVerdict verdict_of(const std::string& lines, const Ledger::Exported& with) {
  std::istringstream in(lines);
  return verify_export(in, with.head_json, with.public_key);
}

TEST_CASE("entries older than the retention leave and the chain and its export still verify") {
  KeptPractice practice;
  const auto start = practice.clock.now();
  practice.fill(20);
  CHECK(practice.ledger->purge(start + std::chrono::hours{24 * 12}, "system").value() == 12);
  const auto verdict = practice.ledger->verify().value();
  CHECK(verdict.ok());
  CHECK(verdict.rows == 9);  // eight kept, and the entry of the purge
  const auto said = practice.entries("ledger.purged");
  REQUIRE(said.size() == 1);
  CHECK(said.front().entry.subjects->count == 12);
  Ledger::Exported with;
  CHECK(verdict_of(exported(practice, with), with).ok());
  // It outlives a restart, goes on with the next number, and can be done again.
  REQUIRE(practice.open());
  practice.fill(5);
  CHECK(practice.ledger->purge(start + std::chrono::hours{24 * 18}, "system").value() == 6);
  CHECK(practice.ledger->verify().value().ok());
  CHECK(verdict_of(exported(practice, with), with).ok());
}

TEST_CASE("nothing leaves and nothing is said when no entry is old enough") {
  KeptPractice practice;
  const auto start = practice.clock.now();
  practice.fill(3);
  CHECK(practice.ledger->purge(start, "system").value() == 0);
  CHECK(practice.entries("ledger.purged").empty());
}

TEST_CASE("the last entry stays whatever its age so that the ledger never becomes empty") {
  KeptPractice practice;
  practice.fill(4);
  CHECK(practice.ledger->purge(practice.clock.now() + std::chrono::hours{24 * 4000}, "system").value() == 3);
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("an entry written while the clock was ahead keeps those behind it") {
  KeptPractice practice;
  const auto start = practice.clock.now();
  practice.fill(3);
  practice.clock.advance(std::chrono::hours{24 * 300});
  practice.fill(1);
  practice.clock.set(start + std::chrono::hours{24 * 4});
  practice.fill(6);
  // Only what stands before the entry from the future is old without a gap.
  CHECK(practice.ledger->purge(start + std::chrono::hours{24 * 9}, "system").value() == 3);
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("rows taken out without the entry of a purge are missed") {
  KeptPractice practice;
  const auto start = practice.clock.now();
  practice.fill(20);
  SECTION("no purge at all") {
    practice.tamper("DELETE FROM ledger WHERE seq < 6");
    const auto verdict = practice.ledger->verify().value();
    CHECK(verdict.fault == LedgerFault::missing);
    CHECK(verdict.seq == 1);
  }
  SECTION("more than a purge took out") {
    REQUIRE(practice.ledger->purge(start + std::chrono::hours{24 * 5}, "system"));
    practice.tamper("DELETE FROM ledger WHERE seq < 9");
    CHECK(practice.ledger->verify().value().fault == LedgerFault::missing);
  }
  SECTION("the entry of the purge too") {
    REQUIRE(practice.ledger->purge(start + std::chrono::hours{24 * 5}, "system"));
    practice.tamper("DELETE FROM ledger WHERE action = 'ledger.purged'");
    CHECK(!practice.ledger->verify().value().ok());
  }
  SECTION("from an export") {
    REQUIRE(practice.ledger->purge(start + std::chrono::hours{24 * 5}, "system"));
    Ledger::Exported with;
    auto lines = exported(practice, with);
    lines.erase(0, lines.find('\n') + 1);
    CHECK(verdict_of(lines, with).fault == LedgerFault::missing);
  }
}

}  // namespace
}  // namespace relais::practice
