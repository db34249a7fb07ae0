// SPDX-License-Identifier: Apache-2.0
// Other programs read what we write and we read what they keep.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <tuple>

#include "support/scratch.h"
#include "unit/scheduling/formats/samples.h"

using namespace relais;
using namespace relais::scheduling::formats;

namespace {

std::string whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A week around the change of the clocks, in every state, and a place that has to be folded and escaped.
OutgoingAgenda busy_agenda() {
  auto agenda = small_agenda();
  agenda.place = "Maison de santé de l'Évêché, 3 bis rue Saint-André ; 2e étage, accès par l'arrière de la pharmacie";
  agenda.visits.clear();
  constexpr std::array standings{Standing::held, Standing::confirmed, Standing::no_show, Standing::fulfilled,
                                 Standing::cancelled};
  int number = 0;
  for (auto at = utc("2026-10-23T06:00:00Z"); at < utc("2026-10-29T18:00:00Z"); at += std::chrono::minutes(150)) {
    OutgoingVisit visit;
    visit.uid = "00000000-0000-8000-8000-" + std::to_string(100'000'000'000 + number);
    visit.sequence = number;
    visit.start = at;
    visit.end = at + std::chrono::minutes(20);
    visit.standing = standings.at(static_cast<std::size_t>(number) % standings.size());
    visit.made = visit.changed = utc("2026-10-01T08:00:00Z");
    agenda.visits.push_back(visit);
    ++number;
  }
  return agenda;
}

std::string line_of(const OutgoingVisit& visit) {
  const auto at = [](Instant instant) { return date::format("%FT%TZ", date::floor<std::chrono::seconds>(instant)); };
  const auto* const status = visit.standing == Standing::held        ? "TENTATIVE"
                             : visit.standing == Standing::cancelled ? "CANCELLED"
                                                                     : "CONFIRMED";
  return visit.uid + "|" + std::to_string(visit.sequence) + "|" + status + "|" + at(visit.start) + "|" + at(visit.end) +
         "|RDV|PRIVATE";
}

void run(const std::string& command) {
  INFO(command);
  // An error of the script says itself what is missing.
  REQUIRE(std::system(command.c_str()) == 0);
}

// What our own reader and vobject find in the file are the visits of the agenda.
void same_visits(const std::filesystem::path& file, const OutgoingAgenda& agenda) {
  const test::Scratch scratch;
  const auto said = scratch.path() / "said";
  run(std::string(READ_ICS " ") + file.string() + " >" + said.string());
  std::vector<std::string> wanted, found;
  for (const auto& visit : agenda.visits) wanted.push_back(line_of(visit));
  std::istringstream lines(whole(said));
  for (std::string line; std::getline(lines, line);) found.push_back(line);
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  CHECK(found == wanted);

  std::vector<std::tuple<std::string, Instant, Instant>> taken, read_again;
  for (const auto& visit : agenda.visits)
    if (visit.standing != Standing::cancelled) taken.emplace_back(visit.uid, visit.start, visit.end);
  for (const auto& event : read(whole(file)).events)
    for (const auto& time : event.occurrences) read_again.emplace_back(event.uid, time.start, time.end);
  std::sort(taken.begin(), taken.end());
  CHECK(read_again == taken);
}

}  // namespace

TEST_CASE("an independent reader finds in our export every visit with its hour and state") {
  const test::Scratch scratch;
  const auto agenda = busy_agenda();
  const auto file = scratch.path() / "ours.ics";
  std::ofstream(file, std::ios::binary) << write_icalendar(agenda);
  same_visits(file, agenda);
}

TEST_CASE("Radicale keeps our agenda as it is and what another program put there is busy time") {
  const test::Scratch scratch;
  const auto agenda = busy_agenda();
  const auto path = [&](const char* name) { return (scratch.path() / name).string(); };
  std::ofstream(path("ours.ics"), std::ios::binary) << write_icalendar(agenda);
  run(std::string(RADICALE " ") + path("ours.ics") + " " + path("kept.ics") + " " + path("elsewhere.ics"));
  same_visits(path("kept.ics"), agenda);

  const auto busy = read(whole(path("elsewhere.ics")));
  REQUIRE(busy.events.size() == 3);
  CHECK(busy.events[0].uid == "annule");
  CHECK(busy.events[0].occurrences.empty());
  CHECK(busy.events[1].uid == "jour");
  CHECK(busy.events[1].occurrences ==
        std::vector<BusyOccurrence>{{utc("2026-12-24T23:00:00Z"), utc("2026-12-25T23:00:00Z"), false}});
  CHECK(busy.events[2].uid == "serie");
  CHECK(busy.events[2].occurrences ==
        std::vector<BusyOccurrence>{{utc("2026-10-24T07:00:00Z"), utc("2026-10-24T10:00:00Z"), false},
                                    {utc("2026-11-07T13:00:00Z"), utc("2026-11-07T14:00:00Z"), false}});
}
