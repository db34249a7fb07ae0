// SPDX-License-Identifier: Apache-2.0
// One practice, composed: stores, plugins, dispatcher, watched folder, API. What relais-host runs and an editor embeds.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/listen_address.h"
#include "app/practice_config.h"
#include "domain/clock.h"
#include "domain/error.h"

namespace grpc {
class Channel;
}

namespace relais::app {

struct HostOptions {
  std::filesystem::path data;  // the practice's folder, made by init_practice
  api::ListenSettings listen;
  std::filesystem::path worker_executable;  // relais-worker
  std::optional<int> force_landlock_abi;    // tests: at most this one
  std::filesystem::path inbox;              // watched folder; empty: data / "reception"
  // Folders of the plugins that came with Relais: those below need no signature. In a demonstration practice no folder
  // does.
  std::vector<std::filesystem::path> shipped_plugins = {};
  // See DispatchParts::burst. A practice under a clock that stands still keeps it at zero.
  std::chrono::milliseconds burst{0};
  // How long what doctors said of findings is gathered before their plugins are told, at the machine's pace.
  std::chrono::milliseconds feedback_pace{10000};
  // How often the timers look at the clock, at the machine's pace.
  std::chrono::milliseconds tick{1000};
  // The practice's file is damaged (store.damaged): nothing more is written, whoever runs the host should stop it and
  // restore a backup. Called once, on a thread of the host's.
  std::function<void(const Error&)> on_damage = {};
  // To an implementation of RecordReaderService that keeps the patient record, in place of record_reader of
  // practice.yaml.
  std::shared_ptr<grpc::Channel> record = {};
};

// Creates the practice: folder (0700), practice.yaml, database, ledger, and the first administrator. Refuses, with
// config.exists, a folder that holds a practice.
Result<void> init_practice(const std::filesystem::path& data, const PracticeConfig& config,
                           const std::string& administrator, const std::string& password, const Clock& clock);

class Host {
 public:
  // Opens the practice, loads its plugins, starts to listen and to work. `clock` must outlive it. One host at a time
  // runs on a practice's folder: practice.running for the next one.
  static Result<std::unique_ptr<Host>> start(HostOptions options, const Clock& clock);
  // As stop().
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Port of the TCP listener, 0 without one.
  int port() const;
  // Port of the MLLP listener, 0 without one.
  int mllp_port() const;
  // Port where Prometheus reads, 0 without one.
  int metrics_port() const;
  // Refuses new calls, finishes what runs, ends the workers. Blocks.
  void stop();

 private:
  class Impl;
  explicit Host(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::app
