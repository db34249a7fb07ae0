// SPDX-License-Identifier: Apache-2.0
// Carries each stored message from its bytes to the list: reads it, asks the mandate, has the plugins evaluate it, and
// reconciles what they find. The event table is the queue: whatever stops half-way is taken up again, and
// reconciliation makes the replay harmless.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/dispatch_parts.h"
#include "domain/error.h"
#include "practice/events.h"
#include "practice/inbound.h"

namespace relais::app {

class Dispatcher {
 public:
  // Everything in `parts` must outlive the dispatcher.
  explicit Dispatcher(DispatchParts parts) : parts_(std::move(parts)) {}
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Gives back what an earlier process held, then works on a thread of its own until stop().
  Result<void> start();
  void stop();
  // Something was submitted or attached. Any thread, never blocks.
  void notify();
  // A task was switched on: reports that nobody sorted are looked at again. Any thread, never blocks.
  void notify_tasks();

  // One round on the calling thread: reads unread messages, then sorts waiting reports. The number of messages and
  // events finished; 0 when nothing could be done now. Not beside start().
  Result<std::size_t> work_once();

 private:
  void loop();
  Result<std::size_t> read_messages(std::vector<practice::Event>& claimed);
  Result<void> set_aside(const practice::InboundMessage& message, const Error& why);
  Result<void> look_again(const Evaluators& evaluators);
  Result<void> announce_again(const std::set<std::string>& fresh, bool unsorted);
  // `events`: those already claimed; when there are none, claims what waits.
  Result<std::size_t> sort_reports(const Evaluators& evaluators, std::vector<practice::Event> events);
  Result<void> give_back();
  std::vector<practice::Event> claim(practice::Transaction& tx);
  Result<std::vector<practice::Event>> debounce(std::vector<practice::Event> events);

  DispatchParts parts_;
  // The packages of the last round, "id version", and which run of each it was (0: it does not run). One that runs anew
  // may evaluate what was not evaluated before.
  std::map<std::string, std::int64_t> known_packages_;
  bool looked_ = false;
  // What was evaluated less than a burst ago.
  using Evaluated = std::pair<std::string, worklist::Subject>;  // kind of event, subject
  std::map<Evaluated, Instant> lately_;
  // Events that a round has claimed, or may have: a commit that failed may be durable all the same. Empty once the round
  // has carried them to their end.
  std::vector<practice::Event> held_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  bool wanted_ = false;
  bool tasks_changed_ = false;
  std::thread thread_;
};

}  // namespace relais::app
