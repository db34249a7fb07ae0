// SPDX-License-Identifier: Apache-2.0
#include "engine/civil_date.h"

#include <catch2/catch.hpp>

using namespace relais::vaccine;

namespace {

std::string sum(std::string_view from, std::string_view duration) {
  return iso(add(parse_iso_day(from).value(), parse_duration(duration).value()));
}

}  // namespace

TEST_CASE("dates are added as the specification's examples say") {
  CHECK(sum("2000-01-01", "3 years") == "2003-01-01");
  CHECK(sum("2000-11-01", "6 months") == "2001-05-01");
  CHECK(sum("2000-02-01", "5 weeks") == "2000-03-07");
  CHECK(sum("2001-02-01", "5 weeks") == "2001-03-08");
  CHECK(sum("2000-01-31", "6 months - 4 days") == "2000-07-27");
}

TEST_CASE("a day that the month does not have becomes the first of the next month") {
  CHECK(sum("2000-03-31", "6 months") == "2000-10-01");
  CHECK(sum("2000-08-31", "6 months") == "2001-03-01");
  CHECK(sum("2000-02-29", "1 year") == "2001-03-01");
  CHECK(sum("2024-01-30", "1 month") == "2024-03-01");
}

TEST_CASE("durations of several terms parse and others are refused") {
  CHECK(parse_duration("8 months + 1 day") == Duration{0, 8, 1});
  CHECK(parse_duration("13 years + 4 weeks") == Duration{13, 0, 28});
  CHECK(parse_duration("16 years - 4 months") == Duration{16, -4, 0});
  CHECK(parse_duration("0 days") == Duration{});
  for (const auto* text : {"", "4", "days", "4 dayz", "4 days 2", "4 days +", "+ 4 days", "-4 days", "4  fortnights",
                           "999999999999 days", "1.5 years"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("a duration of so many terms that no number holds their sum is refused") {
  std::string text = "99999 weeks";
  for (int i = 0; i < 4'000; ++i) text += " + 99999 weeks";
  CHECK_FALSE(parse_duration(text));
}

TEST_CASE("dates that do not exist are refused") {
  CHECK(parse_iso_day("2024-02-29"));
  CHECK_FALSE(parse_iso_day("2023-02-29"));
  CHECK_FALSE(parse_iso_day("2023-2-01"));
  CHECK_FALSE(parse_iso_day("2023-02-1x"));
  CHECK_FALSE(parse_compact_day("20231301"));
  CHECK_FALSE(parse_iso_day("0001-01-01"));
  CHECK(parse_month_first_day("01/31/1980") == parse_iso_day("1980-01-31"));
}

TEST_CASE("dates and durations are told in French") {
  CHECK(french_day(*parse_iso_day("2026-02-03")) == "03/02/2026");
  CHECK(french(Duration{0, 12, -4}) == "12 mois - 4 jours");
  CHECK(french(Duration{1, 0, 28}) == "1 an + 4 semaines");
}
