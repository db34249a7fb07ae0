// SPDX-License-Identifier: Apache-2.0
#include "chaos_practice.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "app/cli/session.h"
#include "practice.h"

namespace relais::chaos {

ChaosPractice::ChaosPractice(const std::filesystem::path& folder, const std::filesystem::path& plugin,
                             const std::function<void(demo::Scenario&)>& change)
    : scenario_(demo::make_scenario(today)) {
  if (change) change(scenario_);
  paths_ = {folder / "data", folder / "socket" / "relais.sock", folder / "host.log"};
  ::setenv("RELAIS_PASSWORD", password, 1);
  make_practice(paths_, password);
  // Before any evening begins: what is signed here is in force from its first minute.
  RunningHost host(paths_, std::string(today) + "T13:40");
  if (!host.ready()) throw std::runtime_error("the host does not start: " + last_words());
  const cli::Connection connection{paths_.address(), "", ""};
  try {
    demo::open_accounts(connection, scenario_,
                        plugin.empty() ? std::string(RELAIS_PACKAGES) + "/bio-triage" : plugin.string());
    demo::fill_record(connection, scenario_);
    demo::sign_and_enable(connection, scenario_, today, (folder / "fiches").string());
  } catch (const cli::CallFailed& failed) {
    throw std::runtime_error(failed.code + " " + failed.sentence + "\n" + last_words());
  }
  if (host.stop() != 0) throw std::runtime_error("the host does not stop: " + last_words());
}

std::string ChaosPractice::clock(std::chrono::steady_clock::duration since_beginning) const {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(since_beginning).count();
  const auto at = 14 * 60 + minutes % (4 * 60);
  return fmt::format("{}T{:02}:{:02}", today, at / 60, at % 60);
}

Ended ChaosPractice::relais(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), RELAIS_TOOL);
  return run_program(arguments, {std::string("RELAIS_BACKUP_PASSWORD=") + password});
}

std::string ChaosPractice::last_words() const {
  std::ifstream in(paths_.log, std::ios::binary);
  const std::string all(std::istreambuf_iterator<char>(in), {});
  return all.substr(all.size() > 2000 ? all.size() - 2000 : 0);
}

}  // namespace relais::chaos
