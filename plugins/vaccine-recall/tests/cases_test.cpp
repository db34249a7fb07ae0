// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "command/cdsi_report.h"
#include "command/csv.h"
#include "small_data.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;

namespace {

const std::string header =
    "cdc_test_id,vaccine_group,test_case_name,dob,gender,assessment_date,series_status,forecast_number,earliest_date,"
    "recommended_date,past_due_date,dose_count,dose1_date,dose1_cvx,dose1_mvx,dose1_status,dose1_reason\n";

SupportingData one_dose() {
  return load(antigen(series(
      {.name = "One", .doses = series_dose(1, "<age><absMinAge>6 weeks</absMinAge><minAge>2 months</minAge></age>")})));
}

// Passed and failed of these rows.
std::pair<int, int> run(const std::string& rows) {
  const auto data = one_dose();
  const auto cases = read_cdsi_cases(header + rows, data);
  if (!cases) FAIL(cases.error());
  std::ostringstream out;
  const auto totals = report_cdsi_cases(*cases, data, out);
  return {totals.passed, totals.failed};
}

}  // namespace

TEST_CASE("quoted values hold commas and quotes and line ends") {
  const auto table = read_csv("a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\n");
  REQUIRE(table);
  CHECK(table->value(0, "a") == "x, \"y\"");
  CHECK(table->value(0, "b") == "1\n2");
  CHECK(table->value(0, "c").empty());
}

TEST_CASE("a table that is not regular is refused with its line") {
  CHECK(read_csv("a,b\n1\n").error() == "line 2: 1 values under 2 columns");
  CHECK_FALSE(read_csv("a,a\n1,2\n"));
  CHECK_FALSE(read_csv("a,b\n1,\"2\n"));
  CHECK_FALSE(read_csv("a,b\n1,\"2\"x\n"));
}

TEST_CASE("a case passes when status and number and dates and doses are those of one forecast") {
  CHECK(run("1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,0,,,,,\n") == std::pair(1, 0));
  CHECK(run("1,Alpha,,2021-01-01,F,2021-05-01,complete,,,,,1,2021-04-01,A1,,Valid,\n") == std::pair(1, 0));
}

TEST_CASE("words of a case are read without regard to case and white space") {
  CHECK(run("1, Alpha ,,2021-01-01, f ,2021-05-01, COMPLETE ,,,, , 1 ,2021-04-01, A1 ,,valid ,\n") == std::pair(1, 0));
  CHECK(run("1,Alpha,,2021-01-01,F,2021-05-01, COMPLETE ,,,,,1,2021-04-01,A1,,not valid,\n") == std::pair(0, 1));
}

TEST_CASE("a dose is compared in the group whose antigen it held at the age of that day") {
  // Alpha below 50 years, where no series takes it; Beta from 50 years.
  const std::string alpha_case = "1,Alpha,,1960-01-01,F,2021-02-01,Not Complete,1,1960-03-01,1960-03-01,,1,2015-01-01,";
  CHECK(run(alpha_case + "AGE,,Valid,\n") == std::pair(1, 0));
  CHECK(run(alpha_case + "AGE,,Not Valid,\n") == std::pair(0, 1));
  const std::string beta_case = "1,Beta,,1960-01-01,F,2021-02-01,Not Complete,1,1900-01-01,1900-01-01,,1,1990-01-01,";
  CHECK(run(beta_case + "AGE,,Not Valid,\n") == std::pair(1, 0));
  CHECK(run(beta_case + "AGE,,Valid,\n") == std::pair(0, 1));
}

TEST_CASE("columns stand in any order behind a byte order mark and among others") {
  const auto data = one_dose();
  const auto cases = read_cdsi_cases(
      "\xEF\xBB\xBFnote, dose1_status ,dose1_cvx,dose1_date,dose_count,past_due_date,recommended_date,earliest_date,"
      "forecast_number,series_status,assessment_date,gender,dob,vaccine_group,cdc_test_id\r\n"
      "\"two\r\nlines, quoted\",Valid,A1,2021-04-01,1,,,,,Complete,2021-05-01,F,2021-01-01,Alpha,7\r\n\r\n",
      data);
  REQUIRE(cases);
  REQUIRE(cases->size() == 1);
  CHECK(cases->front().id == "7");
  const auto comparison = run_case(cases->front(), data);
  CHECK(comparison.passed);
  CHECK(comparison.doses_compared == 1);
}

TEST_CASE("a column without its neighbours is refused by the name of the missing one") {
  const auto data = one_dose();
  const auto refusal = [&](const std::string& columns) {
    const auto read = read_cdsi_cases(columns + "\n", data);
    return read ? "read" : read.error();
  };
  const std::string common =
      "cdc_test_id,vaccine_group,dob,gender,assessment_date,series_status,forecast_number,earliest_date,"
      "recommended_date,past_due_date";
  CHECK(refusal(common) == "there is no column 'dose1_date'");
  CHECK(refusal(common + ",dose_count") == "read");
  CHECK(refusal(common + ",dose1_date,dose1_cvx") == "there is no column 'dose1_status'");
  CHECK(refusal(common + ",dose1_date,dose1_status") == "there is no column 'dose1_cvx'");
  CHECK(refusal(common + ",dose1_date,dose1_cvx,dose1_status,dose3_date,dose3_cvx,dose3_status") ==
        "there is no column 'dose2_date'");
  CHECK(refusal(common + ",dose_count,obs2_code") == "there is no column 'obs1_code'");
  CHECK(refusal(common + ",dose_count,dose99999999999_cvx") == "there is no column 'dose1_date'");
  CHECK(refusal("cdc_test_id,vaccine_group") == "there is no column 'dob'");
}

TEST_CASE("each compared value can fail a case") {
  for (const auto* row : {"1,Alpha,,2021-01-01,F,2021-02-01,Complete,,,,,0,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,2,2021-03-01,2021-03-01,,0,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-02,2021-03-01,,0,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,,,0,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,2021-03-05,0,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-05-01,Complete,,,,,1,2021-04-01,A1,,Extraneous,\n"}) {
    INFO(row);
    CHECK(run(row) == std::pair(0, 1));
  }
}

TEST_CASE("a case that compares nothing or cannot be read fails") {
  for (const auto* row : {"1,Alpha,,2021-01-01,F,2021-02-01,,1,2021-03-01,2021-03-01,,0,,,,,\n",
                          "1,Gamma,,2021-01-01,F,2021-02-01,Complete,,,,,0,,,,,\n",
                          "1,Alpha,,2021-13-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,0,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,1,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,0,,A1,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Complete,,,,,1,2021-04-01,A1,,Valid,\n",
                          "1,Alpha,,2021-01-01,Q,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,0,,,,,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,,,,,Valid,\n",
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,1,2021-01-10,,,,\n",
                          ",,,,,,,,,,,,,,,,\n"}) {
    INFO(row);
    CHECK(run(row) == std::pair(0, 1));
  }
  CHECK_FALSE(read_cdsi_cases("a,b\n1,2\n", one_dose()));
}

TEST_CASE("reasons are compared apart") {
  const auto data = one_dose();
  const auto cases =
      read_cdsi_cases(header +
                          "1,Alpha,,2021-01-01,F,2021-02-01,Not Complete,1,2021-03-01,2021-03-01,,1,2021-01-10,A1,,Not "
                          "Valid,Age: Too Young\n",
                      data);
  REQUIRE(cases);
  const auto comparison = run_case(cases->front(), data);
  CHECK(comparison.passed);
  CHECK(comparison.doses_compared == 1);
  CHECK(comparison.reasons_right == 1);
}
