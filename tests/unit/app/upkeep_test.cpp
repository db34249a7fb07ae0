// SPDX-License-Identifier: Apache-2.0
#include "app/upkeep.h"

#include <fcntl.h>
#include <unistd.h>

#include "kept_practice.h"
#include "practice/events.h"

namespace relais::app {
namespace {

using test::KeptPractice;
using namespace std::chrono_literals;

UpkeepSettings by_hand(std::optional<int> months = std::nullopt) {
  UpkeepSettings settings;
  settings.ledger_retention_months = months;
  settings.period = std::chrono::milliseconds{0};
  return settings;
}

TEST_CASE("the limit of a retention is the same day of the month or the last of a shorter one") {
  const auto day = [](int y, unsigned m, unsigned d) {
    return Instant{std::chrono::sys_days{std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d}}};
  };
  CHECK(retention_limit(day(2026, 11, 22) + 15h, 6) == day(2026, 5, 22));
  CHECK(retention_limit(day(2026, 8, 31), 6) == day(2026, 2, 28));
  CHECK(retention_limit(day(2028, 8, 31), 6) == day(2028, 2, 29));
  CHECK(retention_limit(day(2026, 1, 15), 36) == day(2023, 1, 15));
}

TEST_CASE("old entries leave once a day and none without a retention") {
  KeptPractice practice;
  practice.fill(40, 24h * 10);
  Upkeep keeps_all(*practice.database, *practice.ledger, by_hand());
  keeps_all.look();
  CHECK(practice.entries("ledger.purged").empty());

  Upkeep upkeep(*practice.database, *practice.ledger, by_hand(6));
  upkeep.look();
  CHECK(practice.entries("ledger.purged").size() == 1);
  const auto rows = practice.ledger->verify().value().rows;
  CHECK(rows < 25);
  upkeep.look();
  CHECK(practice.entries("ledger.purged").size() == 1);
  practice.clock.advance(24h * 30);
  upkeep.look();
  CHECK(practice.entries("ledger.purged").size() == 2);
  CHECK(practice.ledger->verify().value().ok());
}

TEST_CASE("the nights of more than a month ago leave the queue once a day however many they asked") {
  KeptPractice practice;
  const auto rows = [&] {
    return practice.database
        ->read([](soci::session& sql) -> Result<long long> {
          long long count = 0;
          sql << "SELECT COUNT(*) FROM event", soci::into(count);
          return count;
        })
        .value();
  };
  const auto night = [&](std::int64_t number, int patients) {
    REQUIRE(practice.database->write([&](practice::Transaction& tx) -> Result<void> {
      for (int patient = 0; patient < patients; ++patient) {
        practice::Event event;
        event.source = "nightly/patient/pat-" + std::to_string(patient);
        event.version = number;
        event.kind = "nightly";
        if (const auto done = practice::finish_event(tx, practice::append_event(tx, event).value()); !done) return done;
      }
      return {};
    }));
  };
  Upkeep upkeep(*practice.database, *practice.ledger, by_hand());
  upkeep.look();
  night(1, 6000);  // more than one slice
  practice.clock.advance(24h);
  night(2, 3);
  practice.clock.advance(24h * 29);
  upkeep.look();
  CHECK(rows() == 6003);  // thirty days old, not older
  practice.clock.advance(24h);
  upkeep.look();
  CHECK(rows() == 3);
  upkeep.look();
  CHECK(rows() == 3);
  practice.clock.advance(24h);
  upkeep.look();
  CHECK(rows() == 0);
}

TEST_CASE("a clock that goes back brings no second purge") {
  KeptPractice practice;
  practice.fill(40, 24h * 10);
  Upkeep upkeep(*practice.database, *practice.ledger, by_hand(6));
  upkeep.look();
  practice.clock.advance(-24h * 60);
  upkeep.look();
  practice.clock.advance(24h * 59);
  upkeep.look();
  CHECK(practice.entries("ledger.purged").size() == 1);
}

constexpr off_t page = 4096;

off_t pages(const std::filesystem::path& file) { return static_cast<off_t>(std::filesystem::file_size(file)) / page; }

// Overwrites the file from this page on, as a failing disk would.
void damage(const std::filesystem::path& file, off_t from = 8) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(descriptor >= 0);
  const auto size = static_cast<off_t>(std::filesystem::file_size(file));
  const std::string noise(page, '\x5a');
  for (off_t at = from * page; at + page <= size; at += page)
    REQUIRE(::pwrite(descriptor, noise.data(), noise.size(), at) == static_cast<ssize_t>(noise.size()));
  ::close(descriptor);
}

TEST_CASE("a damaged file is found told once and nothing more is written onto it") {
  KeptPractice practice;
  practice.fill(100);
  REQUIRE(practice.open());  // what was written is in the file, not in its log
  int told = 0;
  auto settings = by_hand();
  settings.on_damage = [&](const Error& error) {
    CHECK(error.code == Code::store_damaged);
    ++told;
  };
  Upkeep upkeep(*practice.database, *practice.ledger, std::move(settings));
  upkeep.look();
  CHECK(told == 0);
  damage(practice.file());
  practice.clock.advance(4s);
  upkeep.look();
  CHECK(told == 0);
  practice.clock.advance(1s);
  upkeep.look();
  CHECK(told == 1);
  upkeep.look();
  CHECK(told == 1);
  practice::LedgerEntry entry;
  entry.actor = "martin";
  entry.action = "worklist.note";
  CHECK(practice.ledger->record(entry).error().code == Code::store_damaged);
}

TEST_CASE("a file that was read before the start is read again soon and also when the clock goes back") {
  for (const auto later : {5s, -3600s}) {
    KeptPractice practice;
    practice.fill(100);
    REQUIRE(practice.open());
    // The ledger's end, which the day's work does not read.
    damage(practice.file(), pages(practice.file()) - 4);
    int told = 0;
    auto settings = by_hand();
    settings.check_first = false;
    settings.on_damage = [&](const Error&) { ++told; };
    Upkeep upkeep(*practice.database, *practice.ledger, std::move(settings));
    upkeep.look();
    CHECK(told == 0);
    practice.clock.advance(later);
    upkeep.look();
    CHECK(told == 1);
  }
}

TEST_CASE("two hosts never run on one practice") {
  KeptPractice practice;
  auto first = practice::PracticeLock::take(practice.folder);
  REQUIRE(first);
  CHECK(practice::PracticeLock::take(practice.folder).error().code == Code::practice_running);
  { const auto gone = std::move(*first); }
  CHECK(practice::PracticeLock::take(practice.folder));
}

}  // namespace
}  // namespace relais::app
