// SPDX-License-Identifier: Apache-2.0
// `relais plugin validate`: named checks of a plugin's behaviour. Each starts workers of its own, in the sandbox, and
// has its own time; the plugin's crash, hang or trick is the check's finding, never the validator's end. Modelled on
// clap-validator.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

struct ValidationOptions {
  std::filesystem::path worker;                // relais-worker
  std::uint64_t seed = 1;                      // of the slices that are made up; the same seed, the same slices
  std::string only;                            // one check by name; empty: all
  std::chrono::seconds time{60};               // for each check
  std::vector<worker::v1::Slice> author = {};  // of the author's own cases, tried by every check of behaviour
  std::size_t slices = 64;                     // made up for each check of behaviour
};

struct ValidationResult {
  enum class Verdict { passed, failed, skipped };
  std::string name, description;
  Verdict verdict = Verdict::passed;
  std::string detail;  // French: what was seen, on what; why it was skipped
  std::chrono::milliseconds took{0};
};

struct ValidationName {
  std::string_view name, description;  // description: French, one line
};

// Every check, in the order in which they run. Names never change.
std::vector<ValidationName> validation_names();

// relais.not-found when `only` names no check. `tell` is called after each check.
Result<std::vector<ValidationResult>> validate_plugin(const plugins::Package& package, const ValidationOptions& options,
                                                      const std::function<void(const ValidationResult&)>& tell = {});

// The slices of an author's case file of any known shape. cases_invalid with the place.
Result<std::vector<worker::v1::Slice>> slices_of_cases(std::string_view json, const plugins::Manifest& manifest);

void print_result(const ValidationResult& result, std::ostream& out);
// One object, shape relais.validation/1.
std::string results_as_json(const plugins::Package& package, const ValidationOptions& options,
                            const std::vector<ValidationResult>& results);
// 0 when at least one check passed and none failed.
int exit_status(const std::vector<ValidationResult>& results);

}  // namespace relais::app
