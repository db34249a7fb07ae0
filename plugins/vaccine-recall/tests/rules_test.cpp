// SPDX-License-Identifier: Apache-2.0
// Rules of evaluation and forecast that no published case decides.
#include "small_data.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;

namespace {

SupportingData two_doses(const std::string& first, const std::string& second) {
  return load(antigen(series({.name = "Two", .doses = series_dose(1, first) + series_dose(2, second)})));
}

const std::string four_weeks =
    "<interval><fromPrevious>Y</fromPrevious><absMinInt>4 weeks</absMinInt><minInt>4 weeks</minInt></interval>";

}  // namespace

TEST_CASE("the full conflict end counts after an earlier dose that was not valid") {
  const auto data = two_doses("", "");
  // B1 counts from one year of age: at 11 months it was not valid, at 13 months it was.
  const auto after = [&](const char* birth, const char* second) {
    return statuses(assessed(data, patient(data, birth, {{"2021-02-01", "B1"}, {second, "A2"}}), "2021-06-01")).front();
  };
  CHECK(after("2020-01-01", "2021-02-24") == DoseStatus::not_valid);
  CHECK(after("2020-01-01", "2021-02-25") == DoseStatus::valid);      // 24 days after a valid dose
  CHECK(after("2020-03-01", "2021-02-25") == DoseStatus::not_valid);  // 24 days after an invalid one
  CHECK(after("2020-03-01", "2021-02-28") == DoseStatus::not_valid);
  CHECK(after("2020-03-01", "2021-03-01") == DoseStatus::valid);  // 28 days
}

TEST_CASE("vaccines of one day never conflict") {
  const auto data = two_doses("", "");
  const auto got =
      assessed(data, patient(data, "2020-01-01", {{"2021-02-01", "B1"}, {"2021-02-01", "A2"}}), "2021-06-01");
  CHECK(statuses(got).front() == DoseStatus::valid);
}

TEST_CASE("a forecast waits for the full conflict end whatever the status of the earlier dose") {
  const auto data = two_doses("", "");
  const auto got = assessed(data, patient(data, "2020-01-01", {{"2021-02-01", "B1"}}), "2021-02-10");
  CHECK(alpha(got).forecast.earliest == day("2021-03-01"));
}

TEST_CASE("a series is aged out when its next dose could only be given at or after the maximum age") {
  const auto data = two_doses("", four_weeks + "<age><maxAge>1 year</maxAge></age>");
  const auto at = [&](const char* first) {
    return alpha(assessed(data, patient(data, "2020-01-01", {{first, "A1"}}), "2020-12-20")).forecast;
  };
  CHECK(at("2020-12-03").status == PatientSeriesStatus::not_complete);  // possible on 2020-12-31
  CHECK(at("2020-12-04").status == PatientSeriesStatus::aged_out);      // possible on 2021-01-01
  CHECK(at("2020-12-04").reason == ForecastReason::cannot_finish_before_maximum_age);
}

TEST_CASE("a dose at the maximum age is extraneous and no reference for the next interval") {
  const auto data =
      two_doses("", four_weeks + "<age><maxAge>1 year</maxAge><cessationDate>20201231</cessationDate></age>");
  const auto got =
      assessed(data,
               patient(data, "2019-01-01",
                       {{"2019-06-01", "A1"}, {"2020-01-01", "A1"}, {"2020-12-20", "A1"}, {"2021-01-05", "A1"}}),
               "2021-02-01");
  CHECK(statuses(got) ==
        std::vector{DoseStatus::valid, DoseStatus::extraneous, DoseStatus::extraneous, DoseStatus::valid});
}

TEST_CASE("a dose that was not valid is the previous dose of the next one") {
  const auto data = two_doses("", four_weeks);
  const auto got =
      assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}, {"2021-01-20", "A1"}, {"2021-02-01", "A1"}}),
               "2021-02-01");
  CHECK(statuses(got) == std::vector{DoseStatus::valid, DoseStatus::not_valid, DoseStatus::not_valid});
  CHECK(alpha(got).forecast.earliest == day("2021-03-01"));
}

TEST_CASE("a dose given by mistake is no reference and holds back the next one to its own date only") {
  const auto data =
      two_doses("", four_weeks + "<inadvertentVaccine><cvx>A2</cvx></inadvertentVaccine>" + vaccine("A1"));
  const auto got =
      assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}, {"2021-02-20", "A2"}}), "2021-03-01");
  CHECK(statuses(got) == std::vector{DoseStatus::valid, DoseStatus::not_valid});
  CHECK(alpha(got).forecast.earliest == day("2021-02-20"));
}

TEST_CASE("a vaccine whose antigen depends on age counts for one antigen below and the other from that age") {
  const auto data = load(antigen(series({.name = "One", .doses = series_dose(1, vaccine("AGE"))})));
  const auto who = patient(data, "1970-05-10", {{"2020-05-09", "AGE"}});
  CHECK(alpha(assessed(data, who, "2021-01-01")).forecast.status == PatientSeriesStatus::complete);
  const auto older = patient(data, "1970-05-10", {{"2020-05-10", "AGE"}});
  CHECK(alpha(assessed(data, older, "2021-01-01")).forecast.status == PatientSeriesStatus::not_complete);
}

TEST_CASE("a trade name is matched by its manufacturer") {
  const auto data = load(antigen(
      series({.name = "One", .doses = series_dose(1, vaccine("A1", "<tradeName>Brand</tradeName><mvx>SKB</mvx>"))})));
  auto who = patient(data, "2020-01-01", {{"2021-01-01", "A1"}});
  CHECK(statuses(assessed(data, who, "2021-02-01")).front() == DoseStatus::not_valid);
  who.doses[0].mvx = "SKB";
  CHECK(statuses(assessed(data, who, "2021-02-01")).front() == DoseStatus::valid);
}

TEST_CASE("an expired or spoilt dose is sub-standard and satisfies nothing") {
  const auto data = two_doses("", "");
  auto who = patient(data, "2020-01-01", {{"2021-01-15", "A1"}});
  who.doses[0].lot_expiry = day("2021-01-14");
  CHECK(statuses(assessed(data, who, "2021-02-01")).front() == DoseStatus::sub_standard);
  who.doses[0].lot_expiry = day("2021-01-15");
  CHECK(statuses(assessed(data, who, "2021-02-01")).front() == DoseStatus::valid);
  who.doses[0].condition_flag = true;
  CHECK(statuses(assessed(data, who, "2021-02-01")).front() == DoseStatus::sub_standard);
}

TEST_CASE("a dated instance of a rule counts for doses of its time only") {
  const auto data = load(antigen(series(
      {.name = "One",
       .doses = series_dose(1,
                            "<age><absMinAge>2 years</absMinAge><cessationDate>20201231</cessationDate></age>"
                            "<age><absMinAge>1 year</absMinAge><effectiveDate>20210101</effectiveDate></age>")})));
  CHECK(statuses(assessed(data, patient(data, "2019-06-01", {{"2020-12-31", "A1"}}), "2021-06-01")).front() ==
        DoseStatus::not_valid);
  CHECK(statuses(assessed(data, patient(data, "2019-06-01", {{"2021-01-01", "A1"}}), "2021-06-01")).front() ==
        DoseStatus::valid);
}

TEST_CASE("a skip counts doses before the one evaluated and those of the listed vaccines in the whole history") {
  const auto skip = [](const std::string& types) {
    return "<conditionalSkip><context>Evaluation</context><setLogic>n/a</setLogic><set><condition>"
           "<conditionType>Vaccine Count by Age</conditionType><doseCount>0</doseCount><doseType>Total</doseType>"
           "<doseCountLogic>greater than</doseCountLogic><vaccineTypes>" +
           types + "</vaccineTypes></condition></set></conditionalSkip>";
  };
  const auto own = two_doses(skip(""), four_weeks);
  // Its own date does not count: dose 1 is asked of the first record.
  CHECK(assessed(own, patient(own, "2020-01-01", {{"2021-01-01", "A1"}}), "2021-02-01").series[0].targets[0].status ==
        TargetStatus::satisfied);
  const auto others = two_doses(skip("B1"), four_weeks);
  const auto got =
      assessed(others, patient(others, "2019-01-01", {{"2021-01-01", "B1"}, {"2021-03-01", "A1"}}), "2021-04-01");
  CHECK(got.series[0].targets[0].status == TargetStatus::skipped);
  CHECK(got.series[0].targets[1].status == TargetStatus::satisfied);
}

TEST_CASE("a series that is complete makes another one's dose unnecessary") {
  const std::string until =
      "<conditionalSkip><context>Both</context><setLogic>n/a</setLogic><set><condition>"
      "<conditionType>Completed "
      "Series</conditionType><seriesGroups>1</seriesGroups></condition></set></conditionalSkip>";
  const auto data = load(
      antigen(series({.name = "First", .doses = series_dose(1)}) +
              series({.name = "Second", .doses = series_dose(1, until) + series_dose(2, vaccine("A2")), .group = 2})));
  const auto got = assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}}), "2021-02-01");
  REQUIRE(got.series.size() == 3);  // and Beta's
  CHECK(got.series[1].targets[0].status == TargetStatus::skipped);
  CHECK(got.series[1].next_target == 1);
}

TEST_CASE("evidence of immunity comes before a complete series and is undone by an exclusion") {
  const auto data =
      load(antigen(series({.name = "One", .doses = series_dose(1)}),
                   "<immunity><clinicalHistory><guidelineCode>001</guidelineCode></clinicalHistory>"
                   "<dateOfBirth><immunityBirthDate>01/01/1957</immunityBirthDate><birthCountry>U.S.</birthCountry>"
                   "<exclusion><exclusionCode>002</exclusionCode></exclusion></dateOfBirth></immunity>"));
  auto who = patient(data, "1980-01-01", {{"2021-01-01", "A1"}});
  CHECK(alpha(assessed(data, who, "2021-02-01")).forecast.status == PatientSeriesStatus::complete);
  who.observations.push_back({data.find_observation("001"), {}});
  CHECK(alpha(assessed(data, who, "2021-02-01")).forecast.status == PatientSeriesStatus::immune);
  auto old = patient(data, "1956-12-31", {});
  CHECK(alpha(assessed(data, old, "2021-02-01")).forecast.status == PatientSeriesStatus::not_complete);
  old.birth_country = "U.S.";
  CHECK(alpha(assessed(data, old, "2021-02-01")).forecast.status == PatientSeriesStatus::immune);
  old.observations.push_back({data.find_observation("002"), {}});
  CHECK(alpha(assessed(data, old, "2021-02-01")).forecast.status == PatientSeriesStatus::not_complete);
}

TEST_CASE("a series is contraindicated when each of its vaccines is") {
  const auto rule = [](const std::string& codes) {
    return "<contraindications><vaccine><contraindication><observationCode>003</observationCode>" + codes +
           "</contraindication></vaccine></contraindications>";
  };
  const std::string a1 = "<contraindicatedVaccine><cvx>A1</cvx></contraindicatedVaccine>";
  const std::string a2 = "<contraindicatedVaccine><cvx>A2</cvx><beginAge>2 years</beginAge></contraindicatedVaccine>";
  const auto status = [&](const std::string& codes, const char* birth) {
    const auto data = load(antigen(series({.name = "One", .doses = series_dose(1)}), rule(codes)));
    auto who = patient(data, birth, {});
    who.observations.push_back({data.find_observation("003"), {}});
    return alpha(assessed(data, who, "2021-02-01")).forecast.status;
  };
  CHECK(status(a1, "2018-01-01") == PatientSeriesStatus::not_complete);
  CHECK(status(a1 + a2, "2018-01-01") == PatientSeriesStatus::contraindicated);
  CHECK(status(a1 + a2, "2020-01-01") == PatientSeriesStatus::not_complete);
}

TEST_CASE("a recurring dose comes again where it stands and other doses follow it") {
  const auto data = load(antigen(series({.name = "Recurring", .doses = series_dose(1, "", true) + series_dose(2)})));
  const auto got =
      assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}, {"2022-01-01", "A1"}}), "2023-01-01");
  REQUIRE(got.series[0].targets.size() == 4);
  CHECK(got.series[0].targets[3].series_dose == 1);
  CHECK(alpha(got).forecast.dose_number == 3);
}

TEST_CASE("a past due date can equal the earliest date because the day is taken off first") {
  const auto data = two_doses("<age><minAge>2 months</minAge><latestRecAge>2 months</latestRecAge></age>", "");
  const auto got = alpha(assessed(data, patient(data, "2021-01-01", {}), "2021-01-10")).forecast;
  CHECK(got.unadjusted_past_due == day("2021-02-28"));
  CHECK(got.past_due == got.earliest);
}

TEST_CASE("a dose after the assessment and an assessment before birth are refused") {
  const auto data = two_doses("", "");
  CHECK_FALSE(assess(data, patient(data, "2020-01-01", {{"2021-01-02", "A1"}}), day("2021-01-01")));
  CHECK_FALSE(assess(data, patient(data, "2020-01-01", {}), day("2019-12-31")));
}

TEST_CASE("an unknown vaccine is named as not evaluable and changes nothing") {
  const auto data = two_doses("", "");
  const auto got = assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "nowhere"}}), "2021-02-01");
  CHECK(got.not_evaluable == std::vector<std::uint16_t>{0});
  CHECK(alpha(got).forecast.dose_number == 1);
}
