// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <nlohmann/json.hpp>

#include "app/ald_cases.h"
#include "app/golden_cases.h"
#include "app/plugin_cases.h"
#include "app/triage_case_kind.h"

namespace relais::app {
namespace {

struct CaseKind {
  std::string_view schema;
  Result<PluginCases> (*read)(std::string_view json);
};

constexpr std::array kinds{CaseKind{"relais.cases/1", &golden_plugin_cases},
                           CaseKind{"relais.triage.cases/1", &triage_plugin_cases},
                           CaseKind{"relais-ald-cases/1", &ald_plugin_cases}};

}  // namespace

Result<PluginCases> read_plugin_cases(std::string_view json) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_discarded()) return fail(Code::cases_invalid, "not JSON");
  if (!document.is_object()) return fail(Code::cases_invalid, "not an object");
  const auto schema = document.find("schema");
  if (schema == document.end() || !schema->is_string()) return fail(Code::cases_invalid, "missing key", "schema");
  for (const CaseKind& kind : kinds) {
    if (*schema == kind.schema) return kind.read(json);
  }
  std::string known;
  for (const CaseKind& kind : kinds) known += (known.empty() ? "" : ", ") + std::string(kind.schema);
  return fail(Code::cases_invalid, "an unknown shape; known are " + known, "schema");
}

}  // namespace relais::app
