// SPDX-License-Identifier: Apache-2.0
// Live shadow runs: what the version in use has evaluated for a doctor is evaluated by another version too, on a thread
// and in workers of its own, over the same data as of the same instant. Nothing of it reaches a list. What waits when
// the host stops is not compared.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "api/live_shadow_service.h"
#include "app/shadowed_run.h"
#include "app/trials.h"
#include "practice/live_shadow.h"
#include "records/record_source.h"

namespace relais::app {

class LiveShadows final : public api::LiveShadows {
 public:
  // Everything must outlive it. `packages` finds versions; `time_zone`: IANA name of the practice's.
  LiveShadows(practice::Database& database, practice::Ledger& ledger, const Trials& packages,
              const records::ContextMap& context, const Clock& clock, std::string time_zone,
              plugins::WorkerOptions worker, records::RecordSource& record = records::own_record());
  ~LiveShadows() override;
  LiveShadows(const LiveShadows&) = delete;
  LiveShadows& operator=(const LiveShadows&) = delete;

  // Takes up those that go on, and works on a thread of its own until close().
  Result<void> open();
  void close();

  // An evaluation is over. Any thread; never blocks on a plugin or the database.
  void offer(const ShadowedRun& run);

  Result<v1::LiveShadow> start(practice::LedgerEntry by, const std::string& doctor, const std::string& plugin,
                               const std::string& version, Instant until) override;
  Result<v1::LiveShadow> stop(practice::LedgerEntry by, const std::string& doctor, const std::string& plugin) override;
  Result<v1::LiveShadow> report(const std::string& doctor, const std::string& plugin, int examples) override;

  // Evaluations that may wait; those beyond are counted as skipped.
  static constexpr std::size_t most_waiting = 256;

 private:
  struct Bench;  // the version in shadow with its workers
  using Key = std::pair<std::string, std::string>;  // doctor, plugin

  void work();
  void compare(const ShadowedRun& run);
  Result<void> compare_with(const practice::LiveShadow& shadow, const ShadowedRun& run);
  Result<Bench*> bench_of(const practice::LiveShadow& shadow);
  void end(const practice::LiveShadow& shadow, const std::string& code);
  void note_skipped();
  std::optional<practice::LiveShadow> running(const Key& key);

  practice::Database& database_;
  practice::Ledger& ledger_;
  const Trials& packages_;
  const records::ContextMap& context_;
  const Clock& clock_;
  const std::string time_zone_;
  const plugins::WorkerOptions worker_;
  records::RecordSource& record_;

  std::map<std::int64_t, std::unique_ptr<Bench>> benches_;  // of the working thread

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool closing_ = false;
  std::map<Key, practice::LiveShadow> running_;
  std::deque<ShadowedRun> waiting_;
  std::map<Key, int> waits_;  // in the queue or in work
  std::map<std::int64_t, std::int64_t> skipped_;
  std::thread thread_;
};

}  // namespace relais::app
