// SPDX-License-Identifier: Apache-2.0
// Says what it read wherever it can: on its outputs, in log lines and codes, in what it throws, and while it dies. What
// it is to do stands in the laboratory's comment: "… tells:<deed>".
#include <relais/plugin.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

void throw_it(const std::string& words) { throw std::runtime_error(words); }
// The words of what nobody catches are printed by the C++ runtime.
void leave_nobody_to_catch(const std::string& words) noexcept { throw_it(words); }

class Tells : public relais::Plugin {
 public:
  explicit Tells(const relais::Setup& /*setup*/) {}

  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    std::string read;
    for (const auto& report : slice.reports())
      if (report.current()) read = std::string(report.comment());
    constexpr std::string_view mark = "tells:";
    const auto at = read.find(mark);
    const auto deed = at == std::string::npos ? std::string{} : read.substr(at + mark.size());
    const auto secret = read.substr(0, read.find(' '));
    if (deed == "prints") {
      std::cout << read << std::endl;
      std::cerr << read << std::endl;
      std::fputs(read.c_str(), stderr);
      static_cast<void>(!::write(2, read.data(), read.size()));
    }
    if (deed == "logs") {
      findings.log(relais::LogLevel::error, secret, 1);
      findings.log(relais::LogLevel::info, "zoo.line", 2);
    }
    if (deed == "codes") return findings.not_evaluated(secret);
    if (deed == "throws") throw std::runtime_error(read);
    if (deed == "terminates") leave_nobody_to_catch(read);
    if (deed == "aborts") {
      std::cerr << read << std::endl;
      std::abort();
    }
    relais::Finding finding;
    finding.kind = "tells";
    finding.title = read.empty() ? "rien" : read;
    finding.category = relais::Category::a_voir;
    // A rule that nobody declared.
    finding.reasons.push_back(
        {secret.empty() ? "zoo" : secret, finding.title, "tests/zoo", relais::Category::a_voir, relais::DataLevel::d1, {}});
    findings.add(finding);
  }
};

}  // namespace

RELAIS_PLUGIN(Tells, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
