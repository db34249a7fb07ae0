// SPDX-License-Identifier: Apache-2.0
#include "plugins/manifest_schema.h"

#include <memory>
#include <string>
#include <string_view>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

namespace relais::plugins {

// Defined by the file that CMake makes of manifest.schema.json.
extern const std::string_view manifest_schema_text;

namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

const valijson::Schema& schema() {
  static const std::unique_ptr<const valijson::Schema> parsed = [] {
    auto made = std::make_unique<valijson::Schema>();
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    const nlohmann::json text = nlohmann::json::parse(manifest_schema_text);
    parser.populateSchema(Adapter(text), *made);
    return made;
  }();
  return *parsed;
}

// valijson writes ["<root>", "[settings]", "[0]", "[minimum]"]; people read settings[0].minimum.
std::string place_of(const std::vector<std::string>& context) {
  std::string place;
  for (const std::string& step : context) {
    if (step.size() < 3 || step.front() != '[') continue;
    const std::string name = step.substr(1, step.size() - 2);
    if (name.find_first_not_of("0123456789") == std::string::npos) {
      place += step;
    } else {
      place += (place.empty() ? "" : ".") + name;
    }
  }
  return place;
}

}  // namespace

Result<void> check_manifest_schema(const nlohmann::json& manifest) {
  try {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema(), Adapter(manifest), &results)) return {};
    std::string place;
    std::string detail = "not a manifest";
    std::size_t depth = 0;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      if (error.context.size() <= depth) continue;
      depth = error.context.size();
      place = place_of(error.context);
      detail = error.description;
    }
    return fail(Code::plugin_manifest_schema, detail, place);
  } catch (const std::exception& error) {
    return fail(Code::plugin_manifest_schema, error.what());
  }
}

}  // namespace relais::plugins
