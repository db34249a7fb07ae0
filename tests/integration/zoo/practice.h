// SPDX-License-Identifier: Apache-2.0
// A practice around the zoo: files and servers that no plugin may touch, a plugin that behaves, and a supervisor with
// the real relais-worker.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugins/worker/supervisor.h"

namespace relais::plugins::test {

// Landlock as the kernel offers it, or as on Debian 12's own kernel.
struct Kernel {
  std::optional<int> landlock_abi;
};
// Runs what follows in the test case once for each of the two.
inline Kernel any_kernel() {
  const int abi = GENERATE(99, 2);
  INFO("Landlock ABI at most " << abi);
  return {abi};
}

class Practice {
 public:
  explicit Practice(Kernel kernel = {}, bool in_process = false);
  Practice(Kernel kernel, SupervisionOptions options, bool in_process = false);
  ~Practice();
  Practice(const Practice&) = delete;
  Practice& operator=(const Practice&) = delete;

  // Loads a beast from a copy of its package; with `at_load` it does that deed while it is made.
  Result<void> load(const std::string& beast, const std::string& at_load = {});

  // Evaluates eight subjects; the fourth is the deed, when there is one. Answers its evaluation.
  worker::v1::Evaluation evaluate_among_others(const std::string& beast, const std::string& deed);
  std::vector<worker::v1::Evaluation> evaluate(const std::string& plugin, const std::vector<std::string>& items);

  // Asserts that the host, the other plugin, the files and the servers are as if nothing had happened.
  void check_unharmed();

  std::vector<PluginEvent> events() const;
  // Whether an event with this code was told, about this subject when one is named.
  bool told(const std::string& code, const std::string& item = {}) const;

  Supervisor& supervisor() { return *supervisor_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  void put_targets(const std::filesystem::path& package) const;

  SystemClock clock_;
  std::filesystem::path folder_;
  std::filesystem::file_time_type canary_time_;
  int tcp_ = -1;
  int udp_ = -1;
  int unix_ = -1;
  std::string tcp_port_;
  std::string udp_port_;
  mutable std::mutex mutex_;
  std::vector<PluginEvent> events_;
  std::unique_ptr<Supervisor> supervisor_;
};

// Many failures allowed, hardly any back-off, no second evaluation.
SupervisionOptions patient_options();

// The title of the first finding, or the code of why there is none.
std::string said(const worker::v1::Evaluation& answer);

}  // namespace relais::plugins::test
