// SPDX-License-Identifier: Apache-2.0
#include "plugins/yaml_json.h"

#include <catch2/catch.hpp>

using relais::Code;
using relais::plugins::json_from_yaml;

namespace {
relais::Result<nlohmann::json> read(std::string_view yaml) { return json_from_yaml(yaml, Code::plugin_manifest_yaml); }
}  // namespace

TEST_CASE("scalars follow the core rules and words that look French stay text") {
  const auto read_back = read("{a: 1, b: 1.5, c: true, d: non, e: yes, f: '1', g: ~, h: 1.0.0, i: \"\", j: 1e3}");
  REQUIRE(read_back.has_value());
  CHECK(*read_back == nlohmann::json::parse(R"({"a":1,"b":1.5,"c":true,"d":"non","e":"yes","f":"1","g":null,
      "h":"1.0.0","i":"","j":1000.0})"));
}

TEST_CASE("a key given twice is refused with its place") {
  const auto refused = read("a:\n  b: 1\n  b: 2\n");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().place == "a.b");
}

TEST_CASE("what hides meaning is refused") {
  CHECK_FALSE(read("a: &x 1\nb: *x\n").has_value());
  CHECK_FALSE(read("a: &x [1]\n").has_value());
  CHECK_FALSE(read("a: !!str 1\n").has_value());
  CHECK_FALSE(read("a: !local 1\n").has_value());
  CHECK_FALSE(read("a: 1\n---\nb: 2\n").has_value());
  CHECK_FALSE(read("? [1, 2]\n: 3\n").has_value());
}

TEST_CASE("what is not YAML is refused and not thrown") {
  CHECK_FALSE(read("").has_value());
  CHECK_FALSE(read("a: [1, 2").has_value());
  CHECK_FALSE(read("a: \"open").has_value());
  CHECK_FALSE(read("\xff\xfe\xfd").has_value());
  // Found by fuzzing the manifest: the schema's checker read outside its table of UTF-8.
  CHECK_FALSE(read("label: \"caf\xf8\"\n").has_value());
  CHECK_FALSE(read("\xf8label: x\n").has_value());
  CHECK_FALSE(read(std::string(64, '[') + std::string(64, ']')).has_value());
  CHECK_FALSE(read(std::string(300000, ' ')).has_value());
  CHECK_FALSE(read("a: " + std::string(200000, '1')).has_value());
}
