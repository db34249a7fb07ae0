// SPDX-License-Identifier: Apache-2.0
#include "small_data.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;

namespace {

// Loads an Alpha of one dose with these parts.
tl::expected<SupportingData, LoadError> with(const std::string& parts) {
  return try_load(antigen(series({.name = "Only", .doses = series_dose(1, parts)})));
}

std::string refusal(const std::string& parts) {
  const auto got = with(parts);
  return got ? "loaded" : got.error().text();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string skip_with(const std::string& condition) {
  return "<conditionalSkip><context>Both</context><setLogic>n/a</setLogic><set><setID>1</setID><condition>" +
         condition + "</condition></set></conditionalSkip>";
}

}  // namespace

TEST_CASE("a container without content states nothing") {
  const auto data =
      with("<age/><interval/><allowableInterval/><inadvertentVaccine/><conditionalSkip/><seasonalRecommendation/>");
  REQUIRE(data);
  const auto& dose = data->antigens[0].series[0].doses[0];
  CHECK(dose.ages.empty());
  CHECK(dose.intervals.empty());
  CHECK(dose.skips.empty());
}

TEST_CASE("an unparseable duration is refused with file and element and reason") {
  const auto text = refusal("<age><minAge>6 wks</minAge></age>");
  CHECK(has(text, "alpha.xml"));
  CHECK(has(text, "seriesDose.age.minAge"));
  CHECK(has(text, "'6 wks'"));
}

TEST_CASE("unknown words and codes and elements are refused") {
  CHECK(has(refusal("<age><minimumAge>6 weeks</minimumAge></age>"), "unknown element 'minimumAge'"));
  CHECK(has(refusal("<age unit=\"d\"><minAge>6 weeks</minAge></age>"), "unknown attribute 'unit'"));
  CHECK(has(refusal(vaccine("ZZ")), "no CVX 'ZZ'"));
  CHECK(has(refusal("<inadvertentVaccine><cvx>ZZ</cvx></inadvertentVaccine>"), "no CVX 'ZZ'"));
  CHECK(has(refusal(skip_with("<conditionType>Moon</conditionType>")), "unknown word 'moon'"));
  CHECK(has(refusal(skip_with("<conditionType>Completed Series</conditionType><seriesGroups>7</seriesGroups>")),
            "series group 7"));
  CHECK(has(refusal("<interval><fromPrevious>N</fromPrevious><minInt>4 weeks</minInt></interval>"),
            "states 0 references"));
  CHECK(
      has(refusal("<interval><fromTargetDose>4</fromTargetDose><minInt>4 weeks</minInt></interval>"), "target dose 4"));
  CHECK(
      has(refusal("<interval><fromRelevantObs><code>999</code></fromRelevantObs></interval>"), "no observation '999'"));
  CHECK(has(refusal("<age><effectiveDate>2023-09-12</effectiveDate></age>"), "YYYYMMDD"));
}

TEST_CASE("a bound that its condition would not read is refused") {
  CHECK(has(
      refusal(skip_with("<conditionType>Vaccine Count by Age</conditionType><startDate>20250101</startDate>"
                        "<doseCount>1</doseCount><doseType>Total</doseType><doseCountLogic>equal to</doseCountLogic>")),
      "has no meaning"));
}

TEST_CASE("an antigen without a file or with two is refused") {
  const auto one = antigen(series({.name = "Only", .doses = series_dose(1)}));
  const auto other = beta();
  CHECK_FALSE(load_texts(schedule(), {{"alpha.xml", one}}));
  CHECK_FALSE(load_texts(schedule(), {{"alpha.xml", one}, {"again.xml", one}, {"beta.xml", other}}));
}

TEST_CASE("text that is not such XML is refused and never crashes") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (const auto& text :
       {std::string(), std::string("<"), std::string("{}"), deep, std::string("<x/>"),
        std::string("<!DOCTYPE x [<!ENTITY a \"b\">]><antigenSupportingData/>"), std::string("\xff\xfe")}) {
    CHECK_FALSE(load_texts(schedule(), {{"alpha.xml", text}}));
    CHECK_FALSE(load_texts(text, {}));
  }
}

TEST_CASE("a folder that is not there is refused") { CHECK_FALSE(load_folder("no-such-folder")); }
