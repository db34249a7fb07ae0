// SPDX-License-Identifier: Apache-2.0
// Writing, reading and migrating, whatever the engine.
#include "practice/database.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "engine.h"
#include "practice/ids.h"
#include "practice/migrations.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

using test::TestClock;

struct Practice {
  TestClock clock;
  std::string url = test::fresh_practice();
  std::unique_ptr<Database> database = Database::open(url, clock).value();

  void reopen() {
    database.reset();
    database = Database::open(url, clock).value();
  }
  Result<void> add(const std::string& name) {
    return database->write([&](Transaction& tx) -> Result<void> {
      tx.sql() << "INSERT INTO id_sequence (name, last) VALUES (:name, 1)", soci::use(name);
      return {};
    });
  }
  long long count(const std::string& name) {
    return database
        ->read([&](soci::session& sql) -> Result<long long> {
          long long found = 0;
          sql << "SELECT COUNT(*) FROM id_sequence WHERE name = :name", soci::use(name), soci::into(found);
          return found;
        })
        .value();
  }
};

TEST_CASE("what a write answered is there after reopening") {
  Practice practice;
  REQUIRE(practice.add("kept"));
  practice.reopen();
  CHECK(practice.count("kept") == 1);
}

TEST_CASE("a work that fails is undone alone and the others of its group stay") {
  Practice practice;
  // The first work holds the writer until the others wait behind it: they share the next group.
  std::promise<void> release;
  std::vector<std::future<Result<void>>> answers;
  const auto queue = [&](auto work) {
    auto promise = std::make_shared<std::promise<Result<void>>>();
    answers.push_back(promise->get_future());
    practice.database->write_async(std::move(work), [promise](Result<void> result) { promise->set_value(std::move(result)); });
  };
  const auto insert = [](Transaction& tx, const std::string& name) {
    tx.sql() << "INSERT INTO id_sequence (name, last) VALUES (:name, 1)", soci::use(name);
  };
  queue([&](Transaction&) -> Result<void> {
    release.get_future().wait();
    return {};
  });
  queue([&](Transaction& tx) -> Result<void> {
    insert(tx, "first");
    return {};
  });
  queue([&](Transaction& tx) -> Result<void> {
    insert(tx, "refused");
    return fail(Code::not_found, "an error of its own");
  });
  queue([&](Transaction& tx) -> Result<void> {
    insert(tx, "thrown");
    throw std::runtime_error("an exception");
  });
  queue([&](Transaction& tx) -> Result<void> {
    insert(tx, "twice");
    insert(tx, "twice");
    return {};
  });
  queue([&](Transaction& tx) -> Result<void> {
    insert(tx, "last");
    return {};
  });
  release.set_value();
  std::vector<Result<void>> results;
  for (auto& answer : answers) results.push_back(answer.get());
  CHECK(results[1]);
  CHECK(results[2].error().code == Code::not_found);
  CHECK(results[3].error().code == Code::store_failed);
  CHECK(results[4].error().code == Code::store_conflict);
  CHECK(results[5]);
  CHECK(practice.count("first") == 1);
  CHECK(practice.count("refused") == 0);
  CHECK(practice.count("thrown") == 0);
  CHECK(practice.count("twice") == 0);
  CHECK(practice.count("last") == 1);
}

struct RefusingListener final : CommitListener {
  Result<void> before_commit(Transaction&) override { return fail(Code::ledger_head, "refused"); }
  Result<void> after_commit() override { return {}; }
};

TEST_CASE("a group that does not commit answers its error to each of its works and leaves nothing") {
  Practice practice;
  RefusingListener listener;
  practice.database->set_commit_listener(&listener);
  CHECK(practice.add("a").error().code == Code::ledger_head);
  practice.database->set_commit_listener(nullptr);
  CHECK(practice.count("a") == 0);
  CHECK(practice.add("a"));
}

TEST_CASE("an error of the engine carries no value of the statement") {
  Practice practice;
  REQUIRE(practice.add("PAT-TROIS DOMINIQUE"));
  const auto twice = practice.add("PAT-TROIS DOMINIQUE");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == Code::store_conflict);
  CHECK_FALSE(twice.error().detail.empty());
  CHECK(twice.error().detail.find("DOMINIQUE") == std::string::npos);
}

TEST_CASE("a statement that is not SQL is an error and the store goes on") {
  Practice practice;
  const auto wrong = practice.database->write([](Transaction& tx) -> Result<void> {
    tx.sql() << "SELEKT 1";
    return {};
  });
  CHECK(wrong.error().code == Code::store_failed);
  const auto wrong_read = practice.database->read([](soci::session& sql) -> Result<void> {
    sql << "SELECT nothing FROM nowhere";
    return {};
  });
  CHECK(wrong_read.error().code == Code::store_failed);
  CHECK(practice.add("after"));
  CHECK(practice.count("after") == 1);
}

TEST_CASE("a read cannot write") {
  Practice practice;
  const auto refused = practice.database->read([](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO id_sequence (name, last) VALUES ('read', 1)";
    return {};
  });
  CHECK(refused.error().code == Code::store_read_only);
  CHECK(practice.count("read") == 0);
}

TEST_CASE("a read sees one snapshot while another thread writes") {
  Practice practice;
  REQUIRE(practice.add("before"));
  const auto counts = practice.database->read([&](soci::session& sql) -> Result<std::pair<int, int>> {
    int first = 0;
    int second = 0;
    sql << "SELECT COUNT(*) FROM id_sequence", soci::into(first);
    if (auto added = practice.add("during"); !added) return tl::unexpected(added.error());
    sql << "SELECT COUNT(*) FROM id_sequence", soci::into(second);
    return std::pair(first, second);
  });
  REQUIRE(counts);
  CHECK(counts->first == counts->second);
  CHECK(practice.count("during") == 1);
}

TEST_CASE("two hosts on one practice never give a number twice") {
  Practice practice;
  auto other = Database::open(practice.url, practice.clock).value();
  std::vector<std::int64_t> mine;
  std::vector<std::int64_t> theirs;
  const auto take = [](Database& database, std::vector<std::int64_t>& numbers) {
    for (int i = 0; i < 20; ++i) {
      const auto number = database.write([](Transaction& tx) -> Result<std::int64_t> { return next_number(tx, "n"); });
      if (number) numbers.push_back(*number);
    }
  };
  std::thread thread([&] { take(*other, theirs); });
  take(*practice.database, mine);
  thread.join();
  mine.insert(mine.end(), theirs.begin(), theirs.end());
  std::sort(mine.begin(), mine.end());
  CHECK(mine.size() == 40);
  CHECK(std::adjacent_find(mine.begin(), mine.end()) == mine.end());
}

TEST_CASE("text of any language and the largest numbers come back as they were") {
  Practice practice;
  const std::string name = "Zoé « œuf » \xF0\x9F\xA9\xBA '; DROP TABLE ledger; -- :name";
  REQUIRE(practice.database->write([&](Transaction& tx) -> Result<void> {
    const long long most = 9'223'372'036'854'775'807LL;
    tx.sql() << "INSERT INTO id_sequence (name, last) VALUES (:name, :last)", soci::use(name), soci::use(most);
    return {};
  }));
  const auto last = practice.database->read([&](soci::session& sql) -> Result<long long> {
    long long found = 0;
    sql << "SELECT last FROM id_sequence WHERE name = :name", soci::use(name), soci::into(found);
    return found;
  });
  CHECK(last.value() == 9'223'372'036'854'775'807LL);
}

TEST_CASE("a database that a later build has migrated is refused and both versions are named") {
  Practice practice;
  REQUIRE(practice.database->write([](Transaction& tx) -> Result<void> {
    tx.sql() << "INSERT INTO schema_version (version, name, applied_ms) VALUES (9001, 'later', 0)";
    return {};
  }));
  practice.database.reset();
  const auto opened = Database::open(practice.url, practice.clock);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::store_newer_schema);
  CHECK(opened.error().detail.find("9001") != std::string::npos);
  CHECK(opened.error().detail.find(std::to_string(known_migrations().back().version)) != std::string::npos);
}

TEST_CASE("migrations run once each and keep what was there") {
  Practice practice;
  REQUIRE(practice.add("old"));
  const std::vector<Migration> more = [] {
    auto all = known_migrations();
    all.push_back({9001, "9001_more", "-- a comment\nCREATE TABLE more (\n  a TEXT NOT NULL\n);\nINSERT INTO more (a)\nVALUES ('x');\n"});
    return all;
  }();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(practice.database->write([&](Transaction& tx) { return migrate(tx.sql(), more, tx.now()); }));
  }
  const auto rows = practice.database->read([](soci::session& sql) -> Result<int> {
    int count = 0;
    sql << "SELECT COUNT(*) FROM more", soci::into(count);
    return count;
  });
  CHECK(rows.value() == 1);
  CHECK(practice.count("old") == 1);
}

TEST_CASE("a migration that fails leaves the schema as it was") {
  Practice practice;
  auto broken = known_migrations();
  broken.push_back({9001, "9001_broken", "CREATE TABLE half (a TEXT);\nCREATE TABLE half (a TEXT);\n"});
  CHECK_FALSE(practice.database->write([&](Transaction& tx) { return migrate(tx.sql(), broken, tx.now()); }));
  CHECK(practice.database->write([](Transaction& tx) -> Result<void> {
    tx.sql() << "CREATE TABLE half (a TEXT)";
    return {};
  }));
}

}  // namespace
}  // namespace relais::practice
