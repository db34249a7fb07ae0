// SPDX-License-Identifier: Apache-2.0
// `relais plugin run`: the plugin in a throw-away practice of fictitious records, and what it says of each.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "app/case_record.h"
#include "plugins/manifest.h"
#include "plugins/worker/options.h"

namespace relais::app {

struct SampleRecord {
  std::string name;  // French, of a fictitious person
  CaseRecord record;
};

struct SamplePractice {
  Instant now;
  std::vector<SampleRecord> records;
};

// Shape relais.sample/1, closed. Error: cases_invalid with the place.
Result<SamplePractice> read_sample_practice(std::string_view json);

struct SampleSubject {
  std::string name;  // for people: whose, and which item
  worker::v1::Slice slice;
};

// What the plugin would be shown in this practice: each item or patient that its triggers name, for each of its tasks.
// The practice itself is gone when this returns.
Result<std::vector<SampleSubject>> sample_subjects(const SamplePractice& practice, const plugins::Manifest& manifest);

// Evaluates them in a worker and prints the findings. 0 when every subject was evaluated and there was at least one.
int run_in_sample_practice(const plugins::Package& package, const SamplePractice& practice,
                           const plugins::WorkerOptions& worker, std::ostream& out);

}  // namespace relais::app
