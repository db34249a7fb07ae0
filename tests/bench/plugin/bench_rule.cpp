// SPDX-License-Identifier: Apache-2.0
// The cheapest rule that still reads every result: what is measured is the way to it and back.
#include <relais/plugin.h>

namespace {

class BenchRule final : public relais::Plugin {
 public:
  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    for (const auto result : slice.observations()) {
      if (result.code() != "2823-3" || result.value().value_or(0) < 6.0) continue;
      relais::Finding finding;
      finding.kind = "potassium";
      finding.title = "Potassium élevé";
      finding.category = relais::Category::a_voir;
      finding.reasons.push_back({"B1",
                                 "Potassium d'au moins 6,0 mmol/L",
                                 "tests/bench",
                                 relais::Category::a_voir,
                                 relais::DataLevel::d3,
                                 {std::string(result.id())}});
      findings.add(finding);
      return;
    }
  }

  [[nodiscard]] std::vector<relais::Rule> rules() const override {
    return {{"B1", "Potassium d'au moins 6,0 mmol/L", "tests/bench", relais::Category::a_voir, true}};
  }
};

}  // namespace

RELAIS_PLUGIN(BenchRule, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
