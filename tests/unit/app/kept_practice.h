// SPDX-License-Identifier: Apache-2.0
// A practice's folder with a ledger that grows, opened as a host opens it.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "app/practice_config.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/practice_lock.h"
#include "support/scratch.h"

namespace relais::test {

struct KeptPractice {
  Scratch scratch;
  TestClock clock;
  std::unique_ptr<practice::Database> database;
  std::unique_ptr<practice::Ledger> ledger;

  explicit KeptPractice(const std::string& name = "data") : folder(scratch.path() / name) {
    std::filesystem::create_directories(folder);
    app::PracticeConfig config;
    config.name = "Cabinet fictif";
    config.database = "sqlite:practice.sqlite";
    REQUIRE(app::write_config(folder, config));
    REQUIRE(open());
  }
  ~KeptPractice() { close(); }

  const std::filesystem::path folder;
  std::filesystem::path file() const { return folder / "practice.sqlite"; }
  std::filesystem::path head() const { return folder / "ledger-head.json"; }

  Result<void> open() {
    close();
    auto opened = practice::Database::open("sqlite:" + file().string(), clock);
    if (!opened) return tl::unexpected(opened.error());
    database = std::move(*opened);
    auto kept = practice::Ledger::open(*database, folder);
    if (!kept) return tl::unexpected(kept.error());
    ledger = std::move(*kept);
    return {};
  }
  void close() {
    ledger.reset();
    database.reset();
  }
  // `count` entries, one a day.
  void fill(int count, std::chrono::milliseconds apart = std::chrono::hours{24}) {
    for (int i = 0; i < count; ++i) {
      practice::LedgerEntry entry;
      entry.actor = "martin";
      entry.action = "worklist.note";
      REQUIRE(ledger->record(entry));
      clock.advance(apart);
    }
  }
  std::vector<practice::ReadEntry> entries(const std::string& action) const {
    practice::LedgerFilter filter;
    filter.action = action;
    filter.limit = 1000;
    return ledger->query(filter).value();
  }
  // As somebody with the database and without the key would.
  void tamper(const std::string& statement) {
    database->set_commit_listener(nullptr);
    REQUIRE(database->write([&](practice::Transaction& tx) -> Result<void> {
      tx.sql() << statement;
      return {};
    }));
    database->set_commit_listener(ledger.get());
  }
};

}  // namespace relais::test
