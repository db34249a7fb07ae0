// SPDX-License-Identifier: Apache-2.0
// vaccine-recall: says of one patient which vaccines to propose, what can be given together and when, and what is to be
// looked at first. Data are read once, when the plugin is made.
#include <relais/plugin.h>

#include <stdexcept>

#include "recall/report.h"

namespace recall {
namespace {

// Dates outside are those of no practice.
constexpr Day first_day = 10957;  // 2000-01-01
constexpr Day last_day = 84006;   // 2200-01-01

class VaccineRecall final : public relais::Plugin {
 public:
  explicit VaccineRecall(const relais::Setup& setup)
      : calendar_(loaded(setup.data / "fr" / "2025")),
        groups_(Groups::of(calendar_)),
        codes_(Codes::load(setup.data / "fr" / "2025", calendar_)),
        risks_(Risks::load(setup.data / "fr" / "2025", calendar_)) {}

  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    const Day today = day_of(slice.today());
    if (!slice.patient() || today < first_day || today > last_day) {
      findings.not_evaluated(slice.patient() ? "vaccine-recall.date" : "vaccine-recall.no-patient");
      return;
    }
    if (slice.completeness("immunization") == relais::Completeness::withheld) {
      findings.log(relais::LogLevel::warning, "vaccine-recall.withheld");
    }
    const Settings settings = read_settings(slice);
    Doubt why;
    const auto history = read_history(slice, calendar_, codes_, risks_, settings, why);
    if (!history) return findings.add(record_finding(why));
    if (history->unread > 0) findings.log(relais::LogLevel::info, "vaccine-recall.unread-product", history->unread);
    const auto judgement = judge(*history, calendar_, groups_, settings);
    if (!judgement) return findings.not_evaluated("vaccine-recall.refused");
    const Report made = report(slice, *history, *judgement, calendar_, groups_, settings);
    if (made.visit) findings.add(*made.visit);
    if (made.record) findings.add(*made.record);
    for (const auto& draft : made.drafts) findings.propose(draft);
  }

  std::vector<relais::Rule> rules() const override { return describe_rules(); }

 private:
  static fr::Calendar loaded(const std::filesystem::path& edition) {
    auto read = fr::load_calendar(edition);
    if (!read) throw std::runtime_error(read.error().text());
    return std::move(*read);
  }

  const fr::Calendar calendar_;
  const Groups groups_;
  const Codes codes_;
  const Risks risks_;
};

}  // namespace
}  // namespace recall

RELAIS_PLUGIN(recall::VaccineRecall, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
