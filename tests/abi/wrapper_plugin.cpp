// SPDX-License-Identifier: Apache-2.0
// The C++ wrapper's twin of old_plugin.c: it says everything it reads.
#include <relais/plugin.h>

#include <array>
#include <sstream>

namespace {

class WrapperPlugin final : public relais::Plugin {
 public:
  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    if (findings.cancelled()) return;
    if (slice.observations().empty()) return findings.not_evaluated("abi.nothing");
    relais::Finding finding{.kind = "abi", .title = "Compatibilité", .category = relais::Category::a_voir,
                            .level = relais::DataLevel::d3, .open = true, .restricted = false, .rank = 2.5,
                            .reasons = {}};
    const relais::Reason read{.rule = "READ", .text = told(slice, findings), .source = "tests/abi",
                              .category = relais::Category::a_voir, .level = relais::DataLevel::d3,
                              .evidence = {std::string(slice.subject().item_id())}};
    finding.reasons = {read, read};
    finding.reasons[1].rule = "SECOND";
    findings.add(finding);
    relais::Effect effect;
    effect.type = "essai.effet";
    effect.key = "clef";
    effect.body = "corps";
    findings.propose(effect);
    findings.log(relais::LogLevel::info, "abi.evaluated", 0);
  }

  std::vector<relais::Rule> rules() const override {
    return {{"READ", "Dit ce qu'il lit", "tests/abi", relais::Category::a_voir, true, "au moins 1 mmol/L", "le seuil"}};
  }

 private:
  static std::string told(const relais::Slice& slice, relais::Findings& findings) {
    std::ostringstream text;
    text << "item " << slice.subject().item_id() << ';';
    if (const auto patient = slice.patient()) {
      text << " born " << patient->birth_date()->time_since_epoch().count() << ';';
    }
    for (const auto kind : slice.kinds()) {
      text << " kind " << kind.kind() << ' ' << static_cast<unsigned>(kind.completeness()) << ';';
    }
    for (const auto setting : slice.settings()) text << " setting " << setting.key() << ' ' << setting.number() << ';';
    for (const auto report : slice.reports()) {
      text << " report " << report.id() << ' ' << (report.current() ? 1 : 0) << ' '
           << report.received()->time_since_epoch().count() << ';';
      for (const auto anomaly : report.anomalies()) text << " anomaly " << anomaly.code() << ';';
    }
    for (const auto observation : slice.observations()) {
      text << " observation " << observation.code() << ' ' << (observation.history() ? 1 : 0) << ' '
           << observation.value().value_or(0) << ' ' << observation.specimen() << ';';
    }
    for (const auto word : slice.context_words()) text << " word " << word.word() << ' ' << word.number() << ';';
    for (const auto state : slice.request_states()) text << " request " << state.state() << ';';
    for (const auto document : slice.documents()) {
      std::array<std::byte, 63> content{};
      const std::size_t count = findings.read(document.handle(), 1, content);
      text << " document " << count << ' ' << std::string_view(reinterpret_cast<const char*>(content.data()), count)
           << ';';
    }
    return text.str();
  }
};

}  // namespace

RELAIS_PLUGIN(WrapperPlugin, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
