// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report.h"

using bio::Category;
using bio::test::Report;

namespace {
bio::test::Answer sodium(double value, const char* flag, std::optional<double> low, std::optional<double> high,
                         relais_comparator comparator = RELAIS_COMPARE_EQ) {
  return Report{}.add({.code = "2951-2", .unit = "mmol/L", .flag = flag, .value = value, .low = low, .high = high,
                       .comparator = comparator}).triage();
}
}  // namespace

TEST_CASE("a number inside the range or flagged N is normal and a bound is inside") {
  CHECK(sodium(140, "", 136, 145).category == Category::normal);
  CHECK(sodium(136, "", 136, 145).category == Category::normal);
  CHECK(sodium(145, "", 136, 145).category == Category::normal);
  CHECK(sodium(140, "N", std::nullopt, std::nullopt).category == Category::normal);
  CHECK(sodium(140, "", std::nullopt, 145).category == Category::normal);
  CHECK(sodium(140, "", 136, 145).has("F0"));
}

TEST_CASE("silence is never normal") {
  const auto answer = sodium(140, "", std::nullopt, std::nullopt);
  CHECK(answer.category == Category::a_voir);
  CHECK(answer.has("F5"));
}

TEST_CASE("any flag but N is to be seen and the laboratory is never lowered") {
  for (const char* flag : {"H", "L", "A", "U", "D", "W", "B", "<", ">", "IND", "HX", "h"}) {
    INFO(flag);
    const auto answer = sodium(140, flag, std::nullopt, std::nullopt);
    CHECK(answer.category == Category::a_voir);
    CHECK(answer.has("F1"));
  }
}

TEST_CASE("a very abnormal flag is for the day and critical with its threshold") {
  for (const char* flag : {"HH", "HU", "LL", "LU", "AA"}) {
    INFO(flag);
    CHECK(sodium(140, flag, std::nullopt, std::nullopt).category == Category::aujourdhui);
  }
  const auto critical = sodium(165, "HH", 136, 145);
  CHECK(critical.category == Category::critique);
  CHECK(critical.find("F2")->category == Category::critique);
  CHECK(critical.has("C-NA"));
}

TEST_CASE("a very abnormal flag without a threshold to judge by is critical") {
  const auto local = Report{}.add({.code = "LOC", .unit = "x", .flag = "HH", .value = 3, .system = "local"}).triage();
  CHECK(local.category == Category::critique);
  const auto unit = Report{}.add({.code = "2951-2", .unit = "UA", .flag = "LL", .value = 3}).triage();
  CHECK(unit.category == Category::critique);
  CHECK(unit.has("F6"));
}

TEST_CASE("outside the range without a flag is to be seen") {
  const auto answer = sodium(146, "", 136, 145);
  CHECK(answer.category == Category::a_voir);
  CHECK(answer.has("F3"));
}

TEST_CASE("a flag against its own range is told as a contradiction") {
  const auto normal_outside = sodium(147, "N", 136, 145);
  CHECK(normal_outside.category == Category::a_voir);
  CHECK(normal_outside.has("F4"));
  CHECK(sodium(140, "H", 136, 145).has("F4"));
  CHECK(sodium(135, "H", 136, 145).has("F4"));
  CHECK(sodium(147, "L", 136, 145).has("F4"));
  CHECK_FALSE(sodium(147, "H", 136, 145).has("F4"));
}

TEST_CASE("a degenerate range is ignored") {
  const auto equal = sodium(140, "", 140, 140);
  CHECK(equal.category == Category::a_voir);
  CHECK(equal.has("F5"));
  CHECK(sodium(140, "N", 0, 0).category == Category::normal);
  CHECK(sodium(140, "", 145, 136).has("F5"));
}

TEST_CASE("an unknown unit applies no threshold and a flagged one is for the day") {
  const auto flagged = Report{}.add({.code = "2823-3", .unit = "UA", .flag = "H", .value = 9}).triage();
  CHECK(flagged.category == Category::aujourdhui);
  CHECK(flagged.has("F6"));
  CHECK_FALSE(flagged.has("C-K"));
  const auto quiet = Report{}.add({.code = "2823-3", .unit = "", .flag = "N", .value = 9}).triage();
  CHECK(quiet.category == Category::a_voir);
  CHECK(quiet.has("F6"));
  const auto outside = Report{}.add({.code = "2823-3", .unit = "", .flag = "", .value = 9, .low = 3, .high = 5}).triage();
  CHECK(outside.category == Category::aujourdhui);
  const auto no_thresholds = Report{}.add({.code = "42637-9", .unit = "UA", .flag = "H", .value = 512}).triage();
  CHECK(no_thresholds.category == Category::a_voir);
  const auto cells = Report{}.add({.code = "6690-2", .unit = "10^3", .flag = "", .value = 1, .low = 4, .high = 10}).triage();
  CHECK(cells.has("F6"));
}

TEST_CASE("a value below a bound is an interval") {
  const auto crp = [](double value, std::optional<double> low, std::optional<double> high) {
    return Report{}.add({.code = "1988-5", .unit = "mg/L", .value = value, .low = low, .high = high,
                         .comparator = RELAIS_COMPARE_LT}).triage();
  };
  CHECK(crp(1, std::nullopt, 5).category == Category::normal);
  CHECK(crp(5, 0, 5).category == Category::normal);
  CHECK(crp(6, 0, 5).has("F7"));
  const auto straddling = sodium(150, "", 136, 145, RELAIS_COMPARE_LT);
  CHECK(straddling.category == Category::a_voir);
  CHECK(straddling.has("F7"));
  const auto trusted = sodium(150, "N", 100, 145, RELAIS_COMPARE_LT);
  CHECK(trusted.category == Category::normal);
  const auto outside = sodium(120, "", 136, 145, RELAIS_COMPARE_LT);
  CHECK(outside.category == Category::critique);
  CHECK(outside.has("C-NA"));
  CHECK(outside.has("F3"));
}

TEST_CASE("a value above a bound meets a threshold only when all of it does") {
  const auto potassium = [](double value) {
    return Report{}.add({.code = "2823-3", .unit = "mmol/L", .value = value, .low = 3.5, .high = 5.1,
                         .comparator = RELAIS_COMPARE_GT}).triage();
  };
  CHECK(potassium(6.5).category == Category::critique);
  const auto between = potassium(6.2);
  CHECK(between.category == Category::aujourdhui);
  CHECK(between.has("F7"));
  CHECK(potassium(5.0).category == Category::a_voir);
}

TEST_CASE("words are normal only as a recognised negative") {
  const auto words = [](const char* text, const char* flag) {
    return Report{}.add({.code = "LOC", .flag = flag, .words = text, .system = "local"}).triage();
  };
  CHECK(words("Négatif", "").category == Category::normal);
  CHECK(words("NON DÉTECTÉ.", "").category == Category::normal);
  CHECK(words("présence", "N").category == Category::normal);
  CHECK(words("Virus détecté", "").category == Category::a_voir);
  CHECK(words("Virus détecté", "").has("F9"));
  CHECK(words("négatif sauf erreur", "").has("F9"));
  CHECK(words("", "").has("F9"));
  for (const char* flag : {"POS", "DET", "A", "R"}) CHECK(words("vu", flag).has("F8"));
  const auto contradiction = words("négatif", "POS");
  CHECK(contradiction.category == Category::a_voir);
  CHECK(contradiction.has("F4"));
}

TEST_CASE("a coded negative counts unless its words say otherwise") {
  CHECK(Report{}.add({.code = "LOC", .coded = "260415000", .system = "local"}).triage().category == Category::normal);
  CHECK(Report{}.add({.code = "LOC", .words = "détecté", .coded = "260415000", .system = "local"}).triage().has("F9"));
  CHECK(Report{}.add({.code = "LOC", .coded = "10828004", .system = "local"}).triage().has("F9"));
}

TEST_CASE("a narrative that the reader found contradictory is to be seen") {
  Report report;
  report.anomalies = {"cda.narrative-differs"};
  const auto answer = report.add({.code = "2951-2", .unit = "mmol/L", .flag = "N", .value = 140}).triage();
  CHECK(answer.category == Category::a_voir);
  CHECK(answer.has("F4"));
}

TEST_CASE("one measure in two units is told once") {
  const auto answer = Report{}
                          .add({.code = "40193-5", .unit = "mmol/L", .flag = "N", .value = 5.05})
                          .add({.code = "53049-3", .unit = "g/L", .value = 0.91})
                          .triage();
  CHECK(answer.category == Category::normal);
  const auto other = Report{}
                         .add({.code = "40193-5", .unit = "mmol/L", .flag = "N", .value = 5.05})
                         .add({.code = "53049-3", .unit = "g/L", .value = 1.31})
                         .triage();
  CHECK(other.has("F5"));
}

TEST_CASE("a number that is none is not read as a number") {
  const auto answer = sodium(std::numeric_limits<double>::quiet_NaN(), "", 136, 145);
  CHECK(answer.category == Category::a_voir);
}
