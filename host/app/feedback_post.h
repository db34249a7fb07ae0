// SPDX-License-Identifier: Apache-2.0
// Brings to each plugin what doctors made of its findings, after the act and in batches. The table plugin_feedback is the
// queue: written with the act, emptied once the plugin has answered, so that what a crash interrupts is told again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "domain/clock.h"
#include "plugins/supervision/events.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "practice/plugin_feedback.h"

namespace relais::app {

struct FeedbackParts {
  practice::Database& database;
  practice::Ledger& ledger;
  const Clock& clock;
  // As plugins::Supervisor::feedback, of the version in use.
  std::function<Result<std::vector<std::int32_t>>(const std::string& plugin,
                                                  const std::vector<worker::v1::Outcome>& outcomes)> tell;
  // Version in use; empty: none is.
  std::function<std::string(const std::string& plugin)> version;
  plugins::PluginObserver given_up;
  // Between two rounds, at the machine's pace.
  std::chrono::milliseconds pace{10000};
};

class FeedbackPost {
 public:
  // Everything in `parts` must outlive it.
  explicit FeedbackPost(FeedbackParts parts) : parts_(std::move(parts)) {}
  ~FeedbackPost();
  FeedbackPost(const FeedbackPost&) = delete;
  FeedbackPost& operator=(const FeedbackPost&) = delete;

  // Works on a thread of its own until stop().
  void start();
  void stop();

  // One round on the calling thread; how many rows left the queue. Not beside start().
  Result<std::size_t> deliver_once();

  // An outcome that a plugin did not take is told this often in all; then never again.
  static constexpr std::int64_t most_attempts = 3;
  // A version that did not take so many in a row is told nothing more until the host starts again.
  static constexpr int deaf_after = 3;

 private:
  using Rows = std::vector<practice::PluginFeedback>;
  // What became of one row.
  struct Told {
    const practice::PluginFeedback* row = nullptr;
    std::string code;      // empty: taken
    bool put_off = false;  // tried again later
    bool held = false;     // nobody to tell it to
  };

  void loop();
  std::vector<Told> tell_all(const std::string& plugin, const std::string& version, const Rows& rows);
  void tell_batch(const std::string& plugin, const Rows& rows, std::size_t from, std::size_t count,
                  std::vector<Told>& told);
  Result<std::size_t> settle(const std::string& plugin, const std::string& version, const std::vector<Told>& told);

  FeedbackParts parts_;
  // How many outcomes in a row a version did not take, however often it was told.
  struct Silence {
    std::string version;
    int given_up = 0;
  };
  bool is_deaf(const std::string& plugin, const std::string& version) const;

  std::map<std::string, Silence> silent_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace relais::app
