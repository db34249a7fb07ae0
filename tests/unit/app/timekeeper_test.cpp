// SPDX-License-Identifier: Apache-2.0
// What is due is done: in order, once, again after a failure, whatever the clock does.
#include "app/timekeeper.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "domain/civil_time.h"
#include "practice/events.h"
#include "practice/notices.h"
#include "support/scratch.h"

using namespace relais;
using namespace relais::app;
using namespace std::chrono_literals;
using practice::Timer;
using practice::Transaction;

namespace {

struct KeeperWorld {
  test::Scratch scratch;
  // Monday 23 November 2026, 16:45 in Paris.
  test::TestClock clock{Instant{std::chrono::milliseconds{1'795'448'700'000}}};
  std::unique_ptr<practice::Database> database =
      *practice::Database::open("sqlite:" + (scratch.path() / "practice.db").string(), clock);
  std::unique_ptr<practice::Ledger> ledger = *practice::Ledger::open(*database, scratch.path());
  practice::WorklistStore worklist{*database, *ledger};
  std::mutex mutex;
  std::condition_variable ran;
  std::vector<std::string> runs;  // names, in the order in which they ended
  bool failing = false;
  bool throwing = false;

  TimekeeperParts parts() {
    return {*database, *ledger, worklist, clock, [](bool) -> Result<void> { return {}; },
            [] { return std::vector<std::string>{"marchand"}; }, 5ms};
  }
  // Serves once.
  TimerKind once(const std::string& name) {
    TimerKind kind;
    kind.name = name;
    kind.label = "Essai";
    kind.prepare = [this](const Timer& timer, Instant) { return Result<TimerKind::Work>(work(timer, {})); };
    return kind;
  }
  // Comes again every day at half past two.
  TimerKind nightly(std::chrono::milliseconds hold = 0ms) {
    TimerKind kind;
    kind.name = "nightly";
    kind.label = "Passage de la nuit";
    kind.hold = hold;
    kind.next_after = [](Instant now) { return fiche::next_daily(now, 150min, "Europe/Paris"); };
    kind.prepare = [this](const Timer& timer, Instant now) {
      return Result<TimerKind::Work>(work(timer, fiche::next_daily(now, 150min, "Europe/Paris")));
    };
    return kind;
  }
  TimerKind::Work work(const Timer& timer, NextDue next) {
    return [this, name = timer.name, next](Transaction& tx) -> Result<NextDue> {
      practice::set_clock_mark(tx, "effect/" + name, practice::clock_mark(tx.sql(), "effect/" + name) + 1);
      if (failing) return fail(Code::io, "no disk");
      if (throwing) throw std::runtime_error("words of a library");
      const std::lock_guard lock(mutex);
      runs.push_back(name);
      ran.notify_all();
      return next;
    };
  }
  void plan(const std::string& name, const std::string& kind, Instant due) {
    REQUIRE(database->write([&](Transaction& tx) -> Result<void> {
      practice::plan_timer(tx, {name, kind, {}}, due);
      return {};
    }));
  }
  Instant next_night(Instant from) { return fiche::next_daily(from, 150min, "Europe/Paris"); }
  Result<Timer> timer(const std::string& name) {
    return database->read([&](soci::session& sql) { return practice::timer(sql, name); });
  }
  std::int64_t effects(const std::string& name) {
    return *database->read([&](soci::session& sql) -> Result<std::int64_t> {
      return practice::clock_mark(sql, "effect/" + name);
    });
  }
  std::vector<practice::Notice> notices() {
    return *database->read([](soci::session& sql) -> Result<std::vector<practice::Notice>> {
      return practice::notices(sql, "marchand");
    });
  }
};

}  // namespace

TEST_CASE("what came due while the host was down is done in order and once each") {
  KeeperWorld world;
  const auto now = world.clock.now();
  world.plan("c", "once", now - 1h);
  world.plan("a", "once", now - 30min);
  world.plan("b", "once", now - 72h);
  world.plan("later", "once", now + 1min);
  world.plan("nightly", "nightly", now - std::chrono::hours{24 * 5});
  Timekeeper keeper(world.parts(), {world.once("once"), world.nightly()});
  CHECK(keeper.tick() == std::size_t{4});
  CHECK(world.runs == std::vector<std::string>{"nightly", "b", "c", "a"});
  CHECK(keeper.tick() == std::size_t{0});
  CHECK_FALSE(world.timer("a"));
  CHECK(world.timer("nightly")->due == world.next_night(now));
  world.clock.advance(1min);
  CHECK(keeper.tick() == std::size_t{1});
}

TEST_CASE("a run that fails leaves no effect and is tried again later and said until it goes well") {
  KeeperWorld world;
  world.plan("bad", "once", world.clock.now());
  world.plan("good", "other", world.clock.now());
  auto other = world.once("other");
  other.prepare = [](const Timer&, Instant) -> Result<TimerKind::Work> {
    return TimerKind::Work([](Transaction&) -> Result<NextDue> { return NextDue{}; });
  };
  Timekeeper keeper(world.parts(), {world.once("once"), other});
  SECTION("with an error") { world.failing = true; }
  SECTION("with an exception") { world.throwing = true; }
  CHECK(keeper.tick() == std::size_t{1});
  CHECK_FALSE(world.timer("good"));
  CHECK(world.effects("bad") == 0);
  CHECK(world.timer("bad")->failures == 1);
  REQUIRE(world.notices().size() == 1);
  CHECK(world.notices()[0].kind == "timer-failed");
  CHECK(world.notices()[0].sentence.find("words of a library") == std::string::npos);
  CHECK(keeper.tick() == std::size_t{0});
  CHECK(world.timer("bad")->failures == 1);
  world.clock.advance(30s);
  keeper.tick();
  CHECK(world.timer("bad")->failures == 2);
  CHECK(world.timer("bad")->due == world.clock.now() + 60s);
  world.failing = world.throwing = false;
  world.clock.advance(60s);
  CHECK(keeper.tick() == std::size_t{1});
  CHECK(world.effects("bad") == 1);
  CHECK(world.notices().empty());
  practice::LedgerFilter filter;
  filter.action = "timer.failed";
  CHECK(world.ledger->query(filter)->size() == 2);
}

TEST_CASE("a timer of an unknown kind is said and never passes for done") {
  KeeperWorld world;
  world.plan("strange", "from-a-later-release", world.clock.now());
  Timekeeper keeper(world.parts(), {world.once("once")});
  CHECK(keeper.tick() == std::size_t{0});
  CHECK(world.timer("strange")->last_error == "timer.unknown-kind");
  CHECK(world.notices().size() == 1);
}

TEST_CASE("a run in flight is not started again until its host is known to be gone") {
  KeeperWorld world;
  world.plan("nightly", "nightly", world.clock.now());
  Timekeeper second(world.parts(), {world.nightly(5min)});
  auto slow = world.nightly(5min);
  int inside = 0;
  slow.prepare = [&, again = slow.prepare](const Timer& timer, Instant now) {
    ++inside;
    CHECK(second.tick() == std::size_t{0});
    return again(timer, now);
  };
  Timekeeper first(world.parts(), {slow});
  CHECK(first.tick() == std::size_t{1});
  CHECK(inside == 1);
  CHECK(world.runs.size() == 1);
}

TEST_CASE("a run that lasted past its hold and was taken over has no effect") {
  KeeperWorld world;
  world.plan("nightly", "nightly", world.clock.now());
  Timekeeper second(world.parts(), {world.nightly(5min)});
  auto slow = world.nightly(5min);
  slow.prepare = [&, again = slow.prepare](const Timer& timer, Instant now) {
    world.clock.advance(6min);
    CHECK(second.tick() == std::size_t{1});
    return again(timer, now);
  };
  Timekeeper first(world.parts(), {slow});
  CHECK(first.tick() == std::size_t{0});
  CHECK(world.effects("nightly") == 1);
  CHECK(world.timer("nightly")->failures == 0);
}

TEST_CASE("a clock that goes back a little does not run the same night twice") {
  KeeperWorld world;
  const auto night = world.next_night(world.clock.now());
  world.plan("nightly", "nightly", night);
  Timekeeper keeper(world.parts(), {world.nightly()});
  world.clock.set(night + 1s);
  CHECK(keeper.tick() == std::size_t{1});
  world.clock.set(night - 10s);
  CHECK(keeper.tick() == std::size_t{0});
  world.clock.set(night + 1s);
  CHECK(keeper.tick() == std::size_t{0});
  world.clock.set(world.next_night(night));
  CHECK(keeper.tick() == std::size_t{1});
}

TEST_CASE("a clock that was days ahead does not leave the nights after its correction without their run") {
  KeeperWorld world;
  const auto real = world.clock.now();
  world.plan("nightly", "nightly", world.next_night(real));
  Timekeeper keeper(world.parts(), {world.nightly()});
  world.clock.advance(std::chrono::hours{24 * 10});
  CHECK(keeper.tick() == std::size_t{1});
  world.clock.set(real);
  CHECK(keeper.tick() == std::size_t{0});
  // That night was served by the wrong clock; the one after it is not left out.
  world.clock.set(world.next_night(real));
  CHECK(keeper.tick() == std::size_t{0});
  world.clock.set(world.next_night(world.next_night(real)));
  CHECK(keeper.tick() == std::size_t{1});
}

TEST_CASE("what failed under a later clock is tried again soon once the clock went back") {
  KeeperWorld world;
  world.plan("bad", "once", world.clock.now());
  practice::Event event;
  event.source = "report/r-1";
  event.version = 1;
  event.kind = "lab_report.available";
  const auto seq = world.database->write([&](Transaction& tx) -> Result<std::optional<std::int64_t>> {
    return practice::append_event(tx, event);
  });
  REQUIRE(seq.value());
  world.clock.advance(3h);
  world.failing = true;
  Timekeeper keeper(world.parts(), {world.once("once")});
  REQUIRE(keeper.tick());
  CHECK(world.timer("bad")->due == world.clock.now() + 30s);
  REQUIRE(world.database->write([&](Transaction& tx) -> Result<void> {
    return practice::retry_event(tx, **seq, "plugin.stopped", tx.now() + 10min);
  }));
  // Less than the longest wait of anything: nothing but the clock's own mark tells that it went back.
  world.clock.advance(-30min);
  world.failing = false;
  REQUIRE(keeper.tick());
  CHECK(world.timer("bad")->due <= world.clock.now() + 30min);
  const auto due = world.database->write(
      [](Transaction& tx) -> Result<std::size_t> { return practice::claim_events(tx, 10, 5min).size(); });
  CHECK(due == std::size_t{1});
}

TEST_CASE("the two clock changes of the year bring one run each night") {
  KeeperWorld world;
  for (const auto* before : {"2026-10-24T12:00", "2027-03-27T12:00"}) {
    world.clock.set(fiche::to_instant(fiche::parse_moment(before)->at, "Europe/Paris"));
    world.runs.clear();
    world.plan("nightly", "nightly", world.next_night(world.clock.now()));
    Timekeeper keeper(world.parts(), {world.nightly()});
    // Two nights, looked at every ten minutes.
    for (int minutes = 0; minutes < 2 * 24 * 60; minutes += 10) {
      world.clock.advance(10min);
      REQUIRE(keeper.tick());
    }
    CHECK(world.runs.size() == 2);
  }
}

TEST_CASE("the thread follows the clock that it was given") {
  KeeperWorld world;
  world.plan("once", "once", world.clock.now() + 12h);
  Timekeeper keeper(world.parts(), {world.once("once")});
  REQUIRE(keeper.start());
  world.clock.advance(12h);
  std::unique_lock lock(world.mutex);
  CHECK(world.ran.wait_for(lock, 60s, [&] { return !world.runs.empty(); }));
  lock.unlock();
  keeper.stop();
  CHECK(world.runs.size() == 1);
}

TEST_CASE("two hosts that look at the same instant run what is due once") {
  KeeperWorld world;
  for (int turn = 0; turn < 10; ++turn) world.plan("t" + std::to_string(turn), "once", world.clock.now());
  Timekeeper first(world.parts(), {world.once("once")}), second(world.parts(), {world.once("once")});
  REQUIRE(first.start());
  REQUIRE(second.start());
  std::unique_lock lock(world.mutex);
  CHECK(world.ran.wait_for(lock, 60s, [&] { return world.runs.size() >= 10; }));
  lock.unlock();
  first.stop();
  second.stop();
  CHECK(world.runs.size() == 10);
}
