// SPDX-License-Identifier: Apache-2.0
#include "api/agenda_exchange.h"

#include <algorithm>
#include <map>
#include <set>

#include "api/agenda_outgoing.h"
#include "api/domain_words.h"
#include "api/idempotency.h"
#include "api/page.h"
#include "domain/civil_time.h"
#include "domain/instant_bounds.h"
#include "practice/contact_store.h"
#include "relais/v1/scheduling.pb.h"
#include "scheduling/formats/exchange.h"

namespace relais::api {
namespace {

namespace formats = scheduling::formats;
using scheduling::AgendaStore;

constexpr auto longest_span = date::days{400};
// Repetitions are laid out so far ahead: the year in which a visit may be booked, and a month to import again.
constexpr auto horizon = date::days{400};
// Free slots are worked out one by one.
constexpr auto free_slots_span = date::days{62};
// What a client of gRPC takes by default is 4 MiB.
constexpr std::size_t longest_export = std::size_t{3} << 20U;

Answer<void> check_exchange_span(std::int64_t start_ms, std::int64_t end_ms) {
  const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(longest_span).count();
  if (!is_dated(start_ms)) return refuse(Code::invalid_argument, "no such instant", "start_ms");
  if (start_ms < 0 || end_ms <= start_ms || end_ms - start_ms > longest) {
    return refuse(Code::scheduling_exchange_span, "1 ms to 400 days", "end_ms");
  }
  return {};
}

Answer<v1::Schedule> schedule_of(const PracticeServices& context, const std::string& id) {
  auto schedule = context.database.read([&](soci::session& sql) { return AgendaStore::schedule(sql, id); });
  if (schedule) return std::move(*schedule);
  if (schedule.error().code == Code::not_found) {
    return refuse(Code::scheduling_exchange_schedule, "no such agenda", "schedule_id");
  }
  return refuse(schedule.error());
}

// The name of this practice outside, made the first time that it is asked for.
Answer<std::string> office_of(const PracticeServices& context) {
  const auto known = context.database.read(
      [](soci::session& sql) -> Result<std::optional<std::string>> { return practice::agenda_office(sql); });
  if (!known) return refuse(known.error());
  if (*known) return **known;
  auto made = context.database.write(
      [](practice::Transaction& tx) -> Result<std::string> { return practice::make_agenda_office(tx); });
  if (!made) return refuse(made.error());
  return std::move(*made);
}

// An assistant does with an agenda what the fiche of its doctor lets her do as taking appointments.
Answer<void> desk_work(const AgendaDesk& desk, const Call& call, const v1::Schedule& schedule,
                       v1::DelegatedAction action) {
  v1::Subject subject;
  subject.set_task_id("rdv-prise");
  subject.set_doctor_id(schedule.doctor_id().empty() ? schedule.person_id() : schedule.doctor_id());
  return desk.allowed(call.caller, action, subject);
}

std::string zone_of(const PracticeServices& context, const v1::Schedule& schedule) {
  return schedule.time_zone().empty() ? context.time_zone : schedule.time_zone();
}

Answer<v1::ExportAgendaResponse> export_agenda(const AgendaDesk& desk, const Call& call,
                                               const v1::ExportAgendaRequest& request) {
  const auto& context = desk.context;
  const bool fhir = request.format() == v1::AGENDA_FORMAT_FHIR;
  if (!fhir && request.format() != v1::AGENDA_FORMAT_ICALENDAR) {
    return refuse(Code::invalid_argument, "which format?", "format");
  }
  if (const auto good = check_exchange_span(request.start_ms(), request.end_ms()); !good) {
    return tl::unexpected<Failure>(good.error());
  }
  const auto schedule = schedule_of(context, request.schedule_id());
  if (!schedule) return tl::unexpected<Failure>(schedule.error());
  if (const auto allowed = desk_work(desk, call, *schedule, v1::DELEGATED_ACTION_VOIR); !allowed) {
    return tl::unexpected<Failure>(allowed.error());
  }
  const auto office = office_of(context);
  if (!office) return tl::unexpected<Failure>(office.error());
  const auto now = context.clock.now();
  const auto outgoing = context.database.read([&](soci::session& sql) -> Result<formats::OutgoingAgenda> {
    scheduling::AgendaFilter filter;
    filter.schedule_ids = {request.schedule_id()};
    filter.from_ms = request.start_ms();
    filter.until_ms = request.end_ms();
    filter.ended = true;
    auto agenda = outgoing_agenda(*office, *schedule, AgendaStore::holds(sql, filter, now),
                                  AgendaStore::bookings(sql, filter));
    agenda.time_zone = zone_of(context, *schedule);
    if (const auto account = context.accounts.find(schedule->person_id())) agenda.person_number = account->national_id;
    agenda.from = practice::from_ms(request.start_ms());
    agenda.until = practice::from_ms(request.end_ms());
    agenda.now = now;
    if (!fhir) return agenda;
    v1::SearchSlotsRequest search;
    search.add_schedule_ids(request.schedule_id());
    search.set_start_ms(std::max(request.start_ms(), practice::to_ms(now)));
    search.set_end_ms(std::min(request.end_ms(),
                               search.start_ms() + std::chrono::milliseconds(free_slots_span).count()));
    if (search.end_ms() <= search.start_ms()) return agenda;
    const auto free = desk.store.free_slots(sql, search, now);
    if (!free) return tl::unexpected(free.error());
    add_free_slots(agenda, *office, *free);
    return agenda;
  });
  if (!outgoing) return refuse(outgoing.error());
  v1::ExportAgendaResponse response;
  response.set_content(fhir ? formats::write_fhir(*outgoing) : formats::write_icalendar(*outgoing));
  if (response.content().size() > longest_export) {
    return refuse(Code::scheduling_exchange_span, "more than 3 MiB", "end_ms");
  }
  response.set_media_type(fhir ? "application/fhir+json" : "text/calendar; charset=utf-8");
  response.set_appointments(static_cast<int>(outgoing->visits.size()));
  return response;
}

// What the store takes: without what we gave out ourselves, which comes back from an agenda that holds both.
std::vector<scheduling::BusyEvent> foreign(const formats::BusyCalendar& calendar, const std::set<std::string>& own,
                                           const std::string& office, const v1::ImportBusyTimeRequest& request,
                                           int& not_busy) {
  std::vector<scheduling::BusyEvent> events;
  const auto our_system = oid_of(office) + "|";
  for (const auto& event : calendar.events) {
    const bool ours = own.contains(event.uid) || event.uid.starts_with(our_system);
    if (ours || event.occurrences.empty()) ++not_busy;
    if (ours) continue;
    scheduling::BusyEvent made;
    made.uid = event.uid;
    made.sequence = event.sequence;
    made.version = event.version;
    for (const auto& time : event.occurrences) {
      made.periods.push_back({request.schedule_id(), request.source(), event.uid, practice::to_ms(time.start),
                              practice::to_ms(time.end), time.tentative});
    }
    events.push_back(std::move(made));
  }
  return events;
}

Answer<void> check_source(const std::string& source) {
  constexpr std::size_t longest = 64;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (source.empty() || source.size() > longest || !std::all_of(source.begin(), source.end(), fits)) {
    return refuse(Code::scheduling_exchange_source, "small letters, digits, '-', '_', '.'", "source");
  }
  return {};
}

Result<formats::BusyCalendar> read_calendar(const v1::ImportBusyTimeRequest& request, const formats::Window& window) {
  switch (request.format()) {
    case v1::AGENDA_FORMAT_ICALENDAR:
      return formats::read_icalendar(request.content(), window);
    case v1::AGENDA_FORMAT_FHIR:
      return formats::read_fhir(request.content(), window);
    default:
      return fail(Code::invalid_argument, "which format?", "format");
  }
}

Answer<v1::ImportBusyTimeResponse> import_busy(const AgendaDesk& desk, Call& call,
                                               const v1::ImportBusyTimeRequest& request) {
  const auto& context = desk.context;
  if (const auto good = check_source(request.source()); !good) return tl::unexpected<Failure>(good.error());
  const auto schedule = schedule_of(context, request.schedule_id());
  if (!schedule) return tl::unexpected<Failure>(schedule.error());
  if (const auto allowed = desk_work(desk, call, *schedule, v1::DELEGATED_ACTION_REALISER); !allowed) {
    return tl::unexpected<Failure>(allowed.error());
  }
  const auto office = office_of(context);
  if (!office) return tl::unexpected<Failure>(office.error());
  const auto zone = zone_of(context, *schedule);
  const auto today = date::floor<date::days>(fiche::to_local(context.clock.now(), zone));
  const formats::Window window{fiche::to_instant(today, zone), fiche::to_instant(today + horizon, zone), zone};
  // Read before the one writer of the database is asked: a large calendar keeps nobody waiting.
  const auto calendar = read_calendar(request, window);
  if (!calendar) return refuse(calendar.error());
  auto done = write_once<v1::ImportBusyTimeResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::ImportBusyTimeResponse> {
        scheduling::AgendaFilter filter;
        filter.ended = true;
        filter.from_ms = practice::to_ms(window.from);
        const auto own = own_uids(*office, AgendaStore::holds(tx.sql(), filter, tx.now()),
                                  AgendaStore::bookings(tx.sql(), filter));
        int not_busy = 0;
        const auto events = foreign(*calendar, own, *office, request, not_busy);
        const auto written = desk.store.put_busy(tx, request.schedule_id(), request.source(), events, attribution(call));
        if (!written) return refuse(written.error());
        v1::ImportBusyTimeResponse response;
        response.set_added(written->added);
        response.set_replaced(written->replaced);
        response.set_removed(written->removed);
        response.set_unchanged(written->unchanged);
        response.set_older(written->older);
        response.set_not_busy(not_busy);
        response.set_start_ms(practice::to_ms(window.from));
        response.set_end_ms(practice::to_ms(window.until));
        for (const auto& id : written->covered_ids) response.add_covered_booking_ids(id);
        return response;
      });
  if (done) desk.changed(false);
  return done;
}

Answer<v1::ListBusyTimeResponse> list_busy(const PracticeServices& context, Call& call,
                                           const v1::ListBusyTimeRequest& request) {
  if (const auto good = check_exchange_span(request.start_ms(), request.end_ms()); !good) {
    return tl::unexpected<Failure>(good.error());
  }
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  auto busy = context.database.read([&](soci::session& sql) -> Result<std::vector<scheduling::BusyPeriod>> {
    scheduling::AgendaFilter filter;
    filter.schedule_ids = {request.schedule_ids().begin(), request.schedule_ids().end()};
    filter.from_ms = request.start_ms();
    filter.until_ms = request.end_ms();
    return AgendaStore::busy(sql, filter);
  });
  if (!busy) return refuse(busy.error());
  v1::ListBusyTimeResponse response;
  const auto rows = cut_page(*page, std::move(*busy), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  for (const auto& period : *rows) {
    auto& shown = *response.add_busy();
    shown.set_schedule_id(period.schedule_id);
    shown.set_start_ms(period.start_ms);
    shown.set_end_ms(period.end_ms);
    shown.set_source(period.source);
    shown.set_tentative(period.tentative);
  }
  return response;
}

}  // namespace

void register_agenda_exchange(Registry& registry, const AgendaDesk& desk) {
  registry.unary<v1::ExportAgendaRequest, v1::ExportAgendaResponse>(
      "SchedulingService.ExportAgenda",
      [desk](Call& call, const v1::ExportAgendaRequest& request) { return export_agenda(desk, call, request); });
  registry.unary<v1::ImportBusyTimeRequest, v1::ImportBusyTimeResponse>(
      "SchedulingService.ImportBusyTime",
      [desk](Call& call, const v1::ImportBusyTimeRequest& request) { return import_busy(desk, call, request); });
  registry.unary<v1::ListBusyTimeRequest, v1::ListBusyTimeResponse>(
      "SchedulingService.ListBusyTime", [desk](Call& call, const v1::ListBusyTimeRequest& request) {
        return list_busy(desk.context, call, request);
      });
}

}  // namespace relais::api
