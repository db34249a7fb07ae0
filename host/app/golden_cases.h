// SPDX-License-Identifier: Apache-2.0
// Golden cases of any plugin, shape relais.cases/1: a record and a clock in, findings out. The shape is closed, so that
// a misspelt expectation never passes unread. Documented for plugin authors in sdk/README.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/case_record.h"
#include "app/plugin_case.h"

namespace relais::app {

struct ExpectedFinding {
  std::string kind;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  std::vector<std::string> rules;  // among its reasons
  std::vector<std::string> says;   // in its title or one of its reasons
  std::optional<bool> open, restricted;
};

struct ExpectedEffect {
  std::string type;
  std::vector<std::string> says;  // in its body
};

struct GoldenCase {
  std::string id, title;
  Instant now;                  // the only clock of the case
  std::string item;             // row of the record that is evaluated; empty: the patient
  std::string task;             // empty: the manifest's first
  std::map<std::string, nlohmann::json> settings;
  CaseRecord record;
  std::vector<ExpectedFinding> findings;  // these and no other
  std::vector<ExpectedEffect> effects;    // these and no other
  std::string not_evaluated;              // code; empty: it is evaluated
};

// Error: cases_invalid with the place.
Result<std::vector<GoldenCase>> read_golden_cases(std::string_view json);
Result<PluginCases> golden_plugin_cases(std::string_view json);

// A slice of one case, in a practice where `number` keeps cases apart. cases_invalid for a setting, a task or an item
// that the manifest or the record does not have.
Result<worker::v1::Slice> golden_slice(CasePractice& practice, const GoldenCase& one, std::size_t number,
                                       const plugins::Manifest& manifest);

}  // namespace relais::app
