// SPDX-License-Identifier: Apache-2.0
// Timers, what time does to items, and what people are told: on each engine.
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "domain/worklist_clock.h"
#include "engine.h"
#include "practice/database.h"
#include "practice/notices.h"
#include "practice/timers.h"
#include "practice/worklist_store.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

using test::TestClock;
using namespace std::chrono_literals;

// One practice, which a second host may open too.
struct Practice {
  TestClock clock;
  std::string url = test::fresh_practice();
  std::unique_ptr<Database> database = Database::open(url, clock).value();

  template <class F>
  auto write(F work) {
    return database->write([&](Transaction& tx) -> Result<decltype(work(tx))> { return work(tx); }).value();
  }
  template <class F>
  auto read(F work) {
    return database->read([&](soci::session& sql) -> Result<decltype(work(sql))> { return work(sql); }).value();
  }
  Timer held(const std::string& name) {
    return read([&](soci::session& sql) { return timer(sql, name).value(); });
  }
  void plan(const TimerKey& key, Instant due) {
    write([&](Transaction& tx) {
      plan_timer(tx, key, due);
      return 0;
    });
  }
  std::optional<std::int64_t> start(const std::string& name) {
    return write([&](Transaction& tx) { return start_timer(tx, name, 10min); });
  }
};

TEST_CASE("a timer says what it does and on what and moves when it is planned again") {
  Practice practice;
  const auto due = practice.clock.now() + 1h;
  practice.plan({"item/1", "item.overdue", "1"}, due);
  CHECK(practice.held("item/1").kind == "item.overdue");
  CHECK(practice.held("item/1").subject == "1");
  CHECK(practice.held("item/1").slot == due);
  practice.plan({"item/1", "item.escalate", "1"}, due + 1h);
  CHECK(practice.held("item/1").kind == "item.escalate");
  CHECK(practice.held("item/1").due == due + 1h);
  practice.plan({"nightly", "nightly", ""}, due);
  CHECK(practice.read([](soci::session& sql) { return timers_of(sql, "item."); }).size() == 1);
  practice.write([](Transaction& tx) {
    drop_timer(tx, "item/1");
    return 0;
  });
  CHECK(practice.read([](soci::session& sql) { return timers_of(sql, "item."); }).empty());
}

TEST_CASE("a run that failed is tried again later for the same slot and what it said is kept until one goes well") {
  Practice practice;
  const auto slot = practice.clock.now();
  practice.plan({"nightly", "nightly", ""}, slot);
  for (int failures = 1; failures <= 2; ++failures) {
    const auto run = practice.start("nightly");
    REQUIRE(run);
    const auto retry = practice.clock.now() + 30s;
    REQUIRE(practice.database->write(
        [&](Transaction& tx) { return fail_timer(tx, "nightly", *run, "relais.io", retry); }));
    CHECK(practice.held("nightly").failures == failures);
    CHECK(practice.held("nightly").last_error == "relais.io");
    CHECK(practice.held("nightly").slot == slot);
    CHECK_FALSE(practice.start("nightly"));
    practice.clock.advance(30s);
  }
  const auto run = practice.start("nightly");
  REQUIRE(run);
  REQUIRE(practice.database->write(
      [&](Transaction& tx) { return finish_timer(tx, "nightly", slot + 24h, *run); }));
  CHECK(practice.held("nightly").failures == 0);
  CHECK(practice.held("nightly").last_error.empty());
  CHECK(practice.held("nightly").last_slot == slot);
}

TEST_CASE("a run that somebody else took over ends without effect") {
  Practice practice;
  practice.plan({"nightly", "nightly", ""}, practice.clock.now());
  const auto slow = practice.start("nightly");
  practice.clock.advance(10min);
  const auto taken = practice.start("nightly");
  REQUIRE(slow);
  REQUIRE(taken);
  const auto next = practice.clock.now() + 24h;
  const auto end = [&](std::int64_t run) {
    return practice.database->write([&](Transaction& tx) { return finish_timer(tx, "nightly", next, run); });
  };
  CHECK(end(*slow).error().code == Code::timer_taken_over);
  CHECK(end(*taken));
}

TEST_CASE("two hosts of one practice never start the same run") {
  Practice practice;
  const auto other = Database::open(practice.url, practice.clock).value();
  for (int turn = 0; turn < 20; ++turn) {
    practice.plan({"nightly", "nightly", ""}, practice.clock.now());
    std::atomic<int> started = 0;
    const auto host = [&](Database& database) {
      const auto run = database.write(
          [](Transaction& tx) -> Result<std::optional<std::int64_t>> { return start_timer(tx, "nightly", 10min); });
      // A host that could not even ask does not run it either.
      if (run && *run) ++started;
    };
    std::thread first([&] { host(*practice.database); }), second([&] { host(*other); });
    first.join();
    second.join();
    CHECK(started == 1);
    practice.clock.advance(1s);
  }
}

TEST_CASE("a hold taken before the clock went back lasts no longer than a hold") {
  Practice practice;
  practice.plan({"nightly", "nightly", ""}, practice.clock.now() - 48h);
  REQUIRE(practice.start("nightly"));
  practice.clock.advance(std::chrono::hours{-24});
  practice.write([](Transaction& tx) {
    shorten_holds(tx, 10min);
    return 0;
  });
  practice.clock.advance(9min);
  CHECK_FALSE(practice.start("nightly"));
  practice.clock.advance(1min);
  CHECK(practice.start("nightly"));
}

TEST_CASE("a run that failed before the clock went back is tried again no later than any failed run") {
  Practice practice;
  const auto now = practice.clock.now();
  practice.plan({"failed", "nightly", ""}, now);
  practice.plan({"planned", "nightly", ""}, now + 3h);
  const auto run = practice.start("failed");
  REQUIRE(run);
  practice.write([&](Transaction& tx) { return fail_timer(tx, "failed", *run, "relais.io", now + 3h).has_value(); });
  practice.write([](Transaction& tx) {
    shorten_retries(tx, 30min);
    return 0;
  });
  CHECK(practice.held("failed").due == now + 30min);
  CHECK(practice.held("failed").failures == 1);
  CHECK(practice.held("planned").due == now + 3h);
}

TEST_CASE("the holds of a host that died are given back at the start of the only host") {
  Practice practice;
  practice.plan({"nightly", "nightly", ""}, practice.clock.now());
  REQUIRE(practice.start("nightly"));
  practice.write([](Transaction& tx) {
    release_timers(tx);
    return 0;
  });
  CHECK(practice.start("nightly"));
}

TEST_CASE("marks of the clocks are kept under their names") {
  Practice practice;
  CHECK(practice.read([](soci::session& sql) { return clock_mark(sql, "feed"); }) == 0);
  for (const std::int64_t value : {7, 9}) {
    practice.write([&](Transaction& tx) {
      set_clock_mark(tx, "feed", value);
      return 0;
    });
    CHECK(practice.read([](soci::session& sql) { return clock_mark(sql, "feed"); }) == value);
  }
}

struct Told : Practice {
  bool tell_one(const std::string& account, const std::string& occasion) {
    return write([&](Transaction& tx) { return tell(tx, {account, "fiche-end", "fp-1", occasion, "La fiche prend fin."}); });
  }
  std::vector<Notice> of(const std::string& account) {
    return read([&](soci::session& sql) { return notices(sql, account); });
  }
};

TEST_CASE("the same thing is told to one person once and to each of the persons concerned") {
  Told practice;
  CHECK(practice.tell_one("marchand", "60"));
  CHECK_FALSE(practice.tell_one("marchand", "60"));
  CHECK(practice.tell_one("perrin", "60"));
  CHECK(practice.tell_one("marchand", "15"));
  REQUIRE(practice.of("marchand").size() == 2);
  CHECK(practice.of("perrin").size() == 1);
  CHECK(practice.of("marchand")[0].sentence == "La fiche prend fin.");
  CHECK(practice.of("nguyen").empty());
}

TEST_CASE("a notice is gone once it was seen by its own reader and is not told again") {
  Told practice;
  practice.tell_one("marchand", "60");
  const auto id = practice.of("marchand").at(0).id;
  const auto mark = [&](const std::string& account) {
    return practice.database->write([&](Transaction& tx) { return mark_notice_seen(tx, account, id); });
  };
  CHECK(mark("perrin").error().code == Code::not_found);
  const auto seen_at = practice.clock.now();
  CHECK(mark("marchand")->seen == seen_at);
  practice.clock.advance(1h);
  CHECK(mark("marchand")->seen == seen_at);
  CHECK(practice.of("marchand").empty());
  CHECK_FALSE(practice.tell_one("marchand", "60"));
}

TEST_CASE("what is no longer true is shown to nobody and may be told anew") {
  Told practice;
  practice.tell_one("marchand", "60");
  practice.tell_one("perrin", "60");
  practice.tell_one("marchand", "15");
  const std::vector<NewNotice> kept{{"marchand", "fiche-end", "fp-1", "15", ""}};
  CHECK(practice.write([&](Transaction& tx) { return end_notices_except(tx, "fiche-end", "fp-1", kept); }) == 2);
  CHECK(practice.of("marchand").size() == 1);
  CHECK(practice.of("perrin").empty());
  CHECK(practice.read([](soci::session& sql) { return noticed(sql, "fiche-end"); }) == std::vector<std::string>{"fp-1"});
  CHECK(practice.tell_one("perrin", "60"));
  CHECK(practice.of("perrin").size() == 1);
}

TEST_CASE("the feed of changes says who was told something") {
  Told practice;
  practice.tell_one("marchand", "60");
  const auto changes = practice.read([](soci::session& sql) { return WorklistStore::changes_since(sql, 0); });
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].scope_id == notice_scope("marchand"));
}

TEST_CASE("what time did to an item is kept with it and read back") {
  Practice practice;
  test::Scratch scratch;
  const auto ledger = Ledger::open(*practice.database, scratch.path()).value();
  WorklistStore store(*practice.database, *ledger);
  worklist::Reply reply;
  reply.scope = {"bio-triage", "bio-triage", {"rep-1", "pat-1", "marchand"}};
  reply.slice_version = *practice.database->write([&](Transaction& tx) { return store.begin_evaluation(tx, reply.scope); });
  reply.findings.push_back({"result", "Potassium", worklist::Category::critique, 3, false, false, 0, {}});
  const auto applied = store.apply(reply);
  REQUIRE(applied);
  const auto id = applied->changes.at(0).item.id;
  const auto act = [&](auto step) {
    practice.clock.advance(1min);
    const auto done = store.act(id, 0, [&](const worklist::Item& item, Instant now) -> Result<worklist::Outcome> {
      return step(item, now);
    });
    REQUIRE(done);
    const auto held = practice.read([&](soci::session& sql) { return WorklistStore::item(sql, id).value(); });
    CHECK(held == done->item);
    return held;
  };
  const auto late = act([](const auto& item, Instant now) { return worklist::overdue(item, now); });
  CHECK(late.waiting.overdue_since == practice.clock.now());
  CHECK(act([](const auto& item, Instant now) { return worklist::escalate(item, now); }).waiting.escalations == 2);
  CHECK(act([](const auto& item, Instant now) {
          return worklist::route(item, "autre-am", "dupont", "L'assistant est absent.", now);
        }).waiting.routed_why == "L'assistant est absent.");
  const auto reminded = act([](const auto& item, Instant now) { return worklist::remind(item, now); });
  CHECK(reminded.waiting.reminded_at == practice.clock.now());
  CHECK(act([](const auto& item, Instant now) { return worklist::look_again(item, now); }).waiting.looked_again);
  LedgerFilter filter;
  filter.action = "item.escalated";
  CHECK(ledger->query(filter)->size() == 1);

  auto held = practice.read([&](soci::session& sql) { return WorklistStore::item(sql, id).value(); });
  REQUIRE(worklist::settle_clock(held, practice.clock.now() - 1h));
  REQUIRE(practice.database->write([&](Transaction& tx) { return store.keep_instants(tx, held); }));
  CHECK(practice.read([&](soci::session& sql) { return WorklistStore::item(sql, id).value(); }) == held);
}

}  // namespace
}  // namespace relais::practice
