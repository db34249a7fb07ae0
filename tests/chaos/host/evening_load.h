// SPDX-License-Identifier: Apache-2.0
// Everybody of a practice at work at once against a host that may die at any instant: a laboratory that sends, an
// assistant and a doctor on the list, an administrator who stops and starts the plugin. What the host answered for is
// remembered, and only that.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "scenario.h"

namespace relais::chaos {

// An act on an item that the host answered.
struct AnsweredAct {
  std::string item_id;
  std::int64_t version = 0;  // 0: the answer did not tell
  std::string actor;
};

// What the host answered for since the practice exists.
struct Answered {
  std::map<std::string, std::string> messages;  // inbound id → SHA-256 of its bytes
  std::vector<AnsweredAct> acts;
  std::vector<std::string> notes;  // each of its own words
};

struct Refusal {
  std::string sentence;  // the first one's
  int times = 0;
};

class EveningLoad {
 public:
  EveningLoad(demo::Scenario scenario, std::string today, std::string password);
  EveningLoad(const EveningLoad&) = delete;
  EveningLoad& operator=(const EveningLoad&) = delete;
  ~EveningLoad() { stop(); }

  // Everybody signs in on the host at `address`; their sessions outlive it.
  void sign_in(const std::string& address);
  // Everybody signs in anew on the next host: a clock that jumps ends sessions.
  void forget_sessions();
  // Everybody works on the host at `address` on threads of their own until it dies or stop().
  void start(const std::string& address, std::uint32_t seed);
  void stop();
  // Switches the plugin off, and has the laboratory send `reports` new reports. Before start() or after stop().
  void send_while_stopped(const std::string& address, int reports);
  const Answered& answered() const { return answered_; }  // after stop()
  std::size_t plugin_switches();
  // While everybody works. How much the host has answered for; false when it did not get to `answers` before the
  // deadline.
  std::size_t answers();
  bool wait_for_answers(std::size_t answers, std::chrono::milliseconds patience);
  std::size_t messages();
  // What was refused since the practice exists, by stable code; under the empty one, answers of a host that was there and
  // gave none.
  std::map<std::string, Refusal> refusals();

  // Switches the plugin on, and waits until nothing is unread or unsorted; empty, or why it is not.
  std::string settle(const std::string& address);
  // "ok", or what is wrong with the ledger.
  std::string verify_ledger(const std::string& address);

 private:
  class Person;

  void send(Person& laboratory, std::mt19937 random);
  grpc::Status submit(Person& laboratory, std::string bytes);
  void assist(Person& assistant, std::mt19937 random);
  void doctor(Person& doctor, std::mt19937 random);
  void administer(Person& administrator, std::mt19937 random);
  std::string token(const std::string& account, const std::shared_ptr<grpc::Channel>& channel);
  std::string next_message(std::mt19937& random);
  std::string new_report(std::mt19937& random);
  void note_refusal(const grpc::Status& status);

  const demo::Scenario scenario_;
  const std::string today_;
  const std::string password_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable answered_more_;
  std::map<std::string, std::string> tokens_;
  Answered answered_;
  std::vector<std::string> unanswered_;  // bytes sent without an answer: the laboratory sends them again
  std::vector<std::string> sent_before_;
  std::uint64_t number_ = 0;
  std::size_t switches_ = 0;
  std::map<std::string, Refusal> refusals_;
};

}  // namespace relais::chaos
