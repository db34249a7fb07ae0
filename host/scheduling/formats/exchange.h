// SPDX-License-Identifier: Apache-2.0
// What passes between an agenda of ours and one kept elsewhere: our visits without anybody's name, their time as busy
// time. Pure: bytes in, values out, no clock, no database. Rules: domain note "Scheduling", sections 2 to 7.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::scheduling::formats {

// --- Out -------------------------------------------------------------------------------------------------------------

enum class Standing { held, confirmed, fulfilled, no_show, cancelled };

// As far as the outside asks: TRE_R314 and v2-0276. `inside`: nobody but the practice books it.
enum class Openness { open, colleagues, unplanned, walk_in, inside };

// A hold or an appointment. Nothing of the patient, nothing of the reason.
struct OutgoingVisit {
  std::string uid;            // UUID, the same for life: a hold's and that of the appointment made of it
  std::string slot_uid;       // UUID of the time it takes
  std::int64_t sequence = 0;  // grows with each change
  Instant start{}, end{};
  Standing standing = Standing::confirmed;
  Openness openness = Openness::open;
  Instant made{}, changed{};
};

struct OutgoingSlot {
  std::string uid;
  Instant start{}, end{};
  Openness openness = Openness::open;
};

struct OutgoingAgenda {
  std::string uid;          // UUID of the agenda
  std::string office;       // "urn:oid:2.25.…": whose identifiers these are
  std::string place;
  std::string person_number;  // PS_IdNat with its first digit (8: RPPS); empty: not known
  std::string time_zone;
  Instant from{}, until{};  // span, end excluded
  Instant now{};            // when it is written
  std::vector<OutgoingVisit> visits;
  std::vector<OutgoingSlot> free;
};

// RFC 5545: one VEVENT for each visit, SUMMARY "RDV" and CLASS PRIVATE; CRLF, lines of 75 octets at most. Times carry
// TZID=Europe/Paris with its VTIMEZONE; UTC for another zone and for the hour that comes twice. A no-show is told as any
// visit that took its time. Never fails on any content.
std::string write_icalendar(const OutgoingAgenda& agenda);

// FHIR R4 in JSON: a Bundle (collection) of the Schedule, its free and taken Slots, and the Appointments, under the
// profiles of hl7.fhir.fr.core. An appointment names nobody: its patient is a participant without identity.
std::string write_fhir(const OutgoingAgenda& agenda);

// --- In --------------------------------------------------------------------------------------------------------------

// Over which time repetitions are laid out; where floating hours and whole days are those of the practice.
struct Window {
  Instant from{}, until{};  // end excluded
  std::string time_zone = "Europe/Paris";
};

struct BusyOccurrence {
  Instant start{}, end{};
  bool tentative = false;
  friend bool operator==(const BusyOccurrence&, const BusyOccurrence&) = default;
};

// An event with all its repetitions.
struct BusyEvent {
  std::string uid;
  std::int64_t sequence = 0;
  std::string version;                      // of what it says and when: another one is another state of the event
  std::vector<BusyOccurrence> occurrences;  // by start; those that touch the window. None: it takes no time
};

struct BusyCalendar {
  std::vector<BusyEvent> events;  // by uid
};

inline constexpr std::size_t longest_calendar = std::size_t{2} << 20U;  // bytes
inline constexpr std::size_t most_events = 5'000;
inline constexpr std::size_t most_occurrences = 20'000;

// Repetitions (RRULE, RDATE, EXDATE, RECURRENCE-ID), whole days, VFREEBUSY; hours in UTC, in a zone by its name or by
// its VTIMEZONE, or floating. What is not understood of an event's time is refused, never left out: scheduling.ical.*,
// with the place "VEVENT[n]".
Result<BusyCalendar> read_icalendar(std::string_view bytes, const Window& window);

// A Bundle of FHIR R4 in JSON, or one resource, of whichever French profile: Appointments from pending to fulfilled or
// noshow, and Slots that are not free, take their time. The uid is "system|value" of the first identifier, else
// "Type/id". scheduling.fhir.*, with the place "Appointment[n]".
Result<BusyCalendar> read_fhir(std::string_view bytes, const Window& window);

}  // namespace relais::scheduling::formats
