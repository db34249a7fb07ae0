// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <sstream>

#include "samples.h"

using namespace relais;
using namespace relais::scheduling::formats;

namespace {

// Without the line ends; every one must be CRLF.
std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      line += text[i];
      continue;
    }
    REQUIRE(line.ends_with('\r'));
    line.pop_back();
    all.push_back(std::exchange(line, {}));
  }
  CHECK(line.empty());
  return all;
}
bool has(const std::string& text, const std::string& wanted) {
  const auto all = lines(text);
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

}  // namespace

TEST_CASE("an appointment leaves as RDV in private and nothing more") {
  const auto text = write_icalendar(small_agenda());
  for (const auto* line :
       {"VERSION:2.0", "PRODID:-//Relais//Agenda//FR", "UID:00000000-0000-8000-8000-000000000002",
        "DTSTAMP:20261122T100000Z", "DTSTART;TZID=Europe/Paris:20261124T090000",
        "DTEND;TZID=Europe/Paris:20261124T091500", "SEQUENCE:3", "SUMMARY:RDV", "CLASS:PRIVATE", "STATUS:CONFIRMED",
        "TRANSP:OPAQUE", "TZID:Europe/Paris", "LOCATION:Cabinet fictif\\, 1 rue de l'Église"}) {
    INFO(line << "\n" << text);
    CHECK(has(text, line));
  }
  for (const auto* word : {"ATTENDEE", "DESCRIPTION", "ORGANIZER", "COMMENT", "CATEGORIES"})
    CHECK(text.find(word) == std::string::npos);
}

TEST_CASE("a line is folded by octets and no accent is cut in two") {
  // B7 of the domain note, on the one text that a person writes.
  auto agenda = small_agenda();
  agenda.place.clear();
  for (int i = 0; i < 80; ++i) agenda.place += "é";
  for (int shift = 0; shift < 4; ++shift) {
    const auto text = write_icalendar(agenda);
    for (const auto& line : lines(text)) {
      INFO(line);
      CHECK(line.size() <= 75);
      const auto first = static_cast<unsigned char>(line.empty() ? 'x' : line[line.front() == ' ' ? 1 : 0]);
      CHECK((first & 0xC0U) != 0x80U);
    }
    std::string unfolded;
    for (const auto& line : lines(text)) unfolded += line.starts_with(' ') ? line.substr(1) : "\n" + line;
    CHECK(unfolded.find("LOCATION:" + agenda.place + "\n") != std::string::npos);
    agenda.place = "x" + agenda.place;
  }
}

TEST_CASE("states are those of the table and a no-show is told as any visit") {
  auto agenda = small_agenda();
  const auto status = [&](Standing standing) {
    agenda.visits[0].standing = standing;
    return write_icalendar(agenda);
  };
  CHECK(has(status(Standing::held), "STATUS:TENTATIVE"));
  for (const auto standing : {Standing::confirmed, Standing::fulfilled, Standing::no_show})
    CHECK(has(status(standing), "STATUS:CONFIRMED"));
  CHECK(has(status(Standing::cancelled), "STATUS:CANCELLED"));
  CHECK(has(status(Standing::cancelled), "TRANSP:TRANSPARENT"));
}

TEST_CASE("the second coming of the hour that comes twice is written in UTC") {
  auto agenda = small_agenda();
  agenda.visits[0].start = utc("2026-10-25T01:30:00Z");
  agenda.visits[0].end = utc("2026-10-25T01:45:00Z");
  CHECK(has(write_icalendar(agenda), "DTSTART:20261025T013000Z"));
  agenda.visits[0].start = utc("2026-10-25T00:30:00Z");
  agenda.visits[0].end = utc("2026-10-25T00:45:00Z");
  CHECK(has(write_icalendar(agenda), "DTSTART;TZID=Europe/Paris:20261025T023000"));
}

TEST_CASE("another zone is written in UTC and needs no definition") {
  auto agenda = small_agenda();
  agenda.time_zone = "Indian/Reunion";
  const auto text = write_icalendar(agenda);
  CHECK(has(text, "DTSTART:20261124T080000Z"));
  CHECK(text.find("VTIMEZONE") == std::string::npos);
}

TEST_CASE("what is written is read again as the same time on both sides of a clock change") {
  auto agenda = small_agenda();
  agenda.visits.clear();
  for (auto at = utc("2026-10-24T06:00:00Z"); at < utc("2026-10-26T20:00:00Z"); at += std::chrono::minutes(30)) {
    OutgoingVisit visit;
    visit.uid = "v" + std::to_string(at.time_since_epoch().count());
    visit.start = at;
    visit.end = at + std::chrono::minutes(30);
    agenda.visits.push_back(visit);
  }
  const auto busy = read(write_icalendar(agenda));
  std::set<std::pair<Instant, Instant>> written, found;
  for (const auto& visit : agenda.visits) written.emplace(visit.start, visit.end);
  for (const auto& event : busy.events)
    for (const auto& time : event.occurrences) found.emplace(time.start, time.end);
  CHECK(found == written);
}

TEST_CASE("a place with line ends and commas stays one value") {
  auto agenda = small_agenda();
  agenda.place = "1, rue;\r\nBEGIN:VEVENT\nX:\\y";
  const auto text = write_icalendar(agenda);
  CHECK(std::count(text.begin(), text.end(), '\n') > 10);
  CHECK(read(text).events.size() == 1);
  CHECK_FALSE(has(text, "BEGIN:VEVENT\\nX"));
}
