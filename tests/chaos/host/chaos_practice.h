// SPDX-License-Identifier: Apache-2.0
// The demonstration's practice in a folder of its own, ready to receive an evening: accounts, patients, fiches, plugin.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "running_host.h"
#include "scenario.h"

namespace relais::chaos {

class ChaosPractice {
 public:
  static constexpr const char* today = "2026-11-23";  // a Monday
  static constexpr const char* password = "soiree-de-biologie";

  // Created by a host that is stopped again. `plugin`: the package installed, bio-triage when empty; `change`: what is
  // different from the demonstration. Throws.
  explicit ChaosPractice(const std::filesystem::path& folder, const std::filesystem::path& plugin = {},
                         const std::function<void(demo::Scenario&)>& change = {});

  const HostPaths& paths() const { return paths_; }
  const demo::Scenario& scenario() const { return scenario_; }
  // The evening's clock for a host that starts after `since_beginning`, inside the hours of the fiches.
  std::string clock(std::chrono::steady_clock::duration since_beginning) const;
  // The command-line tool, with the password of backups.
  static Ended relais(std::vector<std::string> arguments);
  // The end of what the host said.
  std::string last_words() const;

 private:
  HostPaths paths_;
  demo::Scenario scenario_;
};

}  // namespace relais::chaos
