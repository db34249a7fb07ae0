// SPDX-License-Identifier: Apache-2.0
// Calendars that are wrong, or that mean harm: each is refused with its code, and quickly.
#include "samples.h"

using namespace relais;
using namespace relais::scheduling::formats;

namespace {

const std::string when = "DTSTART:20261124T080000Z\r\nDURATION:PT1H\r\n";

}  // namespace

TEST_CASE("what is no calendar is malformed") {
  for (const auto& text :
       {std::string(), std::string("\r\n"), std::string("BEGIN:VEVENT\r\nEND:VEVENT\r\n"), std::string("hello"),
        std::string("BEGIN:VCALENDAR\r\n"), calendar("BEGIN:VEVENT\r\nUID:a\r\n"), calendar("END:VEVENT\r\n"),
        calendar(event(when)) + "SUMMARY:after\r\n", calendar(event(when + "SUMMARY:\xE9t\xE9\r\n")),
        calendar(event(when + std::string("X-A:\0\r\n", 7)))}) {
    INFO(text);
    CHECK(refused(text) == "scheduling.ical.malformed");
  }
}

TEST_CASE("a calendar that is cut anywhere is refused") {
  const auto whole = calendar(event(when) + event(when, "e2"));
  for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
    INFO(length);
    CHECK(refused(whole.substr(0, length)).starts_with("scheduling.ical."));
  }
}

TEST_CASE("an event without a name or named twice is refused") {
  CHECK(refused(calendar("BEGIN:VEVENT\r\n" + when + "END:VEVENT\r\n")) == "scheduling.ical.uid");
  CHECK(refused(calendar(event(when) + event(when))) == "scheduling.ical.uid");
  CHECK(refused(calendar(event(when, std::string(300, 'u')))) == "scheduling.ical.uid");
  // Of two versions of one event the later counts.
  CHECK(refused(calendar(event(when) + event(when + "SEQUENCE:1\r\n"))) == "read");
}

TEST_CASE("times that are none are refused and never left out") {
  for (const auto* lines :
       {"SUMMARY:none\r\n", "DTSTART:2026xx\r\n", "DTSTART:20261332T080000Z\r\nDURATION:PT1H\r\n",
        "DTSTART:20261124T250000Z\r\nDURATION:PT1H\r\n", "DTSTART:20261124T080000Z\r\nDTEND:20261124T070000Z\r\n",
        "DTSTART:20261124T080000Z\r\nDTEND:bad\r\n", "DTSTART:20261124T080000Z\r\nDURATION:PXX\r\n",
        "DTSTART:20261124T080000Z\r\nDURATION:-PT1H\r\n", "DTSTART:20261124T080000Z\r\nDTEND;VALUE=DATE:20261125\r\n",
        "DTSTART:20261124T080000Z\r\nDTEND:20261124T090000Z\r\nDURATION:PT1H\r\n",
        "DTSTART:20261124T080000Z\r\nDTEND:22001124T090000Z\r\n", "DTSTART:00011124T080000Z\r\nDURATION:PT1H\r\n"}) {
    INFO(lines);
    CHECK(refused(calendar(event(lines))) == "scheduling.ical.time");
  }
}

TEST_CASE("repetitions that cannot be read without a doubt are refused") {
  for (const auto* rule :
       {"RRULE:FREQ=SECONDLY\r\n", "RRULE:FREQ=MINUTELY;COUNT=1000000\r\n", "RRULE:FREQ=HOURLY\r\n",
        "RRULE:FREQ=WEIRD\r\n", "RRULE:FREQ=DAILY;BYHOUR=8,9,10\r\n", "RRULE:FREQ=DAILY;BYMINUTE=1,2\r\n",
        "RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY\r\n", "EXRULE:FREQ=DAILY\r\n", "EXDATE:foo\r\n",
        "RDATE;VALUE=PERIOD:20261125T080000Z/PT1H\r\n", "RRULE:FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1\r\n"}) {
    INFO(rule);
    CHECK(refused(calendar(event(when + rule))) == "scheduling.ical.recurrence");
  }
  CHECK(refused(calendar(event(when + "RECURRENCE-ID;RANGE=THISANDFUTURE:20261124T080000Z\r\n"))) ==
        "scheduling.ical.recurrence");
}

TEST_CASE("rules that never end or never match cost no more than the window") {
  CHECK(read(calendar(event(when + "RRULE:FREQ=DAILY;COUNT=2000000000\r\n"))).events[0].occurrences.size() < 400);
  CHECK(read(calendar(event(when + "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n"))).events[0].occurrences.size() == 1);
  CHECK(read(calendar(event(when + "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=MO\r\n"))).events[0].occurrences.size() == 1);
  // Ten thousand years of steps before the window.
  std::string many;
  for (int i = 0; i < 20; ++i) {
    many += event("DTSTART:19000101T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n", "s" + std::to_string(i));
  }
  CHECK(refused(calendar(many)) == "scheduling.ical.too-complex");
}

TEST_CASE("sizes and counts are bounded") {
  CHECK(refused(calendar(event(when + "DESCRIPTION:" + std::string(std::size_t{3} << 20U, 'x') + "\r\n"))) ==
        "scheduling.ical.too-large");
  CHECK(refused(calendar(event(when + "DESCRIPTION:" + std::string(70'000, 'x') + "\r\n"))) ==
        "scheduling.ical.too-complex");
  std::string many;
  for (int i = 0; i < 5'001; ++i) many += event(when, std::to_string(i));
  CHECK(refused(calendar(many)) == "scheduling.ical.too-complex");
  std::string nested;
  for (int i = 0; i < 20; ++i) nested += "BEGIN:X-A\r\n";
  for (int i = 0; i < 20; ++i) nested += "END:X-A\r\n";
  CHECK(refused(calendar(nested)) == "scheduling.ical.too-complex");
  std::string series;
  for (int i = 0; i < 60; ++i) series += event(when + "RRULE:FREQ=DAILY\r\n", std::to_string(i));
  CHECK(refused(calendar(series)) == "read");
  for (int i = 60; i < 80; ++i) series += event(when + "RRULE:FREQ=DAILY\r\n", std::to_string(i));
  CHECK(refused(calendar(series)) == "scheduling.ical.too-complex");
}

TEST_CASE("rules of a zone that are no yearly ones are not followed") {
  for (const auto* rule : {"FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY", "FREQ=YEARLY;BYDAY=SU"}) {
    CHECK(refused(calendar("BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
                           "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:" +
                           std::string(rule) + "\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
                           event("DTSTART;TZID=Z:20261124T080000\r\nDURATION:PT1H\r\n"))) == "scheduling.ical.zone");
  }
}
