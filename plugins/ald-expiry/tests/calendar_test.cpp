// SPDX-License-Identifier: Apache-2.0
#include "calendar.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "patient.h"

using namespace ald;
using ald::test::durations;
using ald::test::on;
using relais::RightPeriod;

TEST_CASE("29 February becomes 1 March in a year without it") {
  CHECK(anniversary(on(2020, 2, 29), 5) == on(2025, 3, 1));
  CHECK(anniversary(on(2020, 2, 29), 4) == on(2024, 2, 29));
  CHECK(last_day(on(2020, 2, 29), 5) == on(2025, 2, 28));
  CHECK(last_day(on(2015, 3, 1), 5) == on(2020, 2, 29));
  CHECK(last_day(on(2023, 12, 15), 3) == on(2026, 12, 14));
}

TEST_CASE("months are counted back to the last day of a shorter month") {
  CHECK(minus_months(on(2026, 12, 31), 3) == on(2026, 9, 30));
  CHECK(minus_months(on(2026, 4, 30), 2) == on(2026, 2, 28));
  CHECK(minus_months(on(2024, 4, 30), 2) == on(2024, 2, 29));
  CHECK(minus_months(on(2026, 1, 15), 3) == on(2025, 10, 15));
}

TEST_CASE("the anniversary is never a count of 365 days") {
  for (int year = 2011; year < 2031; ++year) {
    const Date start = on(year, 7, 14);
    CHECK(anniversary(start, 10) == on(year + 10, 7, 14));
    CHECK(last_day(start, 10) == on(year + 10, 7, 13));
  }
}

TEST_CASE("stages change on their own day whatever the zone of the machine") {
  const Settings settings;
  const Date end = on(2026, 12, 14);
  for (const char* zone : {"Europe/Paris", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Martinique",
                           "Indian/Reunion", "Pacific/Noumea"}) {
    INFO(zone);
    REQUIRE(setenv("TZ", zone, 1) == 0);
    tzset();
    CHECK(stage_on(end, on(2026, 6, 13), settings) == Stage::none);
    CHECK(stage_on(end, on(2026, 6, 14), settings) == Stage::watch);
    CHECK(stage_on(end, on(2026, 9, 13), settings) == Stage::watch);
    CHECK(stage_on(end, on(2026, 9, 14), settings) == Stage::prepare);
    CHECK(stage_on(end, on(2026, 10, 13), settings) == Stage::prepare);
    CHECK(stage_on(end, on(2026, 10, 14), settings) == Stage::due);
    CHECK(stage_on(end, on(2026, 11, 28), settings) == Stage::due);
    CHECK(stage_on(end, on(2026, 11, 29), settings) == Stage::critical);
    CHECK(stage_on(end, on(2026, 12, 14), settings) == Stage::critical);
    CHECK(stage_on(end, on(2026, 12, 15), settings) == Stage::expired);
    CHECK(stage_on(std::nullopt, on(2026, 12, 15), settings) == Stage::unknown);
    CHECK(last_day(on(2017, 5, 2), 10) == on(2027, 5, 1));
    CHECK(french(on(2027, 5, 1)) == "01/05/2027");
  }
  REQUIRE(unsetenv("TZ") == 0);
  tzset();
}

TEST_CASE("a doctor moves the first and the last reminder and never the caisse's own marks") {
  const Date end = on(2026, 12, 14);
  const Settings wide{12, 45};
  CHECK(stage_on(end, on(2025, 12, 14), wide) == Stage::watch);
  CHECK(stage_on(end, on(2026, 10, 30), wide) == Stage::critical);
  CHECK(stage_on(end, on(2026, 10, 14), wide) == Stage::due);
  CHECK(stage_on(end, on(2026, 9, 14), wide) == Stage::prepare);
}

namespace {

struct Example {
  const char* id;
  const char* number;
  RightPeriod period;
  Date start, end, day;
  Stage stage;
};

}  // namespace

TEST_CASE("the worked examples of ALD dates come out day for day") {
  const Example examples[] = {
      {"E1", "8", RightPeriod::first, on(2017, 5, 2), on(2027, 5, 1), on(2026, 11, 21), Stage::watch},
      {"E1 prepared", "8", RightPeriod::first, on(2017, 5, 2), on(2027, 5, 1), on(2027, 2, 1), Stage::prepare},
      {"E2 before", "8", RightPeriod::first, on(2016, 12, 1), on(2021, 11, 30), on(2021, 12, 1), Stage::expired},
      {"E2", "8", RightPeriod::renewal, on(2021, 12, 1), on(2031, 11, 30), on(2026, 11, 21), Stage::none},
      {"E3", "1", RightPeriod::first, on(2023, 12, 15), on(2026, 12, 14), on(2026, 11, 28), Stage::due},
      {"E3 critical", "1", RightPeriod::first, on(2023, 12, 15), on(2026, 12, 14), on(2026, 11, 29), Stage::critical},
      {"E4", "24", RightPeriod::first, on(2023, 10, 1), on(2026, 9, 30), on(2026, 6, 30), Stage::prepare},
      {"E4 renewed", "24", RightPeriod::renewal, on(2026, 10, 1), on(2031, 9, 30), on(2026, 11, 21), Stage::none},
      {"E5 before", "24", RightPeriod::first, on(2024, 7, 9), on(2027, 7, 8), on(2027, 4, 8), Stage::prepare},
      {"E5", "24", RightPeriod::first, on(2024, 7, 10), on(2029, 7, 9), on(2029, 1, 9), Stage::watch},
      {"E6", "23.a", RightPeriod::first, on(2021, 9, 30), on(2026, 9, 29), on(2026, 9, 30), Stage::expired},
      {"E6 renewed", "23.a", RightPeriod::renewal, on(2026, 9, 30), on(2036, 9, 29), on(2026, 11, 21), Stage::none},
      {"E7", "12", RightPeriod::renewal, on(2021, 5, 2), on(2031, 5, 1), on(2026, 11, 21), Stage::none},
      {"E8", "23.d", RightPeriod::first, on(2020, 2, 29), on(2025, 2, 28), on(2024, 12, 28), Stage::due},
      {"E8 day before", "23.d", RightPeriod::first, on(2020, 2, 29), on(2025, 2, 28), on(2024, 12, 27), Stage::prepare},
      {"E8 over", "23.d", RightPeriod::first, on(2020, 2, 29), on(2025, 2, 28), on(2025, 3, 1), Stage::expired},
      {"E9", "7.2-nn", RightPeriod::first, on(2024, 1, 20), on(2027, 1, 19), on(2026, 11, 19), Stage::due},
  };
  for (const auto& one : examples) {
    INFO(one.id);
    Right right;
    right.number = one.number;
    right.period = one.period;
    right.from = one.start;
    const End end = end_of(right, durations());
    REQUIRE(end.day.has_value());
    CHECK(*end.day == one.end);
    CHECK(end.source == EndSource::estimated);
    CHECK_FALSE(end.discrepancy.has_value());
    CHECK(stage_on(end.day, one.day, {}) == one.stage);
  }
}
