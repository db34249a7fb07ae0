// SPDX-License-Identifier: Apache-2.0
// iCalendar out: libical folds and escapes. Source: RFC 5545; domain note "Scheduling", section 7.
#include <libical/ical.h>

#include <memory>
#include <mutex>
#include <string>

#include "scheduling/formats/exchange.h"
#include "scheduling/formats/ical_time.h"

namespace relais::scheduling::formats {
namespace {

constexpr const char* paris = "Europe/Paris";

// As the clocks of Paris have changed since 1996 (directive 2000/84/CE).
constexpr const char* paris_zone =
    "BEGIN:VTIMEZONE\r\n"
    "TZID:Europe/Paris\r\n"
    "BEGIN:DAYLIGHT\r\n"
    "TZNAME:CEST\r\n"
    "TZOFFSETFROM:+0100\r\n"
    "TZOFFSETTO:+0200\r\n"
    "DTSTART:19960331T020000\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
    "END:DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\n"
    "TZNAME:CET\r\n"
    "TZOFFSETFROM:+0200\r\n"
    "TZOFFSETTO:+0100\r\n"
    "DTSTART:19961027T030000\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    "END:STANDARD\r\n"
    "END:VTIMEZONE\r\n";

icaltimetype utc(Instant at) {
  WrittenTime time;
  time.in = WrittenTime::In::utc;
  time.local = fiche::LocalTime{std::chrono::floor<std::chrono::seconds>(at.time_since_epoch())};
  auto out = to_ical(time);
  out.zone = icaltimezone_get_utc_timezone();
  return out;
}

// Sets the time of a property made for it, in Paris where that says it without a doubt.
icalproperty* at_time(icalproperty* property, Instant at, bool in_paris) {
  if (in_paris) {
    WrittenTime time;
    time.local = fiche::to_local(at, paris);
    icalproperty_set_value(property, icalvalue_new_datetime(to_ical(time)));
    icalproperty_add_parameter(property, icalparameter_new_tzid(paris));
  } else {
    icalproperty_set_value(property, icalvalue_new_datetime(utc(at)));
  }
  return property;
}

bool says_itself(Instant at) { return fiche::to_instant(fiche::to_local(at, paris), paris) == at; }

icalcomponent* event_of(const OutgoingAgenda& agenda, const OutgoingVisit& visit) {
  auto* const event = icalcomponent_new_vevent();
  const bool in_paris = agenda.time_zone == paris && says_itself(visit.start) && says_itself(visit.end);
  const auto add = [&](icalproperty* property) { icalcomponent_add_property(event, property); };
  add(icalproperty_new_uid(visit.uid.c_str()));
  add(icalproperty_new_dtstamp(utc(agenda.now)));
  add(at_time(icalproperty_new(ICAL_DTSTART_PROPERTY), visit.start, in_paris));
  add(at_time(icalproperty_new(ICAL_DTEND_PROPERTY), visit.end, in_paris));
  add(icalproperty_new_created(utc(visit.made)));
  add(icalproperty_new_lastmodified(utc(visit.changed)));
  add(icalproperty_new_sequence(static_cast<int>(visit.sequence)));
  add(icalproperty_new_summary("RDV"));
  add(icalproperty_new_class(ICAL_CLASS_PRIVATE));
  if (!agenda.place.empty()) add(icalproperty_new_location(agenda.place.c_str()));
  const bool cancelled = visit.standing == Standing::cancelled;
  add(icalproperty_new_status(cancelled                            ? ICAL_STATUS_CANCELLED
                              : visit.standing == Standing::held ? ICAL_STATUS_TENTATIVE
                                                                 : ICAL_STATUS_CONFIRMED));
  add(icalproperty_new_transp(cancelled ? ICAL_TRANSP_TRANSPARENT : ICAL_TRANSP_OPAQUE));
  return event;
}

}  // namespace

std::string write_icalendar(const OutgoingAgenda& agenda) {
  struct Free {
    void operator()(icalcomponent* component) const { icalcomponent_free(component); }
  };
  static std::once_flag once;
  std::call_once(once, [] { icalerror_set_errors_are_fatal(0); });
  const std::unique_ptr<icalcomponent, Free> calendar(icalcomponent_new_vcalendar());
  icalcomponent_add_property(calendar.get(), icalproperty_new_version("2.0"));
  icalcomponent_add_property(calendar.get(), icalproperty_new_prodid("-//Relais//Agenda//FR"));
  icalcomponent_add_property(calendar.get(), icalproperty_new_calscale("GREGORIAN"));
  if (agenda.time_zone == paris) {
    icalcomponent_add_component(calendar.get(), icalparser_parse_string(paris_zone));
  }
  for (const auto& visit : agenda.visits) icalcomponent_add_component(calendar.get(), event_of(agenda, visit));
  const std::unique_ptr<char, decltype(&icalmemory_free_buffer)> text(icalcomponent_as_ical_string_r(calendar.get()),
                                                                      &icalmemory_free_buffer);
  return text ? std::string(text.get()) : std::string();
}

}  // namespace relais::scheduling::formats
