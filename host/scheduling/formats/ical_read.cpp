// SPDX-License-Identifier: Apache-2.0
// iCalendar in: a calendar kept elsewhere, as time that is taken. Source: RFC 5545.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "domain/canonical.h"
#include "scheduling/formats/exchange.h"
#include "scheduling/formats/ical_event.h"
#include "scheduling/formats/ical_lines.h"

namespace relais::scheduling::formats {
namespace {

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;

// libical ends the process on an error unless it is told not to.
void errors_are_told() {
  static std::once_flag once;
  std::call_once(once, [] { icalerror_set_errors_are_fatal(0); });
}

// What the component says, but for when it was sent.
std::string told(icalcomponent* component) {
  std::string all;
  for (auto* property = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY); property != nullptr;
       property = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY)) {
    if (icalproperty_isa(property) == ICAL_DTSTAMP_PROPERTY) continue;
    if (const char* const text = icalproperty_as_ical_string(property); text != nullptr) all += text;
  }
  return all;
}

// A series, or an event that comes once, with those of its comings that were changed.
struct Series {
  std::optional<WrittenEvent> whole;
  std::map<Instant, WrittenEvent> changed;
};

class Calendar {
 public:
  explicit Calendar(const Window& window) : window_(window) {}

  Result<void> add(icalcomponent* calendar) {
    const Zones zones(calendar, window_.time_zone);
    std::map<std::string, Series> series;
    for (auto* event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event != nullptr;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
      const auto read = written_event(event, zones, "VEVENT[" + std::to_string(count_++) + "]");
      if (!read) return tl::unexpected(read.error());
      if (auto kept = keep(series[read->uid], *read, zones); !kept) return kept;
    }
    for (const auto& [uid, one] : series) {
      if (auto laid = lay_out(uid, one, zones); !laid) return laid;
    }
    return free_busy(calendar, zones);
  }

  Result<BusyCalendar> take() {
    BusyCalendar out;
    for (auto& [uid, event] : events_) {
      auto& times = event.occurrences;
      std::sort(times.begin(), times.end(), [](const auto& a, const auto& b) {
        return std::pair(a.start, a.end) < std::pair(b.start, b.end);
      });
      for (const auto& one : times)
        event.version += std::to_string(one.start.time_since_epoch().count()) + "/" +
                         std::to_string(one.end.time_since_epoch().count()) + ";";
      event.version = fiche::sha256_hex(event.version);
      out.events.push_back(std::move(event));
    }
    return out;
  }

 private:
  // Of two with the same name the later version counts; two of the same version are a fault of the file.
  Result<void> keep(Series& series, const WrittenEvent& read, const Zones& zones) {
    const auto twice = [&] { return fail(Code::scheduling_ical_uid, "twice", read.place); };
    if (!read.recurrence_id) {
      if (series.whole && series.whole->sequence == read.sequence) return twice();
      if (!series.whole || series.whole->sequence < read.sequence) series.whole = read;
      return {};
    }
    const auto which = zones.instant(*read.recurrence_id, read.place);
    if (!which) return tl::unexpected(which.error());
    const auto held = series.changed.find(*which);
    if (held != series.changed.end() && held->second.sequence == read.sequence) return twice();
    if (held == series.changed.end() || held->second.sequence < read.sequence) {
      series.changed.insert_or_assign(*which, read);
    }
    return {};
  }

  Result<void> lay_out(const std::string& uid, const Series& series, const Zones& zones) {
    auto [held, fresh] = events_.try_emplace(uid);
    if (!fresh) return fail(Code::scheduling_ical_uid, "in two calendars", series.whole ? series.whole->place : "");
    auto& event = held->second;
    event.uid = uid;
    const auto take = [&](const WrittenEvent& one, fiche::LocalTime start) -> Result<void> {
      if (!one.busy) return {};
      const auto time = taking_place(one, zones, start);
      if (!time) return tl::unexpected(time.error());
      return *time ? add_time(event, **time, one.place) : Result<void>{};
    };
    if (series.whole) {
      event.sequence = series.whole->sequence;
      event.version += told(series.whole->component);
      const auto starts = starts_of(*series.whole, zones, window_, budget_);
      if (!starts) return tl::unexpected(starts.error());
      for (const auto start : *starts) {
        auto at = series.whole->start;
        at.local = start;
        const auto which = zones.instant(at, series.whole->place);
        if (!which) return tl::unexpected(which.error());
        if (series.changed.contains(*which)) continue;
        if (auto taken = take(*series.whole, start); !taken) return taken;
      }
    }
    for (const auto& [which, one] : series.changed) {
      event.sequence = std::max(event.sequence, one.sequence);
      event.version += told(one.component);
      if (auto taken = take(one, one.start.local); !taken) return taken;
    }
    return {};
  }

  Result<void> free_busy(icalcomponent* calendar, const Zones& zones) {
    for (auto* part = icalcomponent_get_first_component(calendar, ICAL_VFREEBUSY_COMPONENT); part != nullptr;
         part = icalcomponent_get_next_component(calendar, ICAL_VFREEBUSY_COMPONENT)) {
      const auto place = "VFREEBUSY[" + std::to_string(free_busy_++) + "]";
      if (icalcomponent_get_first_property(part, ICAL_XLICERROR_PROPERTY) != nullptr) {
        return fail(Code::scheduling_ical_time, "FREEBUSY", place);
      }
      auto* const id = icalcomponent_get_first_property(part, ICAL_UID_PROPERTY);
      const char* const name = id == nullptr ? nullptr : icalproperty_get_uid(id);
      // It may have none: the calendar is then the one that tells.
      const std::string uid = name == nullptr || *name == '\0' ? "freebusy" : name;
      auto [held, fresh] = events_.try_emplace(uid);
      if (!fresh) return fail(Code::scheduling_ical_uid, "twice", place);
      held->second.uid = uid;
      held->second.version = told(part);
      for (auto* one = icalcomponent_get_first_property(part, ICAL_FREEBUSY_PROPERTY); one != nullptr;
           one = icalcomponent_get_next_property(part, ICAL_FREEBUSY_PROPERTY)) {
        auto* const kind = icalproperty_get_first_parameter(one, ICAL_FBTYPE_PARAMETER);
        const auto type = kind == nullptr ? ICAL_FBTYPE_BUSY : icalparameter_get_fbtype(kind);
        if (type == ICAL_FBTYPE_FREE) continue;
        if (auto taken = add_period(held->second, icalproperty_get_freebusy(one), type, zones, place); !taken) {
          return taken;
        }
      }
    }
    return {};
  }

  Result<void> add_period(BusyEvent& event, const icalperiodtype& period, icalparameter_fbtype type,
                          const Zones& zones, const std::string& place) {
    const auto start = written_time(period.start, nullptr, place);
    if (!start || start->in != WrittenTime::In::utc) return fail(Code::scheduling_ical_time, "not in UTC", place);
    const auto from = zones.instant(*start, place);
    if (!from) return tl::unexpected(from.error());
    auto until = *from;
    if (icaltime_is_null_time(period.end) != 0) {
      constexpr int longest = 400 * 86'400;
      const auto& length = period.duration;
      // libical sums up in an int.
      constexpr unsigned most_weeks = 58, most_days = 400, most_hours = 24 * most_days, most_minutes = 60 * most_hours;
      if (length.weeks > most_weeks || length.days > most_days || length.hours > most_hours ||
          length.minutes > most_minutes || length.seconds > unsigned{longest}) {
        return fail(Code::scheduling_ical_time, "a duration that is none", place);
      }
      const int seconds = icaldurationtype_as_int(length);
      if (seconds < 0 || seconds > longest) return fail(Code::scheduling_ical_time, "a duration that is none", place);
      until += std::chrono::seconds(seconds);
    } else {
      const auto end = written_time(period.end, nullptr, place);
      if (!end || end->in != WrittenTime::In::utc) return fail(Code::scheduling_ical_time, "not in UTC", place);
      const auto at = zones.instant(*end, place);
      if (!at) return tl::unexpected(at.error());
      until = *at;
    }
    if (until < *from) return fail(Code::scheduling_ical_time, "ends before it starts", place);
    if (until == *from) return {};
    return add_time(event, {*from, until, type == ICAL_FBTYPE_BUSYTENTATIVE}, place);
  }

  Result<void> add_time(BusyEvent& event, const BusyOccurrence& time, const std::string& place) {
    if (time.end <= window_.from || time.start >= window_.until) return {};
    if (++times_ > most_occurrences) return fail(Code::scheduling_ical_too_complex, "too many repetitions", place);
    event.occurrences.push_back(time);
    return {};
  }

  const Window& window_;
  Budget budget_;
  std::size_t count_ = 0, free_busy_ = 0, times_ = 0;
  std::map<std::string, BusyEvent> events_;
};

}  // namespace

Result<BusyCalendar> read_icalendar(std::string_view bytes, const Window& window) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (const auto good = check_lines(bytes); !good) return tl::unexpected(good.error());
  errors_are_told();
  const Component root(icalparser_parse_string(std::string(bytes).c_str()));
  if (!root) return fail(Code::scheduling_ical_malformed, "not read");
  Calendar calendar(window);
  if (icalcomponent_isa(root.get()) == ICAL_VCALENDAR_COMPONENT) {
    if (const auto added = calendar.add(root.get()); !added) return tl::unexpected(added.error());
    return calendar.take();
  }
  // Several calendars in one file stand under a root of libical's own.
  for (auto* one = icalcomponent_get_first_component(root.get(), ICAL_VCALENDAR_COMPONENT); one != nullptr;
       one = icalcomponent_get_next_component(root.get(), ICAL_VCALENDAR_COMPONENT)) {
    if (const auto added = calendar.add(one); !added) return tl::unexpected(added.error());
  }
  return calendar.take();
}

}  // namespace relais::scheduling::formats
