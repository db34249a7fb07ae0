// SPDX-License-Identifier: Apache-2.0
// `relais …` as people type it, and a practice whose host answers it. RELAIS_CLI is the built tool.
#pragma once

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "app/host.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "support/scratch.h"

namespace relais::test {

inline constexpr auto evening_password = "soiree-de-biologie";

struct Said {
  int status = 0;
  std::string text;  // both streams
  bool says(const std::string& words) const { return text.find(words) != std::string::npos; }
};

// Runs the tool as `who` at the host of `address`, in the civil time of Paris.
inline Said run_tool(const std::string& address, const std::string& who, const std::string& arguments) {
  ::setenv("RELAIS_ADDRESS", address.c_str(), 1);
  ::setenv("RELAIS_ACCOUNT", who.c_str(), 1);
  ::setenv("RELAIS_PASSWORD", evening_password, 1);
  ::setenv("RELAIS_NEW_PASSWORD", evening_password, 1);
  ::setenv("TZ", "Europe/Paris", 1);
  std::FILE* pipe = ::popen((std::string(RELAIS_CLI) + " " + arguments + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  Said said;
  char part[512];
  while (const auto read = std::fread(part, 1, sizeof part, pipe)) said.text.append(part, read);
  said.status = WEXITSTATUS(::pclose(pipe));
  return said;
}

class CommandLinePractice {
 public:
  // What stands in the practice before its host starts.
  using Before = std::function<void(practice::Database&, practice::Ledger&)>;

  explicit CommandLinePractice(Instant now, const Before& before = {}) : clock(now) {
    app::PracticeConfig config;
    config.name = "Cabinet d'essai";
    config.database = "sqlite:practice.sqlite";
    const auto data = folder_.path() / "data";
    REQUIRE(app::init_practice(data, config, "admin", evening_password, clock));
    if (before) {
      const auto database = practice::Database::open("sqlite:" + (data / "practice.sqlite").string(), clock).value();
      const auto ledger = practice::Ledger::open(*database, data).value();
      before(*database, *ledger);
    }
    app::HostOptions options;
    options.data = data;
    options.listen.unix_socket = folder_.path() / "relais.sock";
    auto started = app::Host::start(std::move(options), clock);
    if (!started) FAIL(stable_code(started.error().code) << " " << started.error().detail);
    host_ = std::move(*started);
  }

  std::string address() const { return "unix:" + (folder_.path() / "relais.sock").string(); }
  Said run(const std::string& who, const std::string& arguments) const { return run_tool(address(), who, arguments); }
  // The path of a new file that holds `text`.
  std::string file(const std::string& name, const std::string& text) const {
    const auto path = folder_.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }

 private:
  Scratch folder_;

 public:
  TestClock clock;

 private:
  std::unique_ptr<app::Host> host_;
};

inline void fails(const Said& said, const std::string& words) {
  INFO(said.text);
  CHECK(said.status == 1);
  CHECK(said.says(words));
}
inline void works(const Said& said, const std::string& words) {
  INFO(said.text);
  CHECK(said.status == 0);
  CHECK(said.says(words));
}

// The first word of what was said: an id.
inline std::string id_in(const Said& said) {
  INFO(said.text);
  REQUIRE(said.status == 0);
  return said.text.substr(0, said.text.find(' '));
}

}  // namespace relais::test
