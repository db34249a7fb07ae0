// SPDX-License-Identifier: Apache-2.0
#include "scheduling/slots.h"

#include <rapidcheck.h>

#include <algorithm>

#include "support/agenda_samples.h"

using namespace relais;
using namespace relais::scheduling;
using test::opening;
using test::paris;

namespace {

const Works nobody = [](const std::string&, fiche::CivilDate) { return false; };
constexpr std::int64_t minute = 60'000;

fiche::CivilDate day(const std::string& text) { return *fiche::parse_date(text); }

Span days(const std::string& first, const std::string& last) {
  return {paris(first + "T00:00"), paris(last + "T00:00") + 25 * 60 * minute};
}

v1::Schedule agenda(std::initializer_list<v1::Opening> openings) {
  v1::Schedule made;
  made.set_id("a");
  made.set_person_id("marchand");
  for (const auto& one : openings) *made.add_openings() = one;
  return made;
}

// Starts of the grid over some days, in minutes since `from`.
std::vector<std::int64_t> starts(const v1::Schedule& schedule, Span within, const ClosedDays& closed = {},
                                 const Works& works = nobody) {
  std::vector<std::int64_t> all;
  for (const auto& open : open_spans(schedule, "Europe/Paris", closed, works, within))
    for (const auto& span : open.grid) all.push_back(span.start_ms);
  return all;
}

std::vector<std::int64_t> utc(std::initializer_list<const char*> texts) {
  std::vector<std::int64_t> all;
  for (const auto* text : texts) {
    const auto moment = fiche::parse_moment(text);
    REQUIRE(moment);
    all.push_back(std::chrono::milliseconds(moment->at.time_since_epoch()).count());
  }
  return all;
}

}  // namespace

TEST_CASE("half past eight stays half past eight through both clock changes") {
  const auto schedule = agenda({opening(1, "08:30", "09:30", v1::SLOT_KIND_ROUTINE, 60)});
  CHECK(starts(schedule, days("2026-10-19", "2026-10-26")) == utc({"2026-10-19T06:30", "2026-10-26T07:30"}));
  // 29 March 2027 is Easter Monday.
  CHECK(starts(schedule, days("2027-03-22", "2027-04-05")) == utc({"2027-03-22T07:30", "2027-04-05T06:30"}));
}

TEST_CASE("an hour that comes twice is offered once and an hour that is skipped is not offered") {
  const auto schedule = agenda({opening(7, "01:00", "04:00", v1::SLOT_KIND_ROUTINE, 30)});
  // Sunday 25 October 2026: 02:30 exists twice, at 00:30Z and 01:30Z.
  CHECK(starts(schedule, days("2026-10-25", "2026-10-25")) ==
        utc({"2026-10-24T23:00", "2026-10-24T23:30", "2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T02:00",
             "2026-10-25T02:30"}));
  // Sunday 28 March 2027: 02:30 does not exist.
  CHECK(starts(schedule, days("2027-03-28", "2027-03-28")) ==
        utc({"2027-03-28T00:00", "2027-03-28T00:30", "2027-03-28T01:00", "2027-03-28T01:30"}));
}

TEST_CASE("a slot that runs into the skipped hour ends on time and the next one waits for it") {
  const auto schedule = agenda({opening(7, "01:55", "03:45", v1::SLOT_KIND_ROUTINE, 25)});
  // From 00:55Z to 01:20Z, which is 03:20 by the clocks: the step of 03:10 would overlap it.
  CHECK(starts(schedule, days("2027-03-28", "2027-03-28")) == utc({"2027-03-28T00:55"}));
}

TEST_CASE("public holidays close the days that do not say otherwise, by region") {
  auto schedule = agenda({opening(5, "09:00", "10:00"), opening(6, "09:00", "10:00")});
  ClosedDays closed;
  // Christmas 2026 is a Friday; the day after is a holiday in Alsace and Moselle only.
  CHECK(starts(schedule, days("2026-12-25", "2026-12-26"), closed).front() == paris("2026-12-26T09:00"));
  CHECK(starts(schedule, days("2026-12-18", "2026-12-19"), closed).size() == 8);
  closed.region = fiche::HolidayRegion::alsace_moselle;
  CHECK(starts(schedule, days("2026-12-25", "2026-12-26"), closed).empty());
  schedule.mutable_openings(0)->set_holidays(true);
  CHECK(starts(schedule, days("2026-12-25", "2026-12-26"), closed).front() == paris("2026-12-25T09:00"));
  // Easter Monday and Ascension 2027.
  const auto weekday = agenda({opening(1, "09:00", "10:00", v1::SLOT_KIND_ROUTINE, 60),
                               opening(4, "09:00", "10:00", v1::SLOT_KIND_ROUTINE, 60)});
  CHECK(starts(weekday, days("2027-03-29", "2027-03-29"), ClosedDays{}).empty());
  CHECK(starts(weekday, days("2027-05-06", "2027-05-06"), ClosedDays{}).empty());
  CHECK(starts(weekday, days("2027-05-13", "2027-05-13"), ClosedDays{}).size() == 1);
}

TEST_CASE("closures of the practice and of the agenda and leave take their days away") {
  auto schedule = agenda({opening(1, "09:00", "10:00"), opening(2, "09:00", "10:00"), opening(3, "09:00", "10:00")});
  ClosedDays closed;
  closed.practice = {{day("2026-11-23"), day("2026-11-23")}};
  closed.away["marchand"] = {{day("2026-11-24"), day("2026-11-24")}};
  closed.away["nguyen"] = {{day("2026-11-25"), day("2026-11-25")}};
  auto& part = *schedule.add_closures();
  part.set_start_ms(paris("2026-11-25T09:20"));
  part.set_end_ms(paris("2026-11-25T09:40"));
  CHECK(starts(schedule, days("2026-11-23", "2026-11-25"), closed) ==
        std::vector<std::int64_t>{paris("2026-11-25T09:00"), paris("2026-11-25T09:45")});
}

TEST_CASE("an opening may hold on the days with the assistant and another on the days without") {
  auto with = opening(1, "09:00", "10:00", v1::SLOT_KIND_ROUTINE, 10);
  with.set_presence(v1::ASSISTANT_PRESENCE_WITH);
  with.set_assistant_id("perrin");
  auto without = opening(1, "09:00", "10:00", v1::SLOT_KIND_ROUTINE, 20);
  without.set_presence(v1::ASSISTANT_PRESENCE_WITHOUT);
  without.set_assistant_id("perrin");
  const auto schedule = agenda({with, without});
  REQUIRE(check_hours(schedule));
  const auto hers = test::assistants_agenda();
  ClosedDays closed;
  closed.away["perrin"] = {{day("2026-11-30"), day("2026-11-30")}};
  const Works works = [&](const std::string& who, fiche::CivilDate on) {
    return works_on({hers}, "Europe/Paris", closed, who, on);
  };
  CHECK(starts(schedule, days("2026-11-23", "2026-11-23"), closed, works).size() == 6);
  CHECK(starts(schedule, days("2026-11-30", "2026-11-30"), closed, works).size() == 3);
  CHECK(works("perrin", day("2026-11-24")));
  CHECK_FALSE(works("perrin", day("2026-11-25")));
  CHECK_FALSE(works("nguyen", day("2026-11-24")));
}

TEST_CASE("an opening holds between its dates") {
  auto bounded = opening(1, "09:00", "09:15");
  bounded.set_from("2026-11-30");
  bounded.set_until("2026-12-07");
  CHECK(starts(agenda({bounded}), days("2026-11-23", "2026-12-14")) ==
        std::vector<std::int64_t>{paris("2026-11-30T09:00"), paris("2026-12-07T09:00")});
}

TEST_CASE("free spans leave out what is taken and what is past and may be of another length or in a row") {
  const auto open = open_spans(agenda({opening(1, "09:00", "10:00")}), "Europe/Paris", {}, nobody,
                               days("2026-11-23", "2026-11-23"));
  REQUIRE(open.size() == 1);
  const auto at = [](const std::string& time) { return paris("2026-11-23T" + time); };
  const auto free_starts = [&](std::vector<Span> taken, Cut cut) {
    std::vector<std::int64_t> all;
    for (const auto& span : free_spans(open.front(), taken, cut)) all.push_back(span.start_ms);
    return all;
  };
  using Starts = std::vector<std::int64_t>;
  CHECK(free_starts({}, {}) == Starts{at("09:00"), at("09:15"), at("09:30"), at("09:45")});
  CHECK(free_starts({{at("09:20"), at("09:25")}}, {}) == Starts{at("09:00"), at("09:30"), at("09:45")});
  // What only touches takes nothing.
  CHECK(free_starts({{at("08:00"), at("09:00")}, {at("10:00"), at("11:00")}}, {}).size() == 4);
  CHECK(free_starts({}, {0, 1, at("09:16")}) == Starts{at("09:30"), at("09:45")});
  CHECK(free_starts({}, {30, 1, 0}) == Starts{at("09:00"), at("09:15"), at("09:30")});
  CHECK(free_starts({{at("09:00"), at("09:15")}}, {0, 3, 0}) == Starts{at("09:15")});
  CHECK(free_starts({}, {90, 1, 0}).empty());
}

TEST_CASE("whatever is taken nothing free overlaps it or leaves the hours") {
  const auto schedule = agenda({opening(1, "08:00", "12:00", v1::SLOT_KIND_ROUTINE, 20), opening(7, "00:30", "05:00")});
  const auto within = days("2026-10-25", "2026-10-26");
  const auto open = open_spans(schedule, "Europe/Paris", {}, nobody, within);
  REQUIRE(open.size() == 2);
  CHECK(rc::check([&] {
    std::vector<Span> taken;
    const auto count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
      const auto start = within.start_ms + *rc::gen::inRange<std::int64_t>(0, 50 * 60) * minute;
      taken.push_back({start, start + *rc::gen::inRange<std::int64_t>(1, 120) * minute});
    }
    const Cut cut{*rc::gen::element<std::int64_t>(0, 5, 15, 35), *rc::gen::inRange(1, 4), 0};
    for (const auto& one : open) {
      for (const auto& span : free_spans(one, taken, cut)) {
        RC_ASSERT(one.span.holds(span));
        RC_ASSERT(std::ranges::none_of(taken, [&](const Span& other) { return other.overlaps(span); }));
      }
      for (std::size_t i = 1; i < one.grid.size(); ++i) RC_ASSERT(!one.grid[i - 1].overlaps(one.grid[i]));
    }
  }));
}

TEST_CASE("hours that cannot be are refused with their place") {
  const auto place = [](const v1::Schedule& schedule) {
    const auto checked = check_hours(schedule);
    if (checked) return std::string("ok");
    CHECK(checked.error().code == Code::scheduling_hours);
    return checked.error().place;
  };
  CHECK(place(test::doctors_agenda()) == "ok");
  CHECK(place(agenda({opening(1, "09:00", "24:00")})) == "ok");
  CHECK(place(agenda({opening(0, "09:00", "10:00")})) == "schedule.openings[0].weekday");
  for (const auto* start : {"9:00", "09:01", "24:00", "09:60", "0900", "aa:bb", ""})
    CHECK(place(agenda({opening(1, start, "24:00")})) == "schedule.openings[0].start");
  for (const auto* end : {"09:00", "08:00", "24:05", "10:02", ""})
    CHECK(place(agenda({opening(1, "09:00", end)})) == "schedule.openings[0].end");
  for (const int minutes : {0, -5, 7, 245})
    CHECK(place(agenda({opening(1, "09:00", "10:00", v1::SLOT_KIND_ROUTINE, minutes)})) ==
          "schedule.openings[0].slot_minutes");
  CHECK(place(agenda({opening(1, "09:00", "10:00", v1::SLOT_KIND_UNSPECIFIED)})) == "schedule.openings[0].kind");
  CHECK(place(agenda({opening(1, "09:00", "10:00"), opening(1, "09:45", "11:00")})) == "schedule.openings[1].start");
  CHECK(place(agenda({opening(1, "09:00", "10:00"), opening(1, "10:00", "11:00"), opening(2, "09:00", "10:00")})) == "ok");
  auto summer = opening(1, "09:00", "10:00"), winter = summer;
  summer.set_until("2026-08-31");
  winter.set_from("2026-09-01");
  CHECK(place(agenda({summer, winter})) == "ok");
  winter.set_from("2026-13-01");
  CHECK(place(agenda({summer, winter})) == "schedule.openings[1].from");
  auto of_nobody = opening(1, "09:00", "10:00");
  of_nobody.set_presence(v1::ASSISTANT_PRESENCE_WITH);
  CHECK(place(agenda({of_nobody})) == "schedule.openings[0].assistant_id");
  auto zone = agenda({});
  zone.set_time_zone("Europe/Lutece");
  CHECK(place(zone) == "schedule.time_zone");
  auto recalls = agenda({});
  recalls.set_recalls_per_day(-1);
  CHECK(place(recalls) == "schedule.recalls_per_day");
  auto closed = agenda({});
  closed.add_closures()->set_start_ms(1);
  CHECK(place(closed) == "schedule.closures[0].end_ms");
}

TEST_CASE("a recall takes ordinary slots and never those of unplanned care of colleagues or without appointment") {
  const auto recall = [](v1::SlotKind kind, bool typed = true) {
    return may_take(v1::BOOKING_ORIGIN_RECALL, kind, typed);
  };
  CHECK(recall(v1::SLOT_KIND_ROUTINE));
  CHECK(recall(v1::SLOT_KIND_ASSISTANT));
  CHECK(recall(v1::SLOT_KIND_VACCINE_ROUND));
  CHECK(recall(v1::SLOT_KIND_LONG));
  CHECK_FALSE(recall(v1::SLOT_KIND_LONG, false));
  CHECK_FALSE(recall(v1::SLOT_KIND_UNPLANNED));
  CHECK_FALSE(recall(v1::SLOT_KIND_PRO));
  CHECK_FALSE(recall(v1::SLOT_KIND_WALK_IN));
  CHECK_FALSE(recall(v1::SLOT_KIND_UNSPECIFIED));
  CHECK(may_take(v1::BOOKING_ORIGIN_PERSON, v1::SLOT_KIND_UNPLANNED, false));
  CHECK_FALSE(may_take(v1::BOOKING_ORIGIN_PERSON, v1::SLOT_KIND_WALK_IN, true));
}
