// SPDX-License-Identifier: Apache-2.0
// What a practice's files need while the host runs: read for damage again and again, and, once a day, what the nights of
// more than a month ago asked taken out of the queue, and the ledger's old entries when the practice has set a retention.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "practice/database.h"
#include "practice/ledger.h"

namespace relais::app {

struct UpkeepSettings {
  std::optional<int> ledger_retention_months;
  // Read the file at the first look, not only `check_every` later.
  bool check_first = true;
  // From the end of a reading to the next one, by the database's clock; longer after a long one, so that readings take no
  // more than a fiftieth of the time.
  std::chrono::milliseconds check_every{5000};
  // Called once, on the upkeep's thread, when the file is found damaged, by a reading or by any call.
  std::function<void(const Error&)> on_damage;
  // How often it looks; zero: only look() does.
  std::chrono::milliseconds period{1000};
};

// The instant before which entries leave a ledger that keeps `months` months: the start, UTC, of the same day of the
// month, or of the last day of a shorter one.
Instant retention_limit(Instant now, int months);

class Upkeep {
 public:
  // `database` and `ledger` must outlive it. Works on a thread of its own until destroyed.
  Upkeep(practice::Database& database, practice::Ledger& ledger, UpkeepSettings settings);
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // One look: reads the file when that is due, which a clock that goes back makes it. The day's work is done at the first
  // look and then once on each later day; a clock that goes back brings none.
  void look();

 private:
  void watch();
  void check();
  void purge(Instant now);

  practice::Database& database_;
  practice::Ledger& ledger_;
  const UpkeepSettings settings_;
  // The end of the last reading, and how long it is enough.
  std::optional<Instant> checked_;
  std::chrono::milliseconds enough_;
  std::optional<std::chrono::sys_days> done_on_;
  bool told_ = false;
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace relais::app
