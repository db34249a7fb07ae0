// SPDX-License-Identifier: Apache-2.0
// A practice in a folder of its own, with its running host; it may be stopped and started again.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "app/cli/session.h"
#include "app/demonstration_clock.h"
#include "app/host.h"
#include "app/practice_config.h"
#include "support/scratch.h"

namespace relais::test {

// Monday 23 November 2026, 16:45 in Paris: inside the hours of the demonstration's fiches.
inline const Instant monday_evening{std::chrono::milliseconds{1795448700000}};
inline constexpr auto monday = "2026-11-23";
inline constexpr auto bio_triage_package = RELAIS_PACKAGES "/bio-triage";

class RunningPractice {
 public:
  // `metrics` and `database`: as in practice.yaml; no metrics when empty.
  explicit RunningPractice(const std::string& metrics = {}, const std::string& database = "sqlite:practice.sqlite")
      : clock_(monday_evening) {
    ::setenv("RELAIS_PASSWORD", password, 1);
    app::PracticeConfig config;
    config.name = "Cabinet d'essai";
    config.database = database;
    config.demonstration = true;
    config.metrics = metrics;
    REQUIRE(app::init_practice(data(), config, "admin", password, clock_));
    start();
  }

  void start() {
    app::HostOptions options;
    options.data = data();
    options.listen.unix_socket = path() / "socket" / "relais.sock";
    options.worker_executable = RELAIS_WORKER;
    auto started = app::Host::start(std::move(options), clock_);
    if (!started) FAIL(std::string(stable_code(started.error().code)) + " " + started.error().detail);
    host_ = std::move(*started);
  }
  void stop() { host_.reset(); }

  cli::Connection connection(const std::string& account = {}) const {
    return {"unix:" + (path() / "socket" / "relais.sock").string(), account, ""};
  }
  const app::Host& host() const { return *host_; }
  std::filesystem::path data() const { return path() / "data"; }
  std::filesystem::path path() const { return scratch_.path(); }

 private:
  static constexpr auto password = "soiree-de-biologie";
  Scratch scratch_;
  app::DemonstrationClock clock_;
  std::unique_ptr<app::Host> host_;
};

}  // namespace relais::test
