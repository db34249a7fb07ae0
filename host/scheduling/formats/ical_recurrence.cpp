// SPDX-License-Identifier: Apache-2.0
// Series: libical lays a rule out, on the clock on which it is written, within bounds that no calendar can lift.
#include <algorithm>
#include <memory>
#include <set>

#include "scheduling/formats/ical_event.h"

namespace relais::scheduling::formats {
namespace {

constexpr std::size_t most_written_dates = 3'000;  // RDATE or EXDATE of one event

struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};
using Iterator = std::unique_ptr<icalrecur_iterator, FreeIterator>;

tl::unexpected<Error> unread(const WrittenEvent& event, const char* why) {
  return fail(Code::scheduling_ical_recurrence, why, event.place);
}

fiche::LocalTime clock_of(const icaltimetype& time) {
  const date::local_days day{date::year{time.year} / time.month / time.day};
  if (time.is_date != 0) return fiche::LocalTime{day};
  return fiche::LocalTime{day} + std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
         std::chrono::seconds(time.second);
}

// A moment of the rule (UNTIL, EXDATE, RDATE) on the event's own clock.
Result<fiche::LocalTime> on_own_clock(const WrittenTime& time, const WrittenEvent& event, const Zones& zones) {
  if (time.is_day() || (time.in == event.start.in && time.tzid == event.start.tzid)) return time.local;
  const auto at = zones.instant(time, event.place);
  if (!at) return tl::unexpected(at.error());
  return zones.local(*at, event.start, event.place);
}

// The rule's own end and that of the window, whichever is first: no rule is followed further.
Result<fiche::LocalTime> last_start(const WrittenEvent& event, const Zones& zones, const Window& window,
                                    const icalrecurrencetype& rule) {
  const auto horizon = zones.local(window.until, event.start, event.place);
  if (!horizon || icaltime_is_null_time(rule.until) != 0) return horizon;
  const auto written = written_time(rule.until, nullptr, event.place);
  if (!written) return tl::unexpected(written.error());
  auto until = on_own_clock(*written, event, zones);
  if (!until) return until;
  if (written->is_day() && !event.start.is_day()) *until += std::chrono::hours(24) - std::chrono::seconds(1);
  return std::min(*horizon, *until);
}

Result<void> follow(std::set<fiche::LocalTime>& starts, icalproperty* property, const WrittenEvent& event,
                    const Zones& zones, const Window& window, Budget& budget) {
  auto rule = icalproperty_get_rrule(property);
  switch (rule.freq) {
    case ICAL_DAILY_RECURRENCE:
    case ICAL_WEEKLY_RECURRENCE:
    case ICAL_MONTHLY_RECURRENCE:
    case ICAL_YEARLY_RECURRENCE:
      break;
    default:
      return unread(event, "repeats within the day");
  }
  if (rule.rscale != nullptr || rule.interval < 1) return unread(event, "a rule of another calendar");
  const auto several = [](const short* list) {
    return list[0] != ICAL_RECURRENCE_ARRAY_MAX && list[1] != ICAL_RECURRENCE_ARRAY_MAX;
  };
  if (several(rule.by_hour) || several(rule.by_minute) || several(rule.by_second)) {
    return unread(event, "repeats within the day");
  }
  const auto last = last_start(event, zones, window, rule);
  if (!last) return tl::unexpected(last.error());
  if (*last < event.start.local) return {};
  auto until = event.start;
  until.local = *last;
  rule.until = to_ical(until);
  const Iterator iterator(icalrecur_iterator_new(rule, to_ical(event.start)));
  if (!iterator) return unread(event, "a rule that is none");
  const auto from = zones.local(window.from, event.start, event.place);
  if (!from) return tl::unexpected(from.error());
  const auto reach = *from - event.days - event.exact - date::days{1};
  for (auto next = icalrecur_iterator_next(iterator.get()); icaltime_is_null_time(next) == 0;
       next = icalrecur_iterator_next(iterator.get())) {
    if (budget.steps == 0) return fail(Code::scheduling_ical_too_complex, "too many repetitions", event.place);
    --budget.steps;
    const auto start = clock_of(next);
    if (start > *last) break;
    if (start >= reach) starts.insert(start);
    if (starts.size() > most_occurrences) {
      return fail(Code::scheduling_ical_too_complex, "too many repetitions", event.place);
    }
  }
  return {};
}

Result<void> add_dates(std::set<fiche::LocalTime>& starts, const WrittenEvent& event, const Zones& zones) {
  std::size_t count = 0;
  for (auto* date = icalcomponent_get_first_property(event.component, ICAL_RDATE_PROPERTY); date != nullptr;
       date = icalcomponent_get_next_property(event.component, ICAL_RDATE_PROPERTY)) {
    if (++count > most_written_dates) return fail(Code::scheduling_ical_too_complex, "too many dates", event.place);
    const auto written = icalproperty_get_rdate(date);
    // A period has a length of its own, which this reader has no place for.
    if (icaltime_is_null_time(written.time) != 0) return unread(event, "RDATE with a period");
    auto* const zone = icalproperty_get_first_parameter(date, ICAL_TZID_PARAMETER);
    const auto time = written_time(written.time, zone == nullptr ? nullptr : icalparameter_get_tzid(zone), event.place);
    if (!time) return tl::unexpected(time.error());
    if (time->is_day() != event.start.is_day()) return unread(event, "RDATE of another kind");
    const auto start = on_own_clock(*time, event, zones);
    if (!start) return tl::unexpected(start.error());
    starts.insert(*start);
  }
  return {};
}

Result<void> take_out(std::set<fiche::LocalTime>& starts, const WrittenEvent& event, const Zones& zones) {
  std::size_t count = 0;
  for (auto* date = icalcomponent_get_first_property(event.component, ICAL_EXDATE_PROPERTY); date != nullptr;
       date = icalcomponent_get_next_property(event.component, ICAL_EXDATE_PROPERTY)) {
    if (++count > most_written_dates) return fail(Code::scheduling_ical_too_complex, "too many dates", event.place);
    const auto time = written_time(date, event.place);
    if (!time) return tl::unexpected(time.error());
    const auto start = on_own_clock(*time, event, zones);
    if (!start) return tl::unexpected(start.error());
    if (time->is_day() && !event.start.is_day()) {
      // A day takes out whatever starts on it.
      std::erase_if(starts, [&](fiche::LocalTime one) { return date::floor<date::days>(one) == *start; });
    } else {
      starts.erase(*start);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<fiche::LocalTime>> starts_of(const WrittenEvent& event, const Zones& zones, const Window& window,
                                                Budget& budget) {
  if (icalcomponent_get_first_property(event.component, ICAL_EXRULE_PROPERTY) != nullptr) {
    return unread(event, "EXRULE");
  }
  std::set<fiche::LocalTime> starts{event.start.local};
  if (auto* const rule = icalcomponent_get_first_property(event.component, ICAL_RRULE_PROPERTY); rule != nullptr) {
    if (auto done = follow(starts, rule, event, zones, window, budget); !done) return tl::unexpected(done.error());
    if (icalcomponent_get_next_property(event.component, ICAL_RRULE_PROPERTY) != nullptr) {
      return unread(event, "two rules");
    }
  }
  if (auto done = add_dates(starts, event, zones); !done) return tl::unexpected(done.error());
  if (auto done = take_out(starts, event, zones); !done) return tl::unexpected(done.error());
  return std::vector<fiche::LocalTime>(starts.begin(), starts.end());
}

}  // namespace relais::scheduling::formats
