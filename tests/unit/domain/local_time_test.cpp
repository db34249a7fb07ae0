// SPDX-License-Identifier: Apache-2.0
// Hours of the practice and the two clock changes of Europe/Paris; when people are there.
#include <catch2/catch.hpp>

#include "domain/civil_time.h"
#include "domain/working_hours.h"

using namespace relais;
using namespace relais::fiche;
using namespace std::chrono_literals;

namespace {

const std::string paris = "Europe/Paris";

// Practice time; of an hour that comes twice, the first.
Instant at(const char* moment) { return to_instant(parse_moment(moment)->at, paris); }

WorkTime mornings() {
  WorkTime time;
  time.slots = {{{Day::lundi, Day::mardi, Day::mercredi, Day::jeudi, Day::vendredi}, {{8 * 60 + 30, 12 * 60 + 30}}}};
  return time;
}

}  // namespace

TEST_CASE("an hour that does not exist in spring gives the end of the gap") {
  // On 28 March 2027 clocks go from 02:00 to 03:00.
  CHECK(at("2027-03-28T02:30") == at("2027-03-28T03:00"));
  CHECK(at("2027-03-28T03:00") - at("2027-03-28T01:59") == 1min);
}

TEST_CASE("an hour that comes twice in autumn gives the first") {
  // On 25 October 2026 clocks go from 03:00 back to 02:00.
  const auto first = at("2026-10-25T02:30");
  CHECK(to_local(first, paris) == to_local(first + 1h, paris));
  CHECK(at("2026-10-25T03:00") - first == 90min);
}

TEST_CASE("an instant is read with its offset or not at all") {
  const auto summer = parse_instant("2026-07-24T07:30:00+02:00");
  REQUIRE(summer);
  CHECK(*summer == at("2026-07-24T07:30"));
  CHECK(parse_instant("2026-07-24T05:30Z") == summer);
  CHECK(parse_instant("2026-07-23T23:00:00-06:30") == summer);
  for (const auto* refused :
       {"", "2026-07-24", "2026-07-24T07:30:00", "2026-07-24 07:30:00Z", "2026-07-24T25:30:00Z", "2026-02-30T07:30:00Z",
        "2026-07-24T07:30:00+2:00", "2026-07-24T07:30:00+02:0", "2026-07-24T07:30:00+02:99", "2026-07-24T07:30:00ZZZZZZ",
        "2026-07-24T07:30:00+02:00 ", "2026-07-24T-07:30:00Z", "2026-07-24T07:30:00Z02:00",
        "1013-11-23T07:30:0----------------------------------------------------0+01:00"}) {
    INFO(refused);
    CHECK_FALSE(parse_instant(refused));
  }
}

TEST_CASE("a nightly hour comes once on every day also on those of the clock changes") {
  for (const auto* start : {"2026-10-20T12:00", "2027-03-20T12:00"}) {
    auto now = at(start);
    auto day = day_of(to_local(now, paris));
    for (int night = 0; night < 12; ++night) {
      now = next_daily(now, 150min, paris);
      const auto next = day_of(to_local(now, paris));
      CHECK(date::sys_days{next} - date::sys_days{day} == date::days{1});
      day = next;
    }
  }
  CHECK(next_daily(at("2027-03-27T12:00"), 150min, paris) == at("2027-03-28T03:00"));
  CHECK(next_daily(at("2026-10-25T02:30") + 30min, 150min, paris) == at("2026-10-26T02:30"));
}

TEST_CASE("the next daily hour comes after the instant it is asked at") {
  CHECK(next_daily(at("2026-11-23T02:29"), 150min, paris) == at("2026-11-23T02:30"));
  CHECK(next_daily(at("2026-11-23T02:30"), 150min, paris) == at("2026-11-24T02:30"));
  CHECK(next_daily(at("2026-11-23T23:59"), 0min, paris) == at("2026-11-24T00:00"));
}

TEST_CASE("a shift is the one that runs or the next one over week end and holidays") {
  CHECK(shift_at({mornings()}, at("2026-11-23T09:00")) == Shift{at("2026-11-23T08:30"), at("2026-11-23T12:30")});
  CHECK(shift_at({mornings()}, at("2026-11-23T12:30"))->from == at("2026-11-24T08:30"));
  CHECK(shift_at({mornings()}, at("2026-11-27T19:00"))->from == at("2026-11-30T08:30"));
  // Armistice Day is a Wednesday.
  CHECK(shift_at({mornings()}, at("2026-11-10T19:00"))->from == at("2026-11-12T08:30"));
  CHECK_FALSE(shift_at({WorkTime{}}, at("2026-11-23T09:00")));
}

TEST_CASE("training days and leave are days away") {
  auto time = mornings();
  time.away_days = {Day::mardi};
  CHECK(shift_at({time}, at("2026-11-23T19:00"))->from == at("2026-11-25T08:30"));
  time.leave = [](CivilDate day) -> std::optional<CivilDate> {
    const auto last = *parse_date("2026-11-29");
    return day >= *parse_date("2026-11-25") && day <= last ? std::optional(last) : std::nullopt;
  };
  CHECK(shift_at({time}, at("2026-11-23T19:00"))->from == at("2026-11-30T08:30"));
  CHECK(on_leave({time}, at("2026-11-26T09:00")));
  CHECK_FALSE(on_leave({time, mornings()}, at("2026-11-26T09:00")));
}

TEST_CASE("work that arrives in the evening goes to repli after its delay unless somebody is back before") {
  const auto arrived = at("2026-11-23T19:00");
  const auto friday = at("2026-11-27T00:00");
  // Back on the next morning, after thirteen and a half hours.
  CHECK(fallback_at({mornings()}, arrived, 12h, friday, arrived) == arrived + 12h);
  // With more time than that, she has the morning; it goes when she leaves.
  CHECK(fallback_at({mornings()}, arrived, 14h, friday, arrived) == at("2026-11-24T12:30"));
  CHECK(fallback_at({mornings()}, arrived, 24h, friday, arrived) == at("2026-11-24T19:00"));
}

TEST_CASE("what must be seen before anybody is back goes to repli at once") {
  const auto arrived = at("2026-11-23T19:00");
  CHECK(fallback_at({mornings()}, arrived, 24h, arrived + 1h, arrived) == arrived);
  CHECK(fallback_at({mornings()}, arrived, 24h, at("2026-11-24T00:00"), arrived) == arrived);
  // While she is there it is hers; it goes when she leaves and is not back in time.
  const auto morning = at("2026-11-23T12:10");
  CHECK(fallback_at({mornings()}, morning, 24h, morning + 1h, morning) == at("2026-11-23T12:30"));
}

TEST_CASE("during leave work goes to repli from the first hour") {
  auto time = mornings();
  time.leave = [](CivilDate) { return std::optional(*parse_date("2026-12-06")); };
  const auto arrived = at("2026-11-24T09:00");
  CHECK(fallback_at({time}, arrived, 24h, at("2026-11-27T00:00"), arrived) == arrived);
  CHECK(fallback_at({time, mornings()}, arrived, 24h, at("2026-11-27T00:00"), arrived) != arrived);
}

TEST_CASE("what was missed while the host was down is hers again when she is there") {
  const auto arrived = at("2026-11-23T19:00");
  const auto now = at("2026-11-24T09:00");
  CHECK(fallback_at({mornings()}, arrived, 1h, at("2026-11-27T00:00"), now) == at("2026-11-24T12:30"));
}
