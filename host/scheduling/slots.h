// SPDX-License-Identifier: Apache-2.0
// Free slots worked out: hours of an agenda in civil time, minus closed days, minus what is taken, cut by length. Pure
// functions; rules of domain note "Scheduling", sections 3 and 6.
//
// The grid of an opening is civil time: "08:30" stays 08:30 when the clocks change. A start that the clocks skip does not
// exist; of a start that comes twice the first one counts, so an hour that is lived twice is offered once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/civil_time.h"
#include "domain/error.h"
#include "relais/v1/scheduling.pb.h"

namespace relais::scheduling {

// Every start and length is a multiple of it.
inline constexpr std::int64_t cell_minutes = 5;
inline constexpr std::int64_t cell_ms = cell_minutes * 60'000;
inline constexpr std::int64_t day_ms = 24 * 60 * 60'000;
inline constexpr std::int64_t longest_slot_minutes = 240;

// [start_ms, end_ms)
struct Span {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  bool overlaps(const Span& other) const { return start_ms < other.end_ms && other.start_ms < end_ms; }
  bool holds(const Span& other) const { return start_ms <= other.start_ms && other.end_ms <= end_ms; }
};
inline Span span_of(const v1::Slot& slot) { return {slot.start_ms(), slot.end_ms()}; }

// What closes days, whatever an agenda's hours say.
struct ClosedDays {
  fiche::HolidayRegion region = fiche::HolidayRegion::france;
  std::vector<fiche::DayPeriod> practice;                         // closures of the whole practice
  std::map<std::string, std::vector<fiche::DayPeriod>> away;      // leave, by person
  bool is_closed(fiche::CivilDate day) const;
  bool is_away(const std::string& person, fiche::CivilDate day) const;
  bool is_holiday(fiche::CivilDate day) const { return !fiche::holiday_name(day, region).empty(); }
};

// Whether an assistant works on a day: her own agenda is open then. See works_on().
using Works = std::function<bool(const std::string& assistant, fiche::CivilDate day)>;

// One opening on one day.
struct OpenSpan {
  Span span;
  fiche::CivilDate day{};
  v1::SlotKind kind = v1::SLOT_KIND_UNSPECIFIED;
  int slot_minutes = 0;
  std::vector<Span> grid;  // in civil steps of slot_minutes, each as long as them
};

// scheduling.hours with the place: times, lengths, zone, dates, overlaps of openings that hold together.
Result<void> check_hours(const v1::Schedule& schedule);

// The agenda's zone, else the practice's.
const std::string& zone_of(const v1::Schedule& schedule, const std::string& practice_zone);

// Openings of the civil days that `within` touches, by start; closed days left out, closures of the agenda cut out.
std::vector<OpenSpan> open_spans(const v1::Schedule& schedule, const std::string& practice_zone, const ClosedDays& closed,
                                 const Works& works, Span within);

// The same without closed days: what the hours alone say. To tell a closed day from a wrong hour.
std::vector<OpenSpan> written_spans(const v1::Schedule& schedule, const std::string& practice_zone, const Works& works,
                                    Span within);

// Whether one of these agendas, of one person, is open on that day.
bool works_on(const std::vector<v1::Schedule>& agendas, const std::string& practice_zone, const ClosedDays& closed,
              const std::string& person, fiche::CivilDate day);

struct Cut {
  std::int64_t minutes = 0;  // 0: the opening's own length
  int together = 1;          // so many one after another
  std::int64_t not_before_ms = 0;
};

// Starts of `open` that are free: spans of the first of `together` slots, on the grid, inside the opening. `taken` in any
// order.
std::vector<Span> free_spans(const OpenSpan& open, const std::vector<Span>& taken, const Cut& cut);

// The kinds that this origin may ever take. LONG is a recall's only with a type, whose length a doctor gave.
bool may_take(v1::BookingOrigin origin, v1::SlotKind kind, bool typed);

}  // namespace relais::scheduling
