// SPDX-License-Identifier: Apache-2.0
// Agendas kept elsewhere, over the API: out without a name, in as busy time that nothing is booked on.
#include <algorithm>
#include <set>

#include "records/record_store.h"
#include "relais/v1/scheduling.grpc.pb.h"
#include "running_api.h"
#include "scheduling/formats/exchange.h"
#include "support/agenda_samples.h"

using namespace relais;
using namespace relais::api;

namespace {

using SchedulingStub = v1::SchedulingService::Stub;
constexpr const char* agenda = "marchand-cabinet";

std::string foreign_event(const std::string& uid, const std::string& start, const std::string& end, int sequence = 0) {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20261101T080000Z\r\nSEQUENCE:" + std::to_string(sequence) +
         "\r\nSUMMARY:Staff à l'hôpital\r\nDTSTART;TZID=Europe/Paris:" + start + "\r\nDTEND;TZID=Europe/Paris:" + end +
         "\r\nEND:VEVENT\r\n";
}
std::string foreign_calendar(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ailleurs//FR\r\n" + events + "END:VCALENDAR\r\n";
}

struct Exchange {
  Exchange() : doctor(api.sign_in("marchand")), editor(api.sign_in("logiciel")), stub(v1::SchedulingService::NewStub(api.channel())) {
    for (const auto* id : {"p-1", "p-2"}) {
      REQUIRE(api.database->write([&](practice::Transaction& tx) -> Result<int> {
        v1::Patient patient;
        patient.set_id(id);
        patient.mutable_traits()->set_birth_family("PAT-TROIS");
        records::put(tx, patient);
        return 0;
      }));
    }
    v1::PutScheduleRequest put;
    *put.mutable_schedule() = test::doctors_agenda();
    v1::PutScheduleResponse response;
    REQUIRE(stub->PutSchedule(RunningApi::with(doctor).get(), put, &response).ok());
  }

  v1::Hold hold(const std::string& start, const std::string& patient = "p-1") const {
    v1::HoldSlotRequest request;
    *request.mutable_slot() = test::slot(agenda, start);
    request.set_patient_id(patient);
    v1::HoldSlotResponse response;
    const auto status = stub->HoldSlot(RunningApi::with(doctor).get(), request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.hold();
  }
  std::string confirm_code(const v1::Hold& hold, v1::Booking* booking = nullptr) const {
    v1::ConfirmAppointmentRequest request;
    request.set_hold_id(hold.id());
    request.set_reason("renouvellement");
    v1::ConfirmAppointmentResponse response;
    const auto status = stub->ConfirmAppointment(RunningApi::with(doctor).get(), request, &response);
    if (booking != nullptr) *booking = response.booking();
    return status.ok() ? "" : detail_of(status).code();
  }
  v1::Booking booked(const std::string& start, const std::string& patient = "p-1") const {
    v1::Booking booking;
    REQUIRE(confirm_code(hold(start, patient), &booking).empty());
    return booking;
  }

  std::string exported(v1::AgendaFormat format = v1::AGENDA_FORMAT_ICALENDAR) const {
    v1::ExportAgendaRequest request;
    request.set_schedule_id(agenda);
    request.set_format(format);
    request.set_start_ms(test::paris("2026-11-23T00:00"));
    request.set_end_ms(test::paris("2026-12-23T00:00"));
    v1::ExportAgendaResponse response;
    const auto status = stub->ExportAgenda(RunningApi::with(doctor).get(), request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.content();
  }

  grpc::Status import(const std::string& content, v1::ImportBusyTimeResponse& response,
                      const std::string& source = "hopital", v1::AgendaFormat format = v1::AGENDA_FORMAT_ICALENDAR,
                      const std::string& schedule = agenda) const {
    v1::ImportBusyTimeRequest request;
    request.set_schedule_id(schedule);
    request.set_format(format);
    request.set_content(content);
    request.set_source(source);
    return stub->ImportBusyTime(RunningApi::with(editor).get(), request, &response);
  }
  v1::ImportBusyTimeResponse imported(const std::string& content, const std::string& source = "hopital",
                                      v1::AgendaFormat format = v1::AGENDA_FORMAT_ICALENDAR) const {
    v1::ImportBusyTimeResponse response;
    const auto status = import(content, response, source, format);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response;
  }
  std::string refused(const std::string& content, const std::string& source = "hopital",
                      const std::string& schedule = agenda) const {
    v1::ImportBusyTimeResponse response;
    const auto status = import(content, response, source, v1::AGENDA_FORMAT_ICALENDAR, schedule);
    return status.ok() ? "" : detail_of(status).code();
  }
  std::vector<v1::BusyTime> busy() const {
    v1::ListBusyTimeRequest request;
    request.add_schedule_ids(agenda);
    request.set_start_ms(test::paris("2026-11-23T00:00"));
    request.set_end_ms(test::paris("2026-12-23T00:00"));
    v1::ListBusyTimeResponse response;
    REQUIRE(stub->ListBusyTime(RunningApi::with(doctor).get(), request, &response).ok());
    return {response.busy().begin(), response.busy().end()};
  }

  RunningApi api;
  std::string doctor, editor;
  std::unique_ptr<SchedulingStub> stub;
};

scheduling::formats::BusyCalendar read_again(const std::string& text, bool fhir = false) {
  const scheduling::formats::Window window{practice::from_ms(test::paris("2026-11-01T00:00")),
                                           practice::from_ms(test::paris("2027-11-01T00:00")), "Europe/Paris"};
  const auto read = fhir ? scheduling::formats::read_fhir(text, window) : scheduling::formats::read_icalendar(text, window);
  REQUIRE(read);
  return *read;
}

}  // namespace

TEST_CASE("an agenda leaves with its hours and states and without anybody's name") {
  const Exchange desk;
  const auto booking = desk.booked("2026-11-24T09:00");
  const auto first = desk.exported();
  CHECK(first.find("SUMMARY:RDV") != std::string::npos);
  for (const auto* word : {"PAT-TROIS", "p-1", "renouvellement"}) {
    CHECK(first.find(word) == std::string::npos);
    CHECK(desk.exported(v1::AGENDA_FORMAT_FHIR).find(word) == std::string::npos);
  }
  const auto told = read_again(first);
  REQUIRE(told.events.size() == 1);
  CHECK(practice::to_ms(told.events[0].occurrences.at(0).start) == booking.slot().start_ms());

  // The same name for life, and a sequence that grows: from the hold to the cancelled appointment.
  const auto held = desk.hold("2026-11-24T09:30", "p-2");
  const auto with_hold = read_again(desk.exported());
  REQUIRE(with_hold.events.size() == 2);
  const auto& other = with_hold.events[0].uid == told.events[0].uid ? with_hold.events[1] : with_hold.events[0];
  CHECK(other.occurrences.at(0).tentative);
  v1::Booking made;
  REQUIRE(desk.confirm_code(held, &made).empty());
  const auto confirmed = read_again(desk.exported());
  REQUIRE(confirmed.events.size() == 2);
  const auto same = std::find_if(confirmed.events.begin(), confirmed.events.end(),
                                 [&](const auto& event) { return event.uid == other.uid; });
  REQUIRE(same != confirmed.events.end());
  CHECK(same->sequence > other.sequence);
  CHECK_FALSE(same->occurrences.at(0).tentative);
  v1::CancelAppointmentRequest cancel;
  cancel.set_booking_id(made.id());
  v1::CancelAppointmentResponse cancelled;
  REQUIRE(desk.stub->CancelAppointment(RunningApi::with(desk.doctor).get(), cancel, &cancelled).ok());
  for (const auto& event : read_again(desk.exported()).events) {
    if (event.uid != other.uid) continue;
    CHECK(event.sequence > same->sequence);
    CHECK(event.occurrences.empty());
  }
}

TEST_CASE("an agenda imported twice is one and a later sequence replaces and what is gone is removed") {
  const Exchange desk;
  const auto two = foreign_event("a", "20261124T090000", "20261124T100000") +
                   foreign_event("b", "20261125T140000", "20261125T150000");
  auto done = desk.imported(foreign_calendar(two));
  CHECK(done.added() == 2);
  CHECK(desk.busy().size() == 2);
  CHECK(desk.busy()[0].source() == "hopital");
  done = desk.imported(foreign_calendar(two));
  CHECK(done.added() == 0);
  CHECK(done.unchanged() == 2);
  CHECK(desk.busy().size() == 2);
  done = desk.imported(foreign_calendar(foreign_event("a", "20261124T103000", "20261124T110000", 2) +
                                        foreign_event("b", "20261125T140000", "20261125T150000")));
  CHECK(done.replaced() == 1);
  CHECK(desk.busy()[0].start_ms() == test::paris("2026-11-24T10:30"));
  done = desk.imported(foreign_calendar(two));
  CHECK(done.older() == 1);
  CHECK(desk.busy()[0].start_ms() == test::paris("2026-11-24T10:30"));
  // Another source is another agenda.
  CHECK(desk.imported(foreign_calendar(foreign_event("a", "20261126T090000", "20261126T100000")), "ehpad").added() == 1);
  CHECK(desk.busy().size() == 3);
  done = desk.imported(foreign_calendar(foreign_event("b", "20261125T140000", "20261125T150000")));
  CHECK(done.removed() == 1);
  CHECK(desk.busy().size() == 2);
  CHECK(desk.imported(foreign_calendar("")).removed() == 1);
  CHECK(desk.busy().size() == 1);
}

TEST_CASE("nothing is booked on the time of an agenda kept elsewhere") {
  const Exchange desk;
  const auto kept = desk.booked("2026-11-24T11:00");
  const auto held = desk.hold("2026-11-24T09:00", "p-2");
  const auto done = desk.imported(foreign_calendar(foreign_event("a", "20261124T090000", "20261124T120000")));
  // What stood before stays, named, for a person to settle.
  CHECK(std::set<std::string>(done.covered_booking_ids().begin(), done.covered_booking_ids().end()) ==
        std::set<std::string>{kept.id(), held.id()});
  // B8 of the domain note: the foreign event came between hold and confirm.
  CHECK(desk.confirm_code(held) == "scheduling.taken");
  v1::HoldSlotRequest request;
  *request.mutable_slot() = test::slot(agenda, "2026-11-24T10:00");
  request.set_patient_id("p-1");
  v1::HoldSlotResponse response;
  CHECK(detail_of(desk.stub->HoldSlot(RunningApi::with(desk.doctor).get(), request, &response)).code() ==
        "scheduling.taken");
  v1::SearchSlotsRequest search;
  search.add_schedule_ids(agenda);
  search.set_start_ms(test::paris("2026-11-24T08:00"));
  search.set_end_ms(test::paris("2026-11-24T13:00"));
  v1::SearchSlotsResponse slots;
  REQUIRE(desk.stub->SearchSlots(RunningApi::with(desk.doctor).get(), search, &slots).ok());
  CHECK(slots.slots_size() == 0);
}

TEST_CASE("what we gave to another agenda and comes back with it does not stand against itself") {
  const Exchange desk;
  desk.booked("2026-11-24T09:00");
  desk.hold("2026-11-24T10:00", "p-2");
  for (const auto format : {v1::AGENDA_FORMAT_ICALENDAR, v1::AGENDA_FORMAT_FHIR}) {
    const auto done = desk.imported(desk.exported(format), "partage", format);
    CHECK(done.added() == 0);
    CHECK(done.not_busy() >= 2);
    CHECK(done.covered_booking_ids_size() == 0);
    CHECK(desk.busy().empty());
  }
}

TEST_CASE("appointments of a FHIR agenda are busy time by their identifier") {
  const Exchange desk;
  const auto visit = [](const std::string& status) {
    return R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Appointment",
      "identifier":[{"system":"urn:oid:1.2.3","value":"x1"}],"status":")" + status + R"(",
      "start":"2026-11-24T09:00:00+01:00","end":"2026-11-24T09:30:00+01:00"}}]})";
  };
  CHECK(desk.imported(visit("booked"), "gap", v1::AGENDA_FORMAT_FHIR).added() == 1);
  REQUIRE(desk.busy().size() == 1);
  CHECK(desk.busy()[0].start_ms() == test::paris("2026-11-24T09:00"));
  CHECK(desk.imported(visit("booked"), "gap", v1::AGENDA_FORMAT_FHIR).unchanged() == 1);
  CHECK(desk.imported(visit("cancelled"), "gap", v1::AGENDA_FORMAT_FHIR).not_busy() == 1);
  CHECK(desk.busy().empty());
}

TEST_CASE("a calendar that cannot be read changes nothing and says what is wrong with it") {
  const Exchange desk;
  desk.imported(foreign_calendar(foreign_event("a", "20261124T090000", "20261124T100000")));
  CHECK(desk.refused("hello") == "scheduling.ical.malformed");
  CHECK(desk.refused(foreign_calendar(foreign_event("a", "20261124T110000", "20261124T100000"))) ==
        "scheduling.ical.time");
  CHECK(desk.refused(foreign_calendar(""), "Pas Bon") == "scheduling.exchange.source");
  CHECK(desk.refused(foreign_calendar(""), "hopital", "nulle-part") == "scheduling.exchange.schedule");
  CHECK(desk.busy().size() == 1);
  v1::ExportAgendaRequest request;
  request.set_schedule_id(agenda);
  request.set_format(v1::AGENDA_FORMAT_ICALENDAR);
  request.set_start_ms(test::paris("2026-11-23T00:00"));
  request.set_end_ms(test::paris("2028-11-23T00:00"));
  v1::ExportAgendaResponse response;
  const auto status = desk.stub->ExportAgenda(RunningApi::with(desk.doctor).get(), request, &response);
  CHECK(detail_of(status).code() == "scheduling.exchange.span");
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("an assistant exchanges agendas inside the fiche only and each exchange is in the ledger") {
  Exchange desk;
  const auto import_as = [&](const std::string& token) {
    v1::ImportBusyTimeRequest request;
    request.set_schedule_id(agenda);
    request.set_format(v1::AGENDA_FORMAT_ICALENDAR);
    request.set_content(foreign_calendar(foreign_event("a", "20261124T090000", "20261124T100000")));
    request.set_source("hopital");
    v1::ImportBusyTimeResponse response;
    return desk.stub->ImportBusyTime(RunningApi::with(token).get(), request, &response);
  };
  CHECK(detail_of(import_as(desk.api.sign_in("perrin"))).code() == "api.mandate");
  CHECK(desk.busy().empty());
  const Delegated delegated(desk.api, "  - {id: rdv-prise, mode: autonome}\n", "D3", "rdv-prise");
  const auto status = import_as(delegated.assistant);
  INFO(status.error_message());
  CHECK(status.ok());
  CHECK(desk.busy().size() == 1);
  CHECK(desk.api.ledger_of("SchedulingService.ImportBusyTime").size() >= 2);
}
