// SPDX-License-Identifier: Apache-2.0
// Serves a task that an assistant may close (« bio-reception », ceiling A): one plain item for each report.
#include <relais/plugin.h>

namespace {

class Reception final : public relais::Plugin {
 public:
  void evaluate(const relais::Slice&, relais::Findings& findings) override {
    relais::Finding finding;
    finding.kind = "recu";
    finding.title = "Biologie reçue";
    finding.category = relais::Category::normal;
    finding.reasons.push_back({"RECU", "Compte rendu reçu", "tests", relais::Category::normal, relais::DataLevel::d3, {}});
    findings.add(finding);
  }
  [[nodiscard]] std::vector<relais::Rule> rules() const override {
    relais::Rule rule;
    rule.id = "RECU";
    rule.title = "Compte rendu reçu";
    rule.source = "tests";
    return {rule};
  }
};

}  // namespace

RELAIS_PLUGIN(Reception, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
