// SPDX-License-Identifier: Apache-2.0
#include "practice/database.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>
#include <vector>

#include "practice/ids.h"
#include "practice/migrations.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

using relais::test::Scratch;
using relais::test::TestClock;

std::string sqlite_url(const Scratch& scratch) { return "sqlite:" + (scratch.path() / "practice.db").string(); }

Result<long long> count_ids(Database& database) {
  return database.read([](soci::session& sql) -> Result<long long> {
    long long count = 0;
    sql << "SELECT COUNT(*) FROM id_sequence", soci::into(count);
    return count;
  });
}

TEST_CASE("a new SQLite database is in WAL mode with full synchronisation") {
  Scratch scratch;
  TestClock clock;
  auto database = Database::open(sqlite_url(scratch), clock);
  REQUIRE(database);
  const auto settings = (*database)->write([](Transaction& tx) -> Result<std::string> {
    std::string mode;
    int synchronous = 0;
    int foreign_keys = 0;
    tx.sql() << "PRAGMA journal_mode", soci::into(mode);
    tx.sql() << "PRAGMA synchronous", soci::into(synchronous);
    tx.sql() << "PRAGMA foreign_keys", soci::into(foreign_keys);
    return mode + " " + std::to_string(synchronous) + " " + std::to_string(foreign_keys);
  });
  CHECK(settings.value() == "wal 2 1");
}

TEST_CASE("the instant of a work is the clock's") {
  Scratch scratch;
  TestClock clock;
  auto database = Database::open(sqlite_url(scratch), clock).value();
  clock.advance(std::chrono::milliseconds{1234});
  const auto at = database->write([](Transaction& tx) -> Result<Instant> { return tx.now(); });
  CHECK(at.value() == clock.now());
}

TEST_CASE("many threads write at once and every number is given once") {
  Scratch scratch;
  TestClock clock;
  auto database = Database::open(sqlite_url(scratch), clock).value();
  std::vector<std::thread> threads;
  std::vector<std::vector<std::string>> given(4);
  for (auto& mine : given) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        auto id = database->write([](Transaction& tx) -> Result<std::string> { return new_id(tx, "item"); });
        if (id) mine.push_back(*id);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<std::string> all;
  for (const auto& mine : given) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  CHECK(all.size() == 100);
  CHECK(std::unique(all.begin(), all.end()) == all.end());
}

TEST_CASE("a URL of no engine is refused") {
  TestClock clock;
  CHECK(Database::open("mysql://x", clock).error().code == Code::invalid_argument);
  CHECK(Database::open("sqlite:", clock).error().code == Code::invalid_argument);
  CHECK(Database::open("postgresql://h/d?schema=a;drop", clock).error().code == Code::invalid_argument);
}

TEST_CASE("a file that is not a database is refused as damaged") {
  Scratch scratch;
  TestClock clock;
  {
    std::ofstream out(scratch.path() / "practice.db");
    for (int i = 0; i < 1000; ++i) out << "not a database\n";
  }
  CHECK(Database::open(sqlite_url(scratch), clock).error().code == Code::store_damaged);
}

TEST_CASE("a file that is taken away or replaced under its database is damage and no other is made") {
  Scratch scratch;
  TestClock clock;
  const auto file = scratch.path() / "practice.db";
  const auto kept = scratch.path() / "kept.db";
  for (const bool replaced : {false, true}) {
    auto database = Database::open(sqlite_url(scratch), clock).value();
    REQUIRE(database->check());
    std::filesystem::rename(file, kept);
    if (replaced) std::filesystem::copy_file(kept, file);
    CHECK(database->check().error().code == Code::store_damaged);
    CHECK(database->damage().has_value());
    CHECK(std::filesystem::exists(file) == replaced);
    std::filesystem::rename(kept, file);
  }
}

TEST_CASE("a check that is ended says nothing of the file") {
  Scratch scratch;
  TestClock clock;
  auto database = Database::open(sqlite_url(scratch), clock).value();
  database->end_checks();
  CHECK(database->check().error().code == Code::store_closed);
  CHECK_FALSE(database->damage());
  CHECK(database->write([](Transaction& tx) -> Result<std::string> { return new_id(tx, "a"); }));
}

TEST_CASE("a database in a folder that does not exist is refused as unavailable") {
  Scratch scratch;
  TestClock clock;
  const auto opened = Database::open("sqlite:" + (scratch.path() / "absent" / "p.db").string(), clock);
  CHECK(opened.error().code == Code::store_unavailable);
}

TEST_CASE("write_async calls back after durability and may queue another write") {
  Scratch scratch;
  TestClock clock;
  auto database = Database::open(sqlite_url(scratch), clock).value();
  std::promise<Result<std::string>> second;
  database->write_async([](Transaction& tx) -> Result<std::string> { return new_id(tx, "a"); },
                        [&](Result<std::string>) {
                          database->write_async(
                              [](Transaction& tx) -> Result<std::string> { return new_id(tx, "a"); },
                              [&](Result<std::string> result) { second.set_value(std::move(result)); });
                        });
  CHECK(second.get_future().get().value() == "a-2");
  CHECK(count_ids(*database).value() == 1);
}

TEST_CASE("a write asked for inside a write is refused instead of waiting for ever") {
  Scratch scratch;
  TestClock clock;
  auto database = Database::open(sqlite_url(scratch), clock).value();
  const auto inner = database->write([&](Transaction&) -> Result<void> {
    return database->write([](Transaction&) -> Result<void> { return {}; });
  });
  CHECK(inner.error().code == Code::store_reentrant);
}

TEST_CASE("writes queued before closing are done") {
  Scratch scratch;
  TestClock clock;
  std::atomic<int> done = 0;
  {
    auto database = Database::open(sqlite_url(scratch), clock).value();
    for (int i = 0; i < 300; ++i) {
      database->write_async([](Transaction& tx) -> Result<std::string> { return new_id(tx, "n"); },
                            [&](Result<std::string> result) { done += result.has_value() ? 1 : 0; });
    }
  }
  CHECK(done == 300);
  auto database = Database::open(sqlite_url(scratch), clock).value();
  const auto next = database->write([](Transaction& tx) -> Result<std::int64_t> { return next_number(tx, "n"); });
  CHECK(next.value() == 301);
}

TEST_CASE("an error of the engine never carries the values of the statement") {
  Scratch scratch;
  TestClock clock;
  auto database = Database::open(sqlite_url(scratch), clock).value();
  const auto twice = database->write([](Transaction& tx) -> Result<void> {
    const std::string name = "PAT-TROIS DOMINIQUE";
    for (int i = 0; i < 2; ++i) tx.sql() << "INSERT INTO id_sequence (name, last) VALUES (:n, 1)", soci::use(name);
    return {};
  });
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == Code::store_conflict);
  CHECK(twice.error().detail.find("id_sequence.name") != std::string::npos);
  CHECK(twice.error().detail.find("DOMINIQUE") == std::string::npos);
}

TEST_CASE("migration versions grow strictly") {
  const auto& all = known_migrations();
  REQUIRE_FALSE(all.empty());
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].version < all[i].version);
}

}  // namespace
}  // namespace relais::practice
