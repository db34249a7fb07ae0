// SPDX-License-Identifier: Apache-2.0
// The shortest way to the same answer: a gRPC callback server, a raw read of the same rows by a prepared statement, a
// raw group commit of as many bytes. No token, no mandate, no chain.
#pragma once

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace bench {

// One writer, group commit, WAL and synchronous FULL as the host's.
class RawCommits {
 public:
  explicit RawCommits(const std::filesystem::path& file);
  ~RawCommits();
  RawCommits(const RawCommits&) = delete;
  RawCommits& operator=(const RawCommits&) = delete;

  // Writes a row of so many bytes; `done` is called on the writer's thread once it is durable.
  void enqueue(std::size_t bytes, std::function<void()> done);
  // The same, and waits.
  void commit(std::size_t bytes);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct YardstickSettings {
  std::string socket;
  // Database whose results are read; empty: every answer is the first one, from memory, and nothing is written.
  std::filesystem::path record;
  std::size_t ledger_bytes = 0;  // of one call
  std::size_t threads = 4;       // as the host's
};

// Serves PatientRecordService.ListObservations.
class YardstickServer {
 public:
  // `bare_bytes`: size of the answer of a server that reads nothing.
  YardstickServer(const YardstickSettings& settings, std::size_t bare_bytes);
  ~YardstickServer();
  YardstickServer(const YardstickServer&) = delete;
  YardstickServer& operator=(const YardstickServer&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
