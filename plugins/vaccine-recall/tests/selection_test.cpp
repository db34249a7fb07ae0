// SPDX-License-Identifier: Apache-2.0
// Which series answers, where no published case decides.
#include <atomic>
#include <thread>

#include "small_data.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;

namespace {

const std::string not_default = "<defaultSeries>No</defaultSeries><productPath>No</productPath>";
const std::string product = "<defaultSeries>No</defaultSeries><productPath>Yes</productPath>";

}  // namespace

TEST_CASE("of two series in process the product series wins while every dose is valid") {
  const auto data =
      load(antigen(series({.name = "Plain", .doses = series_dose(1) + series_dose(2), .selection = not_default}) +
                   series({.name = "Product",
                           .doses = series_dose(1, vaccine("A1")) + series_dose(2, vaccine("A1")),
                           .selection = product,
                           .preference = "2"})));
  const auto got = assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}}), "2021-02-01");
  CHECK(series_name(data, got) == "Product");
  const auto other =
      assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}, {"2021-01-10", "AGE"}}), "2021-02-01");
  CHECK(series_name(data, other) == "Plain");
}

TEST_CASE("of two series in process the one that can be completed before its last age wins though it is longer") {
  const std::string interval = "<interval><fromPrevious>Y</fromPrevious><minInt>6 months</minInt></interval>";
  const auto later = [&](int from, int to, const std::string& more) {
    std::string out;
    for (int i = from; i <= to; ++i) out += series_dose(i, interval + more);
    return out;
  };
  const auto data = load(antigen(series({.name = "Too long",
                                         .doses = series_dose(1) + later(2, 3, "<age><maxAge>18 months</maxAge></age>"),
                                         .selection = not_default}) +
                                 series({.name = "Possible",
                                         .doses = series_dose(1) + later(2, 4, ""),
                                         .selection = not_default,
                                         .preference = "2"})));
  const auto got = assessed(data, patient(data, "2020-01-01", {{"2020-10-01", "A1"}}), "2021-01-01");
  CHECK(series_name(data, got) == "Possible");
}

TEST_CASE("of two series in process that are equal else the one that finishes earlier wins") {
  const auto last = [](const std::string& months) {
    return series_dose(2, "<interval><fromPrevious>Y</fromPrevious><minInt>1 month</minInt></interval>") +
           series_dose(3, "<interval><fromPrevious>Y</fromPrevious><minInt>" + months + "</minInt></interval>");
  };
  const auto data =
      load(antigen(series({.name = "Later", .doses = series_dose(1) + last("6 months"), .selection = not_default}) +
                   series({.name = "Earlier",
                           .doses = series_dose(1) + last("2 months"),
                           .selection = not_default,
                           .preference = "2"})));
  CHECK(series_name(data, assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}}), "2021-02-01")) ==
        "Earlier");
}

TEST_CASE("without a valid dose the series that can start earliest wins and a product series loses") {
  const auto data = load(antigen(
      series(
          {.name = "Late", .doses = series_dose(1, "<age><minAge>5 years</minAge></age>"), .selection = not_default}) +
      series({.name = "Early",
              .doses = series_dose(1, "<age><minAge>1 year</minAge></age>"),
              .selection = not_default,
              .preference = "2"})));
  CHECK(series_name(data, assessed(data, patient(data, "2020-01-01", {}), "2021-02-01")) == "Early");
  const auto products =
      load(antigen(series({.name = "Product", .doses = series_dose(1), .selection = product}) +
                   series({.name = "Plain", .doses = series_dose(1), .selection = not_default, .preference = "2"})));
  CHECK(series_name(products, assessed(products, patient(products, "2020-01-01", {}), "2021-02-01")) == "Plain");
}

TEST_CASE("a tie is broken by preference") {
  const auto data =
      load(antigen(series({.name = "Second", .doses = series_dose(1), .selection = not_default, .preference = "2"}) +
                   series({.name = "First", .doses = series_dose(1), .selection = not_default})));
  CHECK(series_name(data, assessed(data, patient(data, "2020-01-01", {}), "2021-02-01")) == "First");
}

TEST_CASE("a complete series of an equivalent group silences the other group and only then") {
  const auto build = [](const std::string& equivalent) {
    return load(
        antigen(series({.name = "Child",
                        .doses = series_dose(1, "<age><maxAge>2 years</maxAge></age>"),
                        .equivalent = equivalent}) +
                series({.name = "Adult",
                        .doses = series_dose(1, "<age><absMinAge>50 years</absMinAge><minAge>50 years</minAge></age>"),
                        .group = 2,
                        .equivalent = equivalent.empty() ? "" : "1"})));
  };
  const auto equal = build("2");
  const auto got = assessed(equal, patient(equal, "2020-01-01", {{"2020-06-01", "A1"}}), "2021-02-01");
  REQUIRE(alpha_count(got) == 1);
  CHECK(series_name(equal, got) == "Child");
  const auto apart = build("");
  CHECK(alpha_count(assessed(apart, patient(apart, "2020-01-01", {{"2020-06-01", "A1"}}), "2021-02-01")) == 2);
  CHECK(alpha_count(assessed(equal, patient(equal, "2020-01-01", {}), "2021-02-01")) == 2);
}

TEST_CASE("a risk series silences the standard one of an equivalent group when its indication applies") {
  const auto data = load(antigen(series({.name = "Standard", .doses = series_dose(1), .equivalent = "2"}) +
                                 series({.name = "Risk",
                                         .doses = series_dose(1) + series_dose(2),
                                         .type = "Risk",
                                         .selection = not_default,
                                         .group = 2,
                                         .equivalent = "1",
                                         .indication = "<indication><observationCode><code>001</code></"
                                                       "observationCode><beginAge>2 years</beginAge></indication>"})));
  auto who = patient(data, "2020-01-01", {});
  CHECK(series_name(data, assessed(data, who, "2023-01-01")) == "Standard");
  who.observations.push_back({data.find_observation("001"), {}});
  CHECK(series_name(data, assessed(data, who, "2021-12-31")) == "Standard");
  const auto got = assessed(data, who, "2022-01-01");
  REQUIRE(alpha_count(got) == 1);
  CHECK(series_name(data, got) == "Risk");
}

TEST_CASE("a series for evaluation only answers when it is complete") {
  const auto data = load(antigen(series({.name = "Standard", .doses = series_dose(1, vaccine("A1"))}) +
                                 series({.name = "Elsewhere",
                                         .doses = series_dose(1, vaccine("A2")),
                                         .type = "Evaluation Only",
                                         .selection = not_default,
                                         .preference = "2"})));
  CHECK(series_name(data, assessed(data, patient(data, "2020-01-01", {}), "2021-01-01")) == "Standard");
  CHECK(series_name(data, assessed(data, patient(data, "2020-01-01", {{"2020-06-01", "A2"}}), "2021-01-01")) ==
        "Elsewhere");
}

TEST_CASE("a series that began too late is not scored") {
  const auto data = load(
      antigen(series({.name = "Infant", .doses = series_dose(1) + series_dose(2), .max_age_to_start = "7 months"}) +
              series({.name = "Later",
                      .doses = series_dose(1) + series_dose(2) + series_dose(3),
                      .selection = not_default,
                      .preference = "2",
                      .max_age_to_start = "12 months"})));
  CHECK(series_name(data, assessed(data, patient(data, "2020-01-01", {{"2020-07-31", "A1"}}), "2020-12-01")) ==
        "Infant");
  CHECK(series_name(data, assessed(data, patient(data, "2020-01-01", {{"2020-08-01", "A1"}}), "2020-12-01")) ==
        "Later");
}

TEST_CASE("the order of doses of different days does not matter and the same input gives the same answer") {
  const auto data = load(antigen(series({.name = "Two", .doses = series_dose(1) + series_dose(2)})));
  const auto one =
      assessed(data, patient(data, "2020-01-01", {{"2021-01-01", "A1"}, {"2021-03-01", "A2"}}), "2021-06-01");
  const auto two =
      assessed(data, patient(data, "2020-01-01", {{"2021-03-01", "A2"}, {"2021-01-01", "A1"}}), "2021-06-01");
  CHECK(statuses(one) == statuses(two));
  CHECK(one.doses[0].cvx == two.doses[0].cvx);
}

TEST_CASE("loaded data answer several threads at once") {
  const auto data = load(antigen(series({.name = "Two", .doses = series_dose(1) + series_dose(2)})));
  const auto who = patient(data, "2020-01-01", {{"2021-01-01", "A1"}, {"2021-03-01", "A2"}});
  const auto expected = statuses(assessed(data, who, "2021-06-01"));
  std::atomic<int> same = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const auto got = assess(data, who, day("2021-06-01"));
        same += got.has_value() && statuses(*got) == expected;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(same == 800);
}
