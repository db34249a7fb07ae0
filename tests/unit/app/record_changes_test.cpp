// SPDX-License-Identifier: Apache-2.0
#include "app/record_changes.h"

#include <catch2/catch.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "kept_practice.h"
#include "practice/events.h"
#include "practice/notices.h"
#include "unit/records/served_record.h"

using namespace relais;
using relais::test::KeptPractice;
using relais::test::ServedRecord;

namespace {

constexpr auto whoever_waits = std::chrono::seconds{120};

v1::WatchChangesResponse change(int position, const std::string& source, int version, const std::string& patient = "p-1") {
  v1::WatchChangesResponse made;
  made.set_position(std::to_string(position));
  made.set_source(source);
  made.set_version(version);
  made.set_kind(v1::RECORD_CHANGE_KIND_LAB_REPORT);
  made.set_item_id(source);
  made.set_patient_id(patient);
  made.set_doctor_id("rouault");  // who has no account here
  made.set_recorded_ms(1'790'000'000'000 + position);
  return made;
}

// A practice whose record is served by the test.
struct Elsewhere {
  Elsewhere() {
    served.changes = [this](const std::string& after, std::vector<v1::WatchChangesResponse>& out) {
      const std::lock_guard lock(mutex);
      asked.push_back(after);
      std::size_t from = 0;
      if (!after.empty()) {
        while (from < told.size() && told[from].position() != after) ++from;
        if (from == told.size()) return grpc::Status(grpc::StatusCode::OUT_OF_RANGE, "");
        ++from;
      }
      out.assign(told.begin() + static_cast<std::ptrdiff_t>(from), told.end());
      return grpc::Status::OK;
    };
    start();
  }

  void start() {
    changes = std::make_unique<app::RecordChanges>(app::RecordChangesParts{
        *practice.database, *practice.ledger, worklist, record, [] {},
        [] { return std::vector<std::string>{"admin"}; }, std::chrono::milliseconds{1}});
    REQUIRE(changes->start());
  }
  void tell(const v1::WatchChangesResponse& one) {
    const std::lock_guard lock(mutex);
    told.push_back(one);
  }
  std::vector<std::string> positions_asked() {
    const std::lock_guard lock(mutex);
    return asked;
  }
  std::string position() {
    return practice.database
        ->read([](soci::session& sql) -> Result<std::string> { return practice::record_feed(sql).position; })
        .value();
  }
  // Waits until this position was taken in; the limit only ends a failing test.
  void taken(int wanted) {
    const auto until = std::chrono::steady_clock::now() + whoever_waits;
    while (position() != std::to_string(wanted)) {
      REQUIRE(std::chrono::steady_clock::now() < until);
      std::this_thread::yield();
    }
  }
  long long count(const std::string& where) {
    return practice.database
        ->read([&](soci::session& sql) -> Result<long long> {
          long long found = 0;
          sql << "SELECT COUNT(*) FROM event WHERE " + where, soci::into(found);
          return found;
        })
        .value();
  }
  std::vector<practice::Notice> notices() {
    return practice.database
        ->read([](soci::session& sql) -> Result<std::vector<practice::Notice>> {
          return practice::notices(sql, "admin");
        })
        .value();
  }

  KeptPractice practice;
  ServedRecord served;
  practice::WorklistStore worklist{*practice.database, *practice.ledger};
  records::RemoteRecord record{grpc::CreateChannel(served.address(), grpc::InsecureChannelCredentials()), practice.clock};
  std::mutex mutex;
  std::vector<v1::WatchChangesResponse> told;
  std::vector<std::string> asked;
  std::unique_ptr<app::RecordChanges> changes;
};

}  // namespace

TEST_CASE("the same change told twice is one event") {
  Elsewhere world;
  world.tell(change(1, "B1", 1));
  auto again = change(2, "B1", 1);
  world.tell(again);
  world.tell(change(3, "B1", 2));
  world.taken(3);
  CHECK(world.count("source = 'record/B1'") == 2);
  CHECK(world.count("kind = 'lab_report.available' AND item_id = 'B1' AND patient_id = 'p-1'") == 2);
  // Whoever has no account here answers for nothing here.
  CHECK(world.count("doctor_id <> ''") == 0);
}

TEST_CASE("a version below one already told is kept in mind and leads to nothing") {
  Elsewhere world;
  world.tell(change(1, "B1", 3));
  world.tell(change(2, "B1", 2));
  world.taken(2);
  CHECK(world.count("source = 'record/B1' AND version = 3 AND done_ms IS NULL") == 1);
  CHECK(world.count("source = 'record/B1' AND version = 2 AND done_ms IS NOT NULL") == 1);
}

TEST_CASE("after a stop the changes go on from the position that was kept") {
  Elsewhere world;
  for (int i = 1; i <= 3; ++i) world.tell(change(i, "B" + std::to_string(i), 1));
  world.taken(3);
  world.changes->stop();
  const auto before = world.positions_asked().size();
  world.tell(change(4, "B4", 1));
  world.start();
  world.taken(4);
  CHECK(world.positions_asked().at(before) == "3");
  CHECK(world.count("1 = 1") == 4);
}

TEST_CASE("told again from the beginning the changes are the same events") {
  Elsewhere world;
  for (int i = 1; i <= 3; ++i) world.tell(change(i, "B" + std::to_string(i), 1));
  world.taken(3);
  world.changes->stop();
  REQUIRE(world.practice.database->write([](practice::Transaction& tx) -> Result<void> {
    practice::keep_record_feed(tx, {});
    return {};
  }));
  world.start();
  world.taken(3);
  CHECK(world.count("1 = 1") == 3);
}

TEST_CASE("a change that says nothing usable is told to somebody and keeps nothing waiting") {
  Elsewhere world;
  auto broken = change(1, "B1", 1);
  broken.set_version(0);
  world.tell(broken);
  world.tell(change(2, "B2", 1));
  world.taken(2);
  CHECK(world.count("1 = 1") == 1);
  REQUIRE(world.notices().size() == 1);
  CHECK(world.notices().front().sentence == french(Code::record_reader_bad_change));
}

TEST_CASE("a position that is no longer known is said and nothing told before comes twice") {
  Elsewhere world;
  for (int i = 1; i <= 2; ++i) world.tell(change(i, "B" + std::to_string(i), 1));
  world.taken(2);
  {
    // The software was restored: its journal is another one.
    const std::lock_guard lock(world.mutex);
    world.told = {change(71, "B2", 1), change(72, "B3", 1)};
  }
  world.taken(72);
  CHECK(world.count("1 = 1") == 3);
  REQUIRE(world.notices().size() == 1);
  CHECK(world.notices().front().sentence == french(Code::record_reader_lost_changes));
}

TEST_CASE("a report given to another patient takes what stands on the list with it") {
  Elsewhere world;
  world.tell(change(1, "B1", 1));
  world.taken(1);
  const auto begin = [&](const std::string& patient) {
    return world.practice.database->write([&](practice::Transaction& tx) {
      return world.worklist.begin_evaluation(tx, {"bio-triage", "bio-triage", {"B1", patient, ""}});
    });
  };
  REQUIRE(begin("p-1"));
  world.tell(change(2, "B1", 2, "p-2"));
  world.taken(2);
  const auto old = begin("p-1");
  REQUIRE_FALSE(old);
  CHECK(old.error().code == Code::worklist_subject_moved);
  CHECK(begin("p-2"));
}

TEST_CASE("what waited for the record is due at once when it is back") {
  Elsewhere world;
  world.tell(change(1, "B1", 1));
  world.taken(1);
  world.served.stop();
  REQUIRE(world.practice.database->write([&](practice::Transaction& tx) -> Result<void> {
    for (const auto& event : practice::claim_events(tx, 10, std::chrono::minutes{5}))
      if (const auto put = practice::retry_event(tx, event.seq, "record-reader.unreachable",
                                                 world.practice.clock.now() + std::chrono::minutes{10});
          !put)
        return put;
    return {};
  }));
  const auto until = std::chrono::steady_clock::now() + whoever_waits;
  const auto away = world.record.failures();
  while (world.record.failures() == away) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::yield();
  }
  world.served.start();
  const auto now = std::to_string(practice::to_ms(world.practice.clock.now()));
  while (world.count("not_before_ms <= " + now) == 0) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::yield();
  }
}
