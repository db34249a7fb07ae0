// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <map>

#include "plugins/manifest.h"
#include "report.h"
#include "support/scratch_folder.h"
#include "table.h"
#include "units.h"

namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Loads the real table with one text replaced.
void load_with(const std::string& from, const std::string& to) {
  std::string text = content(BIO_TRIAGE_FOLDER "/data/seuils.csv");
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  const relais::test::Scratch folder;
  std::ofstream(folder.path() / "seuils.csv", std::ios::binary) << text;
  static_cast<void>(bio::AnalyteTable::load(folder.path() / "seuils.csv"));
}

}  // namespace

TEST_CASE("the shipped table holds its 66 analytes with a source for each threshold") {
  CHECK(bio::test::data().analytes.all().size() == 66);
  for (const auto& rule : bio::describe(bio::test::data())) {
    INFO(rule.id);
    CHECK_FALSE(rule.source.empty());
    CHECK_FALSE(rule.title.empty());
    CHECK_FALSE(rule.confirm.empty());
    CHECK(rule.to_confirm);
    if (rule.id.starts_with("C-") || rule.id.starts_with("J-")) CHECK_FALSE(rule.threshold.empty());
    CHECK(rule.source.find("DJ") == std::string::npos);
    CHECK(bio::folded(rule.source).find("recomedicales") == std::string::npos);
  }
}

TEST_CASE("every rule is listed once and tells its threshold in words") {
  std::map<std::string, std::string> thresholds;
  for (const auto& rule : bio::describe(bio::test::data())) {
    INFO(rule.id);
    CHECK(thresholds.emplace(rule.id, rule.threshold).second);
  }
  CHECK(thresholds.at("C-K") == "moins de 3 mmol/L ; au moins 6,5 mmol/L");
  CHECK(thresholds.at("J-NA") == "moins de 130 mmol/L ; plus de 150 mmol/L");
  CHECK(thresholds.at("C-NA").find("de 2 à 15 ans : moins de 130 mmol/L") != std::string::npos);
  for (const char* id : {"I1", "I8", "F0", "F9", "A0", "A3", "T-HB", "T-RCV", "X1", "X2", "X3", "X4", "X5", "X6", "X7",
                         "C-COMBI", "D-DDIM", "D-MICRO", "D-ANNONCE", "C-ALAT", "J-DFG"}) {
    CHECK(thresholds.contains(id));
  }
}

TEST_CASE("the shipped changes belong to analytes of the table") {
  CHECK(bio::test::data().changes.of("HB").known == Approx(0.08));
  CHECK(bio::test::data().changes.of("CRP").known == Approx(0.2));
  CHECK_FALSE(bio::test::data().changes.of("CRP").followed.has_value());
  for (const auto& [analyte, change] : bio::test::data().changes.all()) {
    INFO(analyte);
    CHECK((analyte == "*" || bio::test::data().analytes.by_id(analyte) != nullptr));
    CHECK_FALSE(change.source.empty());
  }
}

TEST_CASE("a table that is not exactly as expected is refused") {
  CHECK_NOTHROW(load_with("NA;Sodium", "NA;Sodium"));
  CHECK_THROWS(load_with("# source: ", "# "));
  CHECK_THROWS(load_with("# a_confirmer: ", "# "));
  CHECK_THROWS(load_with("critique_bas;critique_haut;", "critique_haut;critique_bas;"));
  CHECK_THROWS(load_with("meq/l=1;125;160;0", "meq/l=1;125;160"));
  CHECK_THROWS(load_with("meq/l=1;125;160;0", "meq/l=1;12,5;160;0"));
  CHECK_THROWS(load_with("meq/l=1;125;160;0", "meq/l=1;170;160;0"));
  CHECK_THROWS(load_with("meq/l=1;125;160;0", "meq/l=1;125;160;2"));
  CHECK_THROWS(load_with("meq/l=1;125;160;0", "meq/l=1;125;;0"));
  CHECK_THROWS(load_with("meq/l=1;125;160;0", "meq/l=0;125;160;0"));
  CHECK_THROWS(load_with("meq/l=1;125;160;0", "mmol/l=1;125;160;0"));
  CHECK_THROWS(load_with("K;Potassium;2823-3", "K;Potassium;2951-2"));
  CHECK_THROWS(load_with("K;Potassium;2823-3", "NA;Potassium;2823-3"));
  CHECK_THROWS(load_with("K;Potassium;2823-3", "K;;2823-3"));
  CHECK_THROWS(load_with("K;Potassium;2823-3", "\nK;Potassium;2823-3"));
  CHECK_THROWS(bio::AnalyteTable::load("/nowhere/seuils.csv"));
}

TEST_CASE("the manifest is accepted and its settings start at the table's thresholds") {
  const auto manifest = relais::plugins::read_manifest(content(BIO_TRIAGE_FOLDER "/manifest.yaml"));
  REQUIRE(manifest.has_value());
  CHECK(manifest->id == "bio-triage");
  CHECK(manifest->egress.empty());
  CHECK(manifest->effects.empty());
  for (const auto& setting : manifest->settings) {
    INFO(setting.key);
    const auto parts = bio::split(setting.key, '.');
    const bio::Analyte* analyte = nullptr;
    for (const auto& one : bio::test::data().analytes.all()) {
      if (bio::folded(one.id) == parts.at(0)) analyte = &one;
    }
    REQUIRE(analyte != nullptr);
    const auto& adult = analyte->adult;
    const auto limit = parts.at(1) == "critique_bas"      ? adult.critical_low
                       : parts.at(1) == "critique_haut"   ? adult.critical_high
                       : parts.at(1) == "aujourdhui_bas"  ? adult.today_low
                                                          : adult.today_high;
    REQUIRE(limit.has_value());
    CHECK(limit->value == setting.default_number);
  }
}

TEST_CASE("the manifest names each analyte for immediate rules with the codes and conversions of the table") {
  const auto manifest = relais::plugins::read_manifest(content(BIO_TRIAGE_FOLDER "/manifest.yaml"));
  REQUIRE(manifest.has_value());
  REQUIRE(manifest->grammar.has_value());
  CHECK(manifest->grammar->analytes.size() >= 66);
  for (const auto& named : manifest->grammar->analytes) {
    INFO(named.id);
    const auto* analyte = bio::test::data().analytes.by_id(named.id);
    REQUIRE(analyte != nullptr);
    CHECK(named.label == analyte->label);
    for (const auto& code : named.codes) CHECK(bio::test::data().analytes.find("loinc", code) == analyte);
    CHECK(bio::normal_unit(named.units.front().written) == bio::normal_unit(analyte->unit));
    for (const auto& unit : named.units) {
      INFO(unit.written);
      const auto conversion = analyte->units.find(unit.written);
      REQUIRE(conversion.has_value());
      CHECK(conversion->factor == unit.factor);
      CHECK(conversion->offset == unit.offset);
    }
  }
  for (const auto* rule : {"K >= 6.0 mmol/L", "K <= 2.8 mmol/L", "Hb < 8 g/dL", "INR > 5", "troponine positive",
                           "K >= 5.8 mmol/L", "Hb < 7.5 g/dL", "INR > 4.5", "créatinine +50 % vs dernière"}) {
    INFO(rule);
    CHECK(relais::escalation::read_rule(rule, *manifest->grammar).has_value());
  }
}
