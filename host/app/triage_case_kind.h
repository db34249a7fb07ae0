// SPDX-License-Identifier: Apache-2.0
// Triage cases (relais.triage.cases/1) as cases of a plugin.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/plugin_case.h"
#include "app/triage_cases.h"

namespace relais::app {

// What differs between a case's expectation and an answer, one French phrase for each; empty when it passes.
std::vector<std::string> differences(const CaseExpectation& expected, const worker::v1::Evaluation& answer);

PluginCases as_plugin_cases(std::vector<TriageCase> cases);
// Errors of read_triage_cases.
Result<PluginCases> triage_plugin_cases(std::string_view json);

}  // namespace relais::app
