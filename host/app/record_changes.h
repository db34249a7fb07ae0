// SPDX-License-Identifier: Apache-2.0
// What changes in a record kept by the practice's software, as events: read from WatchChanges of record_reader.proto on a
// thread of its own, from the position kept, each change in one transaction with its position. The same change told
// twice is one event; a version below one already told is kept and leads to nothing; after any interruption the stream
// is read again from where it was.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/record_feed.h"
#include "practice/worklist_store.h"
#include "records/remote_record.h"

namespace relais::app {

struct RecordChangesParts {
  practice::Database& database;
  practice::Ledger& ledger;
  practice::WorklistStore& worklist;
  records::RemoteRecord& record;
  // There is something to evaluate.
  std::function<void()> events_wait;
  // Who is told of changes that could not be read.
  std::function<std::vector<std::string>()> guardians;
  // Between two streams.
  std::chrono::milliseconds pause{1000};
};

class RecordChanges {
 public:
  // Everything in `parts` must outlive it.
  explicit RecordChanges(RecordChangesParts parts) : parts_(std::move(parts)) {}
  ~RecordChanges();
  RecordChanges(const RecordChanges&) = delete;
  RecordChanges& operator=(const RecordChanges&) = delete;

  Result<void> start();
  // Blocks until the thread has ended.
  void stop();

 private:
  void watch();
  // Until the stream ends. How it ended.
  Result<void> read_stream();
  // Durable when it returns.
  Result<void> take(const v1::WatchChangesResponse& change);
  Result<void> take_in(practice::Transaction& tx, const v1::WatchChangesResponse& change);
  Result<void> set_aside(const v1::WatchChangesResponse& change, const std::string& broken);
  Result<void> start_over();
  static void tell(practice::Transaction& tx, const std::vector<std::string>& guardians, Code code);
  void back_again();

  RecordChangesParts parts_;
  practice::RecordFeed feed_;
  bool away_ = false;      // the last attempt failed
  Code told_ = Code::internal;  // how, as it was logged
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  grpc::ClientContext* stream_ = nullptr;
  std::thread thread_;
};

}  // namespace relais::app
