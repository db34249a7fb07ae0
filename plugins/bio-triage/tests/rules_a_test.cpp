// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report.h"

using bio::Category;
using bio::test::Report;
using namespace std::chrono_literals;

namespace {

struct Before {
  double value;
  std::chrono::hours ago;
};

bio::test::Answer creatinine(double now, std::vector<Before> earlier, double high = 104,
                             std::int32_t born = bio::test::days(1960, 1, 1)) {
  Report report;
  report.born = born;
  report.add({.code = "14682-9", .unit = "umol/L", .flag = "H", .value = now, .high = high});
  for (const Before& one : earlier) {
    report.add({.code = "14682-9", .unit = "umol/L", .value = one.value, .before = one.ago});
  }
  return report.triage();
}

std::string stage(const bio::test::Answer& answer) {
  for (const char* rule : {"A0", "A1", "A2", "A3"}) {
    if (answer.has(rule)) return rule;
  }
  return "none";
}

}  // namespace

TEST_CASE("the published vectors of the NHS algorithm give their stage") {
  CHECK(stage(creatinine(115, {{70, 4800h}, {74, 2400h}, {72, 720h}})) == "A1");
  CHECK(stage(creatinine(172, {{80, 72h}})) == "A2");
  CHECK(stage(creatinine(130, {{100, 40h}})) == "A1");
  CHECK(stage(creatinine(126, {{100, 40h}})) == "none");
  CHECK(stage(creatinine(126.1, {{100, 40h}})) == "A1");
  CHECK(stage(creatinine(360, {{210, 1440h}})) == "A3");
  CHECK(stage(creatinine(118, {{100, 72h}, {60, 1000h}, {64, 2000h}, {140, 3000h}})) == "A1");
  CHECK(stage(creatinine(300, {{95, 96h}})) == "A3");
  CHECK(stage(creatinine(160, {{50, 96h}}, 55, bio::test::days(2017, 1, 1))) == "A3");
  CHECK(stage(creatinine(140, {})) == "A0");
  CHECK(stage(creatinine(172, {{168, 1440h}})) == "none");
}

TEST_CASE("windows are durations and the median of an even count is between the two middle values") {
  CHECK(stage(creatinine(150, {{100, 168h}})) == "A1");
  CHECK(stage(creatinine(149, {{90, 169h}, {110, 170h}})) == "none");
  CHECK(stage(creatinine(150, {{90, 169h}, {110, 170h}})) == "A1");
  CHECK(stage(creatinine(150, {{60, 8761h}})) == "A0");
}

TEST_CASE("stages two and three are critical and stage one is for the day") {
  CHECK(creatinine(172, {{80, 72h}}).category == Category::critique);
  CHECK(creatinine(115, {{72, 720h}}).category == Category::aujourdhui);
  CHECK(creatinine(140, {}).category == Category::a_voir);
  CHECK(creatinine(115, {{72, 720h}}).said("A1").find("rapport 1,60") != std::string::npos);
  CHECK(creatinine(130, {{100, 40h}}).said("A1").find("hausse de 30 µmol/L en 48 heures, rapport 1,30") != std::string::npos);
}

TEST_CASE("a number that no body makes is judged and told like any other") {
  for (const double now : {1e9, 1e20, 1e300}) {
    INFO(now);
    CHECK(creatinine(now, {{0.5, 72h}}).said("A3").find("rapport de plus d'un million") != std::string::npos);
  }
}

TEST_CASE("a creatinine within its range without history raises nothing") {
  CHECK(stage(creatinine(90, {})) == "none");
}
