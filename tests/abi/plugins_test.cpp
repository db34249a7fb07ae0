// SPDX-License-Identifier: Apache-2.0
// Compiled twice: in this host, and in one that pads every struct. Each runs a plugin built from the frozen header, one
// of today, and one whose own structs are longer.
#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

#include "plugins/loaded_plugin.h"

namespace {

using relais::plugins::LoadedPlugin;
namespace worker = relais::worker::v1;

const char* const plugins[] = {"abi-old", "abi-today", "abi-later"};

std::unique_ptr<LoadedPlugin> load(const std::string& id) {
  const auto package = relais::plugins::open_package(std::string(ABI_PACKAGES) + "/" + id);
  REQUIRE(package.has_value());
  auto loaded = LoadedPlugin::load(*package);
  INFO((loaded ? std::string() : loaded.error().detail));
  REQUIRE(loaded.has_value());
  return std::move(*loaded);
}

// Two rows of each kind, so that a wrong stride shows in the second.
worker::Slice slice(const std::string& item) {
  worker::Slice made;
  made.mutable_subject()->set_item_id(item);
  made.set_version(7);
  made.set_as_of_ms(1773155100000);
  made.set_today("2026-03-10");
  made.mutable_patient()->mutable_traits()->set_birth_date("1979-03-15");
  for (const char* name : {"lab_report", "observation"}) {
    auto& kind = *made.add_kinds();
    kind.set_kind(name);
    kind.set_completeness(worker::COMPLETENESS_COMPLETE);
    auto& setting = *made.add_settings();
    setting.set_key(name);
    setting.set_number(1.5);
    auto& word = *made.add_context_words();
    word.set_word(name);
    word.set_number(32);
    made.add_request_states()->set_state(name);
  }
  for (const std::string& id : {item, std::string("before")}) {
    auto& report = *made.add_reports();
    report.set_id(id);
    report.set_received_ms(12345);
    report.add_anomalies()->set_code("cda.one");
    report.add_anomalies()->set_code("cda.two");
    auto& observation = *made.add_observations();
    observation.set_report_id(id);
    observation.set_code("2823-3");
    observation.set_value_type(relais::v1::VALUE_TYPE_NUMERIC);
    observation.set_value(6.8);
    observation.set_specimen("sang");
  }
  auto& document = *made.add_documents();
  document.mutable_document()->set_id("doc");
  document.set_content("abcdef");
  return made;
}

std::string expected(const std::string& item) {
  return "item " + item +
         "; born 3360; kind lab_report 1; kind observation 1; setting lab_report 1.5; setting observation 1.5; report " +
         item + " 1 12345; anomaly cda.one; anomaly cda.two; report before 0 12345; anomaly cda.one; anomaly cda.two; "
         "observation 2823-3 0 6.8 sang; observation 2823-3 1 6.8 sang; word lab_report 32; word observation 32; "
         "request lab_report; request observation; document 5 bcdef;";
}

}  // namespace

TEST_CASE("a plugin of any build reads every row and answers in this host") {
  for (const char* id : plugins) {
    INFO(id);
    const auto plugin = load(id);
    worker::Batch batch;
    batch.set_id(3);
    *batch.add_slices() = slice("first");
    *batch.add_slices() = worker::Slice();
    *batch.add_slices() = slice("third");
    const std::atomic<bool> never = false;
    const auto result = plugin->evaluate(batch, never);
    CHECK(result.id() == 3);
    REQUIRE(result.evaluations_size() == 3);
    CHECK(result.evaluations(1).not_evaluated() == "abi.nothing");
    CHECK(result.logs_size() == 2);
    for (const int index : {0, 2}) {
      const auto& evaluation = result.evaluations(index);
      CHECK(evaluation.slice_index() == index);
      CHECK(evaluation.version() == 7);
      CHECK(evaluation.not_evaluated().empty());
      REQUIRE(evaluation.findings_size() == 1);
      const auto& finding = evaluation.findings(0);
      CHECK(finding.kind() == "abi");
      CHECK(finding.category() == relais::v1::CATEGORY_A_VOIR);
      CHECK(finding.open());
      CHECK(finding.rank() == 2.5);
      REQUIRE(finding.reasons_size() == 2);
      const std::string item = index == 0 ? "first" : "third";
      CHECK(finding.reasons(0).text() == expected(item));
      CHECK(finding.reasons(1).rule() == "SECOND");
      CHECK(finding.reasons(1).text() == expected(item));
      REQUIRE(finding.reasons(1).evidence_size() == 1);
      CHECK(finding.reasons(1).evidence(0) == item);
      REQUIRE(evaluation.effects_size() == 1);
      CHECK(evaluation.effects(0).body() == "corps");
    }
  }
}

TEST_CASE("a plugin of any build describes its rules and takes feedback in this host") {
  for (const char* id : plugins) {
    INFO(id);
    const auto plugin = load(id);
    const auto rules = plugin->describe_rules();
    REQUIRE(rules.has_value());
    REQUIRE(rules->rules_size() == 1);
    CHECK(rules->rules(0).id() == "READ");
    CHECK(rules->rules(0).to_confirm());
    // Fields of 1.1, which a plugin built from the frozen header does not fill.
    const bool old = std::string(id) == "abi-old";
    CHECK(rules->rules(0).threshold() == (old ? "" : "au moins 1 mmol/L"));
    CHECK(rules->rules(0).confirm() == (old ? "" : "le seuil"));
    worker::OutcomeBatch batch;
    batch.set_id(7);
    auto& outcome = *batch.add_outcomes();
    outcome.mutable_subject()->set_item_id("first");
    outcome.set_verdict(3);
    // These plugins take a return of a named report, and refuse the rest.
    *batch.add_outcomes() = outcome;
    batch.mutable_outcomes(1)->set_verdict(1);
    const auto taken = plugin->feedback(batch);
    CHECK(taken.id() == 7);
    REQUIRE(taken.statuses_size() == 2);
    CHECK(taken.statuses(0) == 0);  // RELAIS_OK
  }
}

TEST_CASE("a cancelled batch is told as not evaluated") {
  const auto plugin = load("abi-old");
  worker::Batch batch;
  *batch.add_slices() = slice("first");
  *batch.add_slices() = slice("second");
  const std::atomic<bool> now = true;
  const auto result = plugin->evaluate(batch, now);
  REQUIRE(result.evaluations_size() == 2);
  for (const auto& evaluation : result.evaluations()) {
    CHECK(evaluation.not_evaluated() == "plugin.cancelled");
    CHECK(evaluation.findings_size() == 0);
  }
}

TEST_CASE("a plugin exports one symbol and no other") {
  for (const char* id : plugins) {
    INFO(id);
    const std::string command =
        std::string(ABI_NM) + " -D --defined-only '" + ABI_PACKAGES + "/" + id + "/lib" + id + ".so'";
    FILE* const output = ::popen(command.c_str(), "r");
    REQUIRE(output != nullptr);
    std::string symbols;
    std::array<char, 256> line{};
    while (std::fgets(line.data(), line.size(), output) != nullptr) symbols += line.data();
    CHECK(::pclose(output) == 0);
    CHECK(symbols.find(" T relais_plugin_entry\n") != std::string::npos);
    CHECK(std::count(symbols.begin(), symbols.end(), '\n') == 1);
  }
}
