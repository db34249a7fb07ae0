// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "plugins/manifest.h"

using namespace relais;

namespace {

constexpr auto head = R"(id: essai
version: 1.0.0
label: Essai
description: Essai
vendor: Relais
abi: {major: 1, minor: 0}
tasks: [bio-triage]
triggers: [lab_report.available]
slice:
  - kind: observation
minimum_profile: T
)";

Result<plugins::Manifest> with(const std::string& rest) { return plugins::read_manifest(head + rest); }

std::string refused(const std::string& rest) {
  const auto manifest = with(rest);
  return manifest ? "" : std::string(stable_code(manifest.error().code)) + " " + manifest.error().place;
}

// One analyte with these units.
std::string analyte(const std::string& units, const std::string& code = "2823-3") {
  return "escalation: [analyte.threshold]\nescalation_vocabulary:\n  analytes:\n    - {id: K, label: Potassium, codes: [\"" +
         code + "\"], units: [" + units + "]}\n";
}

}  // namespace

TEST_CASE("a manifest's vocabulary reads the rules of its doctors") {
  const auto manifest = with(analyte("\"mmol/L\", \"mEq/L=1\", \"mg/dL=0.2558+0.5\""));
  REQUIRE(manifest);
  REQUIRE(manifest->grammar);
  const auto rule = escalation::read_rule("K >= 10 mg/dl", *manifest->grammar);
  REQUIRE(rule);
  CHECK(std::get<escalation::Threshold>(*rule).value == Approx(3.058));
  CHECK_FALSE(escalation::read_rule("créatinine +50 % vs dernière", *manifest->grammar));
}

TEST_CASE("a manifest of before that only names its forms leaves every rule to the doctor") {
  const auto manifest = with("escalation: [analyte.threshold]\n");
  REQUIRE(manifest);
  CHECK_FALSE(manifest->grammar);
}

TEST_CASE("a manifest that reads no rule understands none") {
  const auto manifest = with("");
  REQUIRE(manifest);
  REQUIRE(manifest->grammar);
  CHECK_FALSE(escalation::read_rule("K >= 6.0 mmol/L", *manifest->grammar));
  const auto words = with("escalation: [message.words]\n");
  REQUIRE(words);
  CHECK(escalation::read_rule("douleur thoracique", *words->grammar));
}

TEST_CASE("a vocabulary that cannot be read is refused with its place") {
  CHECK(refused(analyte("\"mmol/L\"")).empty());
  CHECK(refused(analyte("\"mmol/L\", \"mEq/L=x\"")) == "plugin.manifest.escalation escalation_vocabulary.analytes[0].units");
  CHECK(refused(analyte("\"mmol/L\", \"mEq/L=\"")) == "plugin.manifest.escalation escalation_vocabulary.analytes[0].units");
  CHECK(refused(analyte("\"mmol/L\", \"MMOL/l\"")) == "plugin.manifest.escalation escalation_vocabulary.analytes[0]");
  CHECK(refused(analyte("\"mg/L=2\"")) == "plugin.manifest.escalation escalation_vocabulary.analytes[0]");
  CHECK(refused(analyte("\"mmol/L\"", "potassium")).starts_with("plugin.manifest.schema"));
  CHECK(refused(analyte("")).starts_with("plugin.manifest.schema"));
  CHECK(refused("escalation_vocabulary: {analytes: []}\n").starts_with("plugin.manifest.schema"));
}
