// SPDX-License-Identifier: Apache-2.0
// Any bytes as practice.yaml: a configuration that keeps its rules, or a refusal with a code.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/practice_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relais;
  const auto config = app::parse_config(std::string(reinterpret_cast<const char*>(data), size));
  if (!config) {
    if (config.error().code != Code::config_invalid && config.error().code != Code::ledger_retention) std::abort();
    return 0;
  }
  if (config->name.empty() || config->database.empty()) std::abort();
  if (config->ledger_retention_months && *config->ledger_retention_months < app::least_ledger_retention_months)
    std::abort();
  return 0;
}
