// SPDX-License-Identifier: Apache-2.0
#include "app/record_facts.h"

#include <catch2/catch.hpp>

#include "domain/words.h"
#include "records/record_store.h"
#include "support/scratch.h"

using namespace relais;

namespace {

struct Record {
  Record() {
    REQUIRE(database->write([](practice::Transaction& tx) -> Result<int> {
      v1::LabReport report;
      report.set_id("plain");
      records::put(tx, report);
      report.set_id("restricted");
      report.set_restricted_category("vih-ist");
      records::put(tx, report);
      return 0;
    }));
  }
  // From here on, neither reports nor patients can be read.
  void break_database() {
    REQUIRE(database->write([](practice::Transaction& tx) -> Result<int> {
      tx.sql() << "DROP TABLE record_lab_report";
      tx.sql() << "DROP TABLE record_patient";
      return 0;
    }));
  }

  test::Scratch scratch;
  test::TestClock clock;
  std::unique_ptr<practice::Database> database =
      *practice::Database::open("sqlite:" + (scratch.path() / "practice.db").string(), clock);
  app::RecordFacts facts{*database, "Europe/Paris"};
};

}  // namespace

TEST_CASE("the restricted category of a report is that of the record") {
  Record record;
  CHECK(record.facts.category("restricted", record.clock.now()) == "vih-ist");
  CHECK_FALSE(record.facts.category("plain", record.clock.now()));
  CHECK_FALSE(record.facts.category("unknown", record.clock.now()));
}

TEST_CASE("a report that cannot be read is of a category that no fiche opens") {
  Record record;
  record.break_database();
  const auto category = record.facts.category("plain", record.clock.now());
  REQUIRE(category);
  CHECK(fiche::word<fiche::Category>(*category) == fiche::Category::notes_personnelles);
  CHECK_FALSE(record.facts.age("p-1", record.clock.now()));
}
