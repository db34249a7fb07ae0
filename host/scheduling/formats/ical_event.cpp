// SPDX-License-Identifier: Apache-2.0
#include "scheduling/formats/ical_event.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace relais::scheduling::formats {
namespace {

constexpr std::size_t longest_uid = 255;
constexpr date::days longest_event{3660};

icalproperty* first(icalcomponent* component, icalproperty_kind kind) {
  return icalcomponent_get_first_property(component, kind);
}

// libical takes out what it cannot read and leaves a word about it: of what says when and whether, that is refused.
Result<void> nothing_lost(icalcomponent* component, const std::string& place) {
  constexpr std::array<std::pair<std::string_view, Code>, 9> needed{{{"DTSTART", Code::scheduling_ical_time},
                                                                    {"DTEND", Code::scheduling_ical_time},
                                                                    {"DURATION", Code::scheduling_ical_time},
                                                                    {"RRULE", Code::scheduling_ical_recurrence},
                                                                    {"EXRULE", Code::scheduling_ical_recurrence},
                                                                    {"RDATE", Code::scheduling_ical_recurrence},
                                                                    {"EXDATE", Code::scheduling_ical_recurrence},
                                                                    {"RECURRENCE-ID", Code::scheduling_ical_recurrence},
                                                                    {"FREEBUSY", Code::scheduling_ical_time}}};
  for (auto* error = first(component, ICAL_XLICERROR_PROPERTY); error != nullptr;
       error = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
    const char* const text = icalproperty_get_xlicerror(error);
    const std::string_view told = text == nullptr ? "" : text;
    for (const auto& [name, code] : needed) {
      if (told.find(name) != std::string_view::npos) return fail(code, std::string(name), place);
    }
  }
  return {};
}

Result<void> read_length(WrittenEvent& event, const Zones& zones) {
  auto* const end = first(event.component, ICAL_DTEND_PROPERTY);
  auto* const duration = first(event.component, ICAL_DURATION_PROPERTY);
  const auto wrong = [&](const char* why) { return fail(Code::scheduling_ical_time, why, event.place); };
  if (end != nullptr && duration != nullptr) return wrong("an end and a duration");
  if (duration != nullptr) {
    const auto length = icalproperty_get_duration(duration);
    constexpr unsigned longest = 400'000;  // of any unit but seconds
    if (length.is_neg != 0 || length.weeks > longest || length.days > longest || length.hours > longest ||
        length.minutes > longest * 60) {
      return wrong("a duration that is none");
    }
    constexpr int week = 7;
    event.days = date::days{static_cast<int>(length.weeks) * week + static_cast<int>(length.days)};
    event.exact = std::chrono::hours(length.hours) + std::chrono::minutes(length.minutes) +
                  std::chrono::seconds(length.seconds);
    if (event.start.is_day() && event.exact.count() != 0) return wrong("a day and hours");
  } else if (end != nullptr) {
    const auto until = written_time(end, event.place);
    if (!until) return tl::unexpected(until.error());
    if (until->is_day() != event.start.is_day()) return wrong("a day and an hour");
    if (event.start.is_day()) {
      event.days = date::floor<date::days>(until->local - event.start.local);
    } else {
      const auto from = zones.instant(event.start, event.place);
      if (!from) return tl::unexpected(from.error());
      const auto to = zones.instant(*until, event.place);
      if (!to) return tl::unexpected(to.error());
      event.exact = std::chrono::duration_cast<std::chrono::seconds>(*to - *from);
    }
    if (event.days.count() < 0 || event.exact.count() < 0) return wrong("ends before it starts");
    // A whole day that ends on itself is written by some for one day.
    if (event.start.is_day() && event.days.count() == 0) event.days = date::days{1};
  } else if (event.start.is_day()) {
    event.days = date::days{1};
  }
  if (event.days > longest_event || event.exact > longest_event) return wrong("too long");
  return {};
}

}  // namespace

Result<WrittenEvent> written_event(icalcomponent* component, const Zones& zones, std::string place) {
  WrittenEvent event;
  event.component = component;
  event.place = std::move(place);
  if (const auto whole = nothing_lost(component, event.place); !whole) return tl::unexpected(whole.error());
  auto* const uid = first(component, ICAL_UID_PROPERTY);
  const char* const id = uid == nullptr ? nullptr : icalproperty_get_uid(uid);
  if (id == nullptr || *id == '\0') return fail(Code::scheduling_ical_uid, "none", event.place);
  event.uid = id;
  if (event.uid.size() > longest_uid) return fail(Code::scheduling_ical_uid, "too long", event.place);
  auto* const start = first(component, ICAL_DTSTART_PROPERTY);
  if (start == nullptr) return fail(Code::scheduling_ical_time, "no start", event.place);
  const auto begins = written_time(start, event.place);
  if (!begins) return tl::unexpected(begins.error());
  event.start = *begins;
  if (auto* const sequence = first(component, ICAL_SEQUENCE_PROPERTY); sequence != nullptr) {
    event.sequence = std::max(0, icalproperty_get_sequence(sequence));
  }
  if (auto* const status = first(component, ICAL_STATUS_PROPERTY); status != nullptr) {
    event.busy = icalproperty_get_status(status) != ICAL_STATUS_CANCELLED;
    event.tentative = icalproperty_get_status(status) == ICAL_STATUS_TENTATIVE;
  }
  if (auto* const transparency = first(component, ICAL_TRANSP_PROPERTY); transparency != nullptr) {
    const auto value = icalproperty_get_transp(transparency);
    if (value == ICAL_TRANSP_TRANSPARENT || value == ICAL_TRANSP_TRANSPARENTNOCONFLICT) event.busy = false;
  }
  if (auto* const one = first(component, ICAL_RECURRENCEID_PROPERTY); one != nullptr) {
    if (icalproperty_get_first_parameter(one, ICAL_RANGE_PARAMETER) != nullptr) {
      return fail(Code::scheduling_ical_recurrence, "RANGE", event.place);
    }
    const auto which = written_time(one, event.place);
    if (!which) return tl::unexpected(which.error());
    event.recurrence_id = *which;
  }
  if (const auto length = read_length(event, zones); !length) return tl::unexpected(length.error());
  return event;
}

Result<std::optional<BusyOccurrence>> taking_place(const WrittenEvent& event, const Zones& zones,
                                                   fiche::LocalTime local) {
  auto at = event.start;
  at.local = local;
  const auto start = zones.instant(at, event.place);
  if (!start) return tl::unexpected(start.error());
  auto end = *start;
  if (event.days.count() != 0) {
    at.local = local + event.days;
    const auto day = zones.instant(at, event.place);
    if (!day) return tl::unexpected(day.error());
    end = *day;
  }
  end += event.exact;
  if (end <= *start) return std::nullopt;
  return BusyOccurrence{*start, end, event.tentative};
}

}  // namespace relais::scheduling::formats
