// SPDX-License-Identifier: Apache-2.0
#include "egfr.h"

#include <catch2/catch.hpp>

#include "report.h"

using bio::test::days;
using bio::test::Report;

TEST_CASE("the published vectors of both equations are met") {
  struct Vector {
    double creatinine;
    int age;
    relais::Sex sex;
    double rate_2009, rate_2021;
  };
  const auto female = relais::Sex::female;
  const auto male = relais::Sex::male;
  for (const Vector& one : {Vector{88.4, 50, male, 87.37, 91.69}, Vector{70, 30, female, 100.16, 102.84},
                            Vector{115, 70, male, 55.24, 59.05}, Vector{168, 67, female, 26.80, 28.58},
                            Vector{354, 80, male, 13.22, 14.40}}) {
    INFO(one.creatinine);
    CHECK(bio::ckd_epi_2009(one.creatinine, one.age, one.sex) == Approx(one.rate_2009).margin(0.005));
    CHECK(bio::ckd_epi_2021(one.creatinine, one.age, one.sex) == Approx(one.rate_2021).margin(0.005));
  }
}

TEST_CASE("stages change at their lower bound") {
  CHECK(bio::filtration_stage(90) == "G1");
  CHECK(bio::filtration_stage(89.9) == "G2");
  CHECK(bio::filtration_stage(59.9) == "G3a");
  CHECK(bio::filtration_stage(44.9) == "G3b");
  CHECK(bio::filtration_stage(29.9) == "G4");
  CHECK(bio::filtration_stage(15) == "G4");
  CHECK(bio::filtration_stage(14.9) == "G5");
}

namespace {

Report creatinine(double value) {
  Report report;
  report.born = days(1956, 1, 1);
  report.sex = RELAIS_SEX_MALE;
  report.add({.code = "14682-9", .unit = "umol/L", .flag = "N", .value = value});
  return report;
}

}  // namespace

TEST_CASE("a filtration rate that the laboratory did not give is shown and changes nothing") {
  const auto answer = creatinine(115).triage();
  CHECK(answer.said("DFG-CALCULE").find("à 55 mL/min/1,73 m² (stade G3a)") != std::string::npos);
  CHECK(answer.category == bio::Category::normal);
}

TEST_CASE("a filtration rate is not estimated when it means nothing or the laboratory gave one") {
  CHECK_FALSE(creatinine(115).add({.code = "62238-1", .unit = "mL/min/{1.73_m2}", .flag = "N", .value = 57}).triage().has("DFG-CALCULE"));
  auto child = creatinine(60);
  child.born = days(2010, 1, 1);
  CHECK_FALSE(child.triage().has("DFG-CALCULE"));
  auto pregnant = creatinine(60);
  pregnant.sex = RELAIS_SEX_FEMALE;
  pregnant.pregnancy_weeks = 10;
  CHECK_FALSE(pregnant.triage().has("DFG-CALCULE"));
  auto unknown = creatinine(60);
  unknown.sex = RELAIS_SEX_UNKNOWN;
  CHECK_FALSE(unknown.triage().has("DFG-CALCULE"));
  auto dialysed = creatinine(600);
  dialysed.words = {"dialyse"};
  CHECK_FALSE(dialysed.triage().has("DFG-CALCULE"));
  CHECK_FALSE(creatinine(200).add({.code = "14682-9", .unit = "umol/L", .value = 80, .before = std::chrono::hours(72)}).triage().has("DFG-CALCULE"));
}
