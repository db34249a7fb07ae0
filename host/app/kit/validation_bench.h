// SPDX-License-Identifier: Apache-2.0
// What one check of the validator works with.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/kit/probe.h"
#include "app/kit/slice_generator.h"
#include "app/kit/validator.h"
#include "plugins/worker/options.h"

namespace relais::app {

// What a check saw: nothing when all is well.
struct Seen {
  bool skipped = false;
  std::string detail;
};
using Found = std::optional<Seen>;

class Bench {
 public:
  Bench(const plugins::Package& package, const ValidationOptions& options, std::uint64_t seed)
      : package_(package),
        options_(options),
        launcher_(plugins::make_launcher(worker_options(options, false), std::chrono::seconds(10))),
        generator_(package.manifest, seed),
        until_(std::chrono::steady_clock::now() + options.time) {}

  const plugins::Package& package() const { return package_; }
  Probe probe() { return Probe(package_, *launcher_); }
  // Workers that end when the plugin opens a file while it evaluates.
  Probe probe_without_files() {
    strict_ = plugins::make_launcher(worker_options(options_, true), std::chrono::seconds(10));
    return Probe(package_, *strict_);
  }
  std::chrono::steady_clock::time_point until() const { return until_; }
  bool out_of_time() const { return std::chrono::steady_clock::now() >= until_; }
  // The author's own slices, then ordinary ones.
  std::vector<worker::v1::Slice> slices() {
    auto all = options_.author;
    for (auto& one : generator_.make(SliceStyle::ordinary, options_.slices)) all.push_back(std::move(one));
    return all;
  }
  std::vector<worker::v1::Slice> slices(SliceStyle style) { return generator_.make(style, options_.slices); }

 private:
  static plugins::WorkerOptions worker_options(const ValidationOptions& options, bool no_files) {
    plugins::WorkerOptions made;
    made.worker_executable = options.worker;
    made.no_files_while_evaluating = no_files;
    return made;
  }

  const plugins::Package& package_;
  const ValidationOptions& options_;
  std::unique_ptr<plugins::WorkerLauncher> launcher_;
  std::unique_ptr<plugins::WorkerLauncher> strict_;
  SliceGenerator generator_;
  std::chrono::steady_clock::time_point until_;
};

struct ValidationCheck {
  std::string_view name, description;
  Found (*run)(Bench& bench);
};

const std::vector<ValidationCheck>& loading_checks();
const std::vector<ValidationCheck>& answering_checks();
const std::vector<ValidationCheck>& repeating_checks();
const std::vector<ValidationCheck>& fuzzing_checks();

Seen failed_with(std::string detail);
Seen not_loaded(const plugins::StartFailure& failure);
// "item « x » (patient « y »)".
std::string subject_words(const worker::v1::Slice& slice);

}  // namespace relais::app
