// SPDX-License-Identifier: Apache-2.0
// A copy of the database put back by hand beside a later ledger head: said, and taken only by an act that is kept.
#include "app/backup.h"
#include "kept_practice.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;
using test::KeptPractice;

// Keeps the database of day 10, works on until day 15, and puts the copy back.
void put_an_old_copy_back(KeptPractice& practice) {
  practice.fill(10);
  practice.close();
  const auto copy = practice.scratch.path() / "copy.sqlite";
  fs::copy_file(practice.file(), copy);
  REQUIRE(practice.open());
  practice.fill(5);
  practice.close();
  fs::copy_file(copy, practice.file(), fs::copy_options::overwrite_existing);
  fs::remove(practice.file().string() + "-wal");
  fs::remove(practice.file().string() + "-shm");
}

TEST_CASE("an older database beside a later ledger head is refused with its own code") {
  KeptPractice practice;
  put_an_old_copy_back(practice);
  const auto opened = practice.open();
  REQUIRE(!opened);
  CHECK(opened.error().code == Code::ledger_older_database);
  CHECK(opened.error().detail == "5 entries missing");
}

TEST_CASE("accepting an older database is an act that the ledger keeps with what was lost") {
  KeptPractice practice;
  put_an_old_copy_back(practice);
  const auto lost = practice::read_file(practice.head()).value().value();
  REQUIRE(accept_older_database(practice.folder, practice.clock));
  REQUIRE(practice.open());
  CHECK(practice.ledger->verify().value().ok());
  const auto said = practice.entries("ledger.older-accepted");
  REQUIRE(said.size() == 1);
  CHECK(said.front().seq == 11);
  CHECK(said.front().entry.subjects->count == 5);
  CHECK(lost.find(said.front().entry.subjects->sha256) != std::string::npos);
  CHECK(said.front().entry.actor.starts_with("os-"));
  practice.fill(20);
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("there is nothing to accept when the database is as new as its head") {
  KeptPractice practice;
  practice.fill(3);
  practice.close();
  CHECK(accept_older_database(practice.folder, practice.clock).error().code == Code::ledger_not_older);
}

TEST_CASE("rows cut off by somebody without the key are no older database") {
  KeptPractice practice;
  practice.fill(10);
  practice.tamper("DELETE FROM ledger WHERE seq > 6");
  practice.close();
  CHECK(practice.open().error().code == Code::ledger_broken);
  practice.close();
  CHECK(accept_older_database(practice.folder, practice.clock).error().code == Code::ledger_not_older);
}

TEST_CASE("an older database whose chain was altered is not accepted") {
  KeptPractice practice;
  practice.fill(6);
  practice.tamper("UPDATE ledger SET actor = 'durand' WHERE seq = 2");
  put_an_old_copy_back(practice);
  CHECK(accept_older_database(practice.folder, practice.clock).error().code == Code::ledger_broken);
}

TEST_CASE("the last rows taken out while a host runs are not signed away") {
  KeptPractice practice;
  practice.fill(5);
  practice.tamper("DELETE FROM ledger WHERE seq > 3");
  practice::LedgerEntry entry;
  entry.actor = "martin";
  entry.action = "worklist.note";
  CHECK(practice.ledger->record(entry).error().code == Code::ledger_broken);
  CHECK(practice.ledger->verify().value().fault == practice::LedgerFault::tail_removed);
}

}  // namespace
}  // namespace relais::app
