// SPDX-License-Identifier: Apache-2.0
#include "samples.h"

using namespace relais;
using namespace relais::scheduling::formats;
using Times = std::vector<std::string>;

TEST_CASE("a weekly series at nine in Paris changes its UTC hour with the clocks") {
  // B6 of the domain note; changes on 25 October 2026 and 28 March 2027.
  const auto weekly = times(read(calendar(event("DTSTART;TZID=Europe/Paris:20261024T090000\r\n"
                                                "DTEND;TZID=Europe/Paris:20261024T091500\r\n"
                                                "RRULE:FREQ=WEEKLY;COUNT=3\r\n"))));
  CHECK(weekly == Times{"2026-10-24T07:00Z/2026-10-24T07:15Z", "2026-10-31T08:00Z/2026-10-31T08:15Z",
                        "2026-11-07T08:00Z/2026-11-07T08:15Z"});
  const auto spring = times(read(calendar(event("DTSTART;TZID=Europe/Paris:20270327T090000\r\nDURATION:PT15M\r\n"
                                                "RRULE:FREQ=DAILY;UNTIL=20270329T070000Z\r\n"))));
  CHECK(spring == Times{"2027-03-27T08:00Z/2027-03-27T08:15Z", "2027-03-28T07:00Z/2027-03-28T07:15Z",
                        "2027-03-29T07:00Z/2027-03-29T07:15Z"});
}

TEST_CASE("the hour that comes twice is the first and the one that does not exist counts with the offset before") {
  CHECK(times(read(calendar(event("DTSTART;TZID=Europe/Paris:20261025T023000\r\nDURATION:PT15M\r\n")))) ==
        Times{"2026-10-25T00:30Z/2026-10-25T00:45Z"});
  CHECK(times(read(calendar(event("DTSTART;TZID=Europe/Paris:20270328T023000\r\nDURATION:PT15M\r\n")))) ==
        Times{"2027-03-28T01:30Z/2027-03-28T01:45Z"});
}

TEST_CASE("a zone that only the calendar defines is read by its own rules") {
  const std::string zone =
      "BEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\n"
      "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
      "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
      "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
      "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";
  const auto in_zone = [&](const std::string& hour, const std::string& rule = {}) {
    return times(read(calendar(zone + event("DTSTART;TZID=Romance Standard Time:" + hour + "\r\nDURATION:PT15M\r\n" +
                                            rule))));
  };
  CHECK(in_zone("20261024T090000", "RRULE:FREQ=WEEKLY;COUNT=2\r\n") ==
        Times{"2026-10-24T07:00Z/2026-10-24T07:15Z", "2026-10-31T08:00Z/2026-10-31T08:15Z"});
  CHECK(in_zone("20261025T023000") == Times{"2026-10-25T00:30Z/2026-10-25T00:45Z"});
  CHECK(in_zone("20261025T030000") == Times{"2026-10-25T02:00Z/2026-10-25T02:15Z"});
  CHECK(in_zone("20270328T023000") == Times{"2027-03-28T01:30Z/2027-03-28T01:45Z"});
  CHECK(in_zone("20270328T030000") == Times{"2027-03-28T01:00Z/2027-03-28T01:15Z"});
  CHECK(refused(calendar(event("DTSTART;TZID=Elsewhere/Nowhere:20261024T090000\r\nDURATION:PT15M\r\n"))) ==
        "scheduling.ical.zone");
}

TEST_CASE("a prefix before the name of a zone does not hide it") {
  CHECK(times(read(calendar(event("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20261124T090000\r\n"
                                  "DURATION:PT15M\r\n")))) == Times{"2026-11-24T08:00Z/2026-11-24T08:15Z"});
}

TEST_CASE("floating hours and whole days are the practice's") {
  CHECK(times(read(calendar(event("DTSTART:20261124T090000\r\nDTEND:20261124T100000\r\n")))) ==
        Times{"2026-11-24T08:00Z/2026-11-24T09:00Z"});
  CHECK(times(read(calendar(event("DTSTART;VALUE=DATE:20261024\r\nDTEND;VALUE=DATE:20261026\r\n")))) ==
        Times{"2026-10-23T22:00Z/2026-10-25T23:00Z"});
  CHECK(times(read(calendar(event("DTSTART;VALUE=DATE:20261025\r\n")))) == Times{"2026-10-24T22:00Z/2026-10-25T23:00Z"});
}

TEST_CASE("EXDATE takes a coming out and RECURRENCE-ID moves one") {
  const std::string series = "DTSTART;TZID=Europe/Paris:20261103T090000\r\nDTEND;TZID=Europe/Paris:20261103T100000\r\n"
                             "RRULE:FREQ=WEEKLY;COUNT=4\r\n";
  const auto all = read(calendar(event(series + "EXDATE;TZID=Europe/Paris:20261110T090000\r\n") +
                                 event("RECURRENCE-ID;TZID=Europe/Paris:20261117T090000\r\nSEQUENCE:1\r\n"
                                       "DTSTART;TZID=Europe/Paris:20261118T140000\r\n"
                                       "DTEND;TZID=Europe/Paris:20261118T143000\r\n") +
                                 event("RECURRENCE-ID:20261124T080000Z\r\nSTATUS:CANCELLED\r\n"
                                       "DTSTART;TZID=Europe/Paris:20261124T090000\r\nDURATION:PT1H\r\n")));
  CHECK(times(all) == Times{"2026-11-03T08:00Z/2026-11-03T09:00Z", "2026-11-18T13:00Z/2026-11-18T13:30Z"});
  CHECK(all.events[0].sequence == 1);
  // A day in EXDATE takes out what starts on it.
  CHECK(times(read(calendar(event(series + "EXDATE;VALUE=DATE:20261103,20261110,20261117\r\n")))) ==
        Times{"2026-11-24T08:00Z/2026-11-24T09:00Z"});
}

TEST_CASE("RDATE adds comings and rules are followed only to the end of the window") {
  CHECK(times(read(calendar(event("DTSTART:20261103T080000Z\r\nDURATION:PT1H\r\nRDATE:20261105T080000Z\r\n")))).size() ==
        2);
  const auto endless = read(calendar(event("DTSTART:20200101T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n")));
  CHECK(endless.events[0].occurrences.size() == 365);
  CHECK(endless.events[0].occurrences.front().start == utc("2026-10-01T08:00:00Z"));
  CHECK(endless.events[0].occurrences.back().start == utc("2027-09-30T08:00:00Z"));
}

TEST_CASE("a coming that began before the window and lasts into it is busy") {
  CHECK(times(read(calendar(event("DTSTART:20260929T080000Z\r\nDTEND:20261002T080000Z\r\n")))) ==
        Times{"2026-09-29T08:00Z/2026-10-02T08:00Z"});
  CHECK(times(read(calendar(event("DTSTART:20260929T080000Z\r\nDTEND:20260930T220000Z\r\n")))).empty());
}

TEST_CASE("what is cancelled or transparent takes no time and what is tentative does") {
  const std::string hour = "DTSTART:20261124T080000Z\r\nDTEND:20261124T090000Z\r\n";
  CHECK(times(read(calendar(event(hour + "STATUS:CANCELLED\r\n")))).empty());
  CHECK(times(read(calendar(event(hour + "TRANSP:TRANSPARENT\r\n")))).empty());
  CHECK(times(read(calendar(event("DTSTART:20261124T080000Z\r\n")))).empty());
  const auto tentative = read(calendar(event(hour + "STATUS:TENTATIVE\r\n")));
  REQUIRE(times(tentative).size() == 1);
  CHECK(tentative.events[0].occurrences[0].tentative);
}

TEST_CASE("free and busy times are read where a calendar has only those") {
  const auto busy = read(calendar("BEGIN:VFREEBUSY\r\nUID:fb\r\nDTSTAMP:20261001T080000Z\r\n"
                                  "FREEBUSY:20261124T080000Z/PT1H,20261125T080000Z/20261125T093000Z\r\n"
                                  "FREEBUSY;FBTYPE=FREE:20261126T080000Z/PT1H\r\n"
                                  "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261127T080000Z/PT1H\r\nEND:VFREEBUSY\r\n"));
  CHECK(times(busy) == Times{"2026-11-24T08:00Z/2026-11-24T09:00Z", "2026-11-25T08:00Z/2026-11-25T09:30Z",
                             "2026-11-27T08:00Z/2026-11-27T09:00Z"});
  CHECK(busy.events[0].occurrences[2].tentative);
}

TEST_CASE("a busy time of so many weeks that no number holds its seconds is refused") {
  // 7102 weeks are 2^32 seconds and 3.7 days.
  for (const auto* length : {"P7102W", "P49711D", "PT1193047H", "PT71582789M", "PT4294967295S"}) {
    INFO(length);
    const auto busy = calendar("BEGIN:VFREEBUSY\r\nUID:fb\r\nDTSTAMP:20261001T080000Z\r\nFREEBUSY:20261124T080000Z/" +
                               std::string(length) + "\r\nEND:VFREEBUSY\r\n");
    CHECK(refused(busy) == "scheduling.ical.time");
  }
}

TEST_CASE("the same text has the same version and another hour another one") {
  const auto version = [](const std::string& lines) { return read(calendar(event(lines))).events[0].version; };
  const std::string hour = "DTSTART:20261124T080000Z\r\nDURATION:PT1H\r\n";
  CHECK(version(hour) == version(hour));
  CHECK(version(hour) != version("DTSTART:20261124T081500Z\r\nDURATION:PT1H\r\n"));
  CHECK(version(hour) != version(hour + "STATUS:CANCELLED\r\n"));
}

TEST_CASE("lines that this reader does not know and folded ones do no harm") {
  CHECK(times(read("\xEF\xBB\xBF" + calendar("X-WR-CALNAME:Garde\r\n" +
                                             event("X-MOZ-GENERATION:2\r\nSUMMARY:Réunion à l'hôpi\r\n tal\r\nDTSTART;TZID"
                                                   "=Europe\r\n /Paris:20261124T090000\r\nDURATION:PT1H\r\n"
                                                   "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n") +
                                             "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:x\r\nEND:VTODO\r\n"))) ==
        Times{"2026-11-24T08:00Z/2026-11-24T09:00Z"});
}
