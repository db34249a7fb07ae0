// SPDX-License-Identifier: Apache-2.0
// `relais plugin test DIR --cases FILE`: runs cases through the plugin as a practice would, and compares.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <vector>

#include "app/plugin_case.h"
#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

// One answer for each slice, in their order; how they are obtained is the caller's (the worker, or in process).
using EvaluateSlices = std::function<Result<std::vector<worker::v1::Evaluation>>(const plugins::Package&,
                                                                                std::vector<worker::v1::Slice>)>;

// The cases of a file of any known shape, by its own `schema`. Error: cases_invalid with the place.
Result<PluginCases> read_plugin_cases(std::string_view json);

// Prints one line per case, then "N passed, M failed" alone on the last line; a list without a case is one failure.
// Returns the exit code: 0 only when there is at least one case and all pass.
int run_plugin_cases(const plugins::Package& package, const PluginCases& cases, const EvaluateSlices& evaluate,
                     std::ostream& out);

// The whole command: finds the package of `directory` around the running program, reads the file, runs the package in
// its sandboxed worker. An unreadable file or plugin is told on `out`, with "0 passed, 1 failed" as last line.
int plugin_test_command(const std::filesystem::path& directory, const std::filesystem::path& cases, std::ostream& out);

}  // namespace relais::app
