// SPDX-License-Identifier: Apache-2.0
// bio-triage: sorts one laboratory report. One finding for each report, of kind "bio".
#include <relais/plugin.h>

#include <algorithm>

#include "rank.h"
#include "rules.h"
#include "title.h"

namespace bio {
namespace {

class BioTriage final : public relais::Plugin {
 public:
  explicit BioTriage(const relais::Setup& setup) : data_(Data::load(setup.data)) {}

  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    for (const relais::LabReport report : slice.reports()) {
      if (report.current()) return evaluate(slice, report, findings);
    }
    findings.log(relais::LogLevel::warning, "bio-triage.no-report");
    findings.not_evaluated("bio-triage.no-report");
  }

  std::vector<relais::Rule> rules() const override { return describe(data_); }

 private:
  void evaluate(const relais::Slice& slice, const relais::LabReport& report, relais::Findings& findings) const {
    const Situation situation(slice, report, data_);
    Reasons reasons;
    const Category category = triage(situation, reasons);
    relais::Finding finding{.kind = "bio", .title = title(situation, reasons, category), .category = category,
                            .level = relais::DataLevel::d3, .open = incomplete(situation),
                            .restricted = reasons.fired("D-ANNONCE"), .rank = rank(reasons, category),
                            .reasons = reasons.ordered(most_reasons)};
    if (const auto unknown = unknown_units(situation); unknown > 0) {
      findings.log(relais::LogLevel::info, "bio-triage.unknown-unit", unknown);
    }
    findings.add(finding);
  }

  static std::int64_t unknown_units(const Situation& situation) {
    const auto& measures = situation.measures();
    return std::count_if(measures.begin(), measures.end(), [](const Measure& measure) {
      return measure.analyte != nullptr && measure.value && !measure.conversion;
    });
  }

  Data data_;
};

}  // namespace
}  // namespace bio

RELAIS_PLUGIN(bio::BioTriage, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
