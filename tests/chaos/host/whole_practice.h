// SPDX-License-Identifier: Apache-2.0
// What every case about a disk or a file asks of the practice in the end.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "chaos_practice.h"
#include "evening_load.h"

namespace relais::chaos {

// Waits for it, a minute at most.
template <class F>
bool becomes_true(F holds) {
  for (int i = 0; i < 1200; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return false;
}

std::string text_of(const std::filesystem::path& file);
EveningLoad load_of(const ChaosPractice& practice);

using Faults = std::vector<std::string>;
inline const Faults no_faults;

// Lets the running host come to rest, then looks: everything answered for is there, once, evaluated, and the ledger
// verifies. What is wrong, in words.
Faults faults_at_rest(const ChaosPractice& practice, EveningLoad& load);
// The same of a host started for it, which must also stop well.
Faults faults_of(const ChaosPractice& practice, EveningLoad& load);

}  // namespace relais::chaos
