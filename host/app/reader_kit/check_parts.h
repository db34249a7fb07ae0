// SPDX-License-Identifier: Apache-2.0
// One check: a name, what it proves, and a function that says how it went.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/reader_kit/reader_bench.h"
#include "app/reader_kit/reader_checks.h"

namespace relais::app {

// How a check went: nothing said is passed.
struct ReaderFinding {
  bool applies = true;
  std::string expected, got;
  bool failed() const { return applies && !got.empty(); }
};

inline ReaderFinding holds() { return {}; }
inline ReaderFinding breaks(std::string expected, std::string got) { return {true, std::move(expected), std::move(got)}; }
inline ReaderFinding not_here(std::string why) { return {false, {}, std::move(why)}; }

struct ReaderCheck {
  const char* name;
  const char* proves;
  std::function<ReaderFinding(ReaderBench&)> run;
};

const std::vector<ReaderCheck>& patient_checks();  // reader_patient_checks.cpp
const std::vector<ReaderCheck>& history_checks();  // reader_history_checks.cpp
const std::vector<ReaderCheck>& change_checks();   // reader_change_checks.cpp

}  // namespace relais::app
