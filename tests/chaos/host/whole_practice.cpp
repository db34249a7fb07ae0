// SPDX-License-Identifier: Apache-2.0
#include "whole_practice.h"

#include <fstream>
#include <iterator>

#include "running_host.h"
#include "stored_state.h"

namespace relais::chaos {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

EveningLoad load_of(const ChaosPractice& practice) {
  return {practice.scenario(), ChaosPractice::today, ChaosPractice::password};
}

Faults faults_at_rest(const ChaosPractice& practice, EveningLoad& load) {
  const auto settled = load.settle(practice.paths().address());
  Faults found;
  // A plugin that has just been switched on again is given what it missed within a round.
  becomes_true([&] { return (found = wrongs(practice.paths().data / "practice.sqlite", load.answered(), true)).empty(); });
  if (!settled.empty()) found.push_back("not settled: " + settled);
  if (const auto verified = load.verify_ledger(practice.paths().address()); verified != "ok")
    found.push_back("the ledger: " + verified);
  return found;
}

Faults faults_of(const ChaosPractice& practice, EveningLoad& load) {
  RunningHost host(practice.paths(), practice.clock({}));
  if (!host.ready()) return {"the host does not start: " + practice.last_words()};
  auto found = faults_at_rest(practice, load);
  if (host.stop() != 0) found.push_back("the host does not stop: " + practice.last_words());
  return found;
}

}  // namespace relais::chaos
