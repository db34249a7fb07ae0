// SPDX-License-Identifier: Apache-2.0
// One VEVENT as it is written, and when it takes place. Private to the reader.
#pragma once

#include <libical/ical.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scheduling/formats/exchange.h"
#include "scheduling/formats/ical_time.h"

namespace relais::scheduling::formats {

struct WrittenEvent {
  icalcomponent* component = nullptr;
  std::string place;  // "VEVENT[3]"
  std::string uid;
  std::int64_t sequence = 0;
  WrittenTime start;
  std::optional<WrittenTime> recurrence_id;
  // How long: days of the calendar, then exact time. A whole-day event has days only.
  date::days days{0};
  std::chrono::seconds exact{0};
  bool busy = true;  // neither cancelled nor transparent
  bool tentative = false;
};

// scheduling.ical.uid, .time, .zone, .recurrence with the place. What libical could not read of its times is refused.
Result<WrittenEvent> written_event(icalcomponent* component, const Zones& zones, std::string place);

// The time of one coming of the event that starts at `local`. Nothing when it has no length.
Result<std::optional<BusyOccurrence>> taking_place(const WrittenEvent& event, const Zones& zones,
                                                   fiche::LocalTime local);

// Steps left to all the repetitions of one calendar.
struct Budget {
  std::size_t steps = 300'000;
};

// Starts of a series within the window (and those that may reach into it), without EXDATE, on the event's own clock.
// The first one counts whatever its rule says. scheduling.ical.recurrence for a rule that is not read, or that repeats
// within the day; scheduling.ical.too-complex.
Result<std::vector<fiche::LocalTime>> starts_of(const WrittenEvent& event, const Zones& zones, const Window& window,
                                                Budget& budget);

}  // namespace relais::scheduling::formats
