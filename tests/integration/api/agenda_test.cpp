// SPDX-License-Identifier: Apache-2.0
// The agenda over real sockets: many clients on the same slots, repeated calls, who may do what, the watch.
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <thread>

#include "records/record_store.h"
#include "relais/v1/scheduling.grpc.pb.h"
#include "running_api.h"
#include "support/agenda_samples.h"

using namespace relais;
using namespace relais::api;
using test::paris;
using test::slot;

namespace {

using SchedulingStub = v1::SchedulingService::Stub;

// The stable code of a call; "ok" when it was answered.
template <class Request, class Response>
std::string outcome(SchedulingStub& stub, const std::string& token,
                    grpc::Status (SchedulingStub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response = nullptr) {
  Response kept;
  const auto status = (stub.*method)(RunningApi::with(token).get(), request, response != nullptr ? response : &kept);
  return status.ok() ? "ok" : error_detail(status).code();
}

v1::HoldSlotRequest hold_of(const v1::Slot& wanted, const std::string& patient) {
  v1::HoldSlotRequest request;
  *request.mutable_slot() = wanted;
  request.set_patient_id(patient);
  return request;
}

v1::HoldSlotRequest recall_of(const v1::Slot& wanted, const std::string& patient, const std::string& task) {
  auto request = hold_of(wanted, patient);
  request.set_origin(v1::BOOKING_ORIGIN_RECALL);
  request.set_task_id(task);
  return request;
}

// The practice with two agendas and twenty patients. Monday 23 November 2026, 16:45.
struct Agenda : RunningApi {
  explicit Agenda(ServerSettings settings = {}) : RunningApi(std::move(settings)) {
    REQUIRE(database->write([&](practice::Transaction& tx) -> Result<void> {
      for (int i = 1; i <= 20; ++i) {
        v1::Patient patient;
        patient.set_id("p-" + std::to_string(i));
        patient.set_treating_doctor_id("marchand");
        records::put(tx, patient);
      }
      return {};
    }));
    doctor = sign_in("marchand");
    secretary = sign_in("petit");
    for (const auto& schedule : {test::doctors_agenda(), test::assistants_agenda()}) {
      v1::PutScheduleRequest put;
      *put.mutable_schedule() = schedule;
      REQUIRE(outcome(*stub, doctor, &SchedulingStub::PutSchedule, put) == "ok");
    }
  }

  std::vector<v1::Booking> bookings(const std::string& token) {
    v1::ListAppointmentsRequest request;
    request.set_start_ms(paris("2026-11-23T00:00"));
    request.set_end_ms(paris("2026-12-31T00:00"));
    v1::ListAppointmentsResponse response;
    REQUIRE(outcome(*stub, token, &SchedulingStub::ListAppointments, request, &response) == "ok");
    return {response.bookings().begin(), response.bookings().end()};
  }
  v1::Booking booked(const v1::Slot& wanted, const std::string& patient, const std::string& token) {
    v1::HoldSlotResponse held;
    REQUIRE(outcome(*stub, token, &SchedulingStub::HoldSlot, hold_of(wanted, patient), &held) == "ok");
    v1::ConfirmAppointmentRequest confirm;
    confirm.set_hold_id(held.hold().id());
    confirm.set_reason("motif d'essai");
    v1::ConfirmAppointmentResponse confirmed;
    REQUIRE(outcome(*stub, token, &SchedulingStub::ConfirmAppointment, confirm, &confirmed) == "ok");
    return confirmed.booking();
  }

  std::unique_ptr<SchedulingStub> stub = v1::SchedulingService::NewStub(channel());
  std::string doctor, secretary;
};

// A client with a connection of its own.
std::unique_ptr<SchedulingStub> own_client(const RunningApi& api) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return v1::SchedulingService::NewStub(grpc::CreateCustomChannel(
      "unix:" + api.socket().string(), grpc::InsecureChannelCredentials(), arguments));
}

constexpr int clients = 16;

// Runs `work` in as many threads at once, each with its number and its client.
template <class Work>
void at_once(const RunningApi& api, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i)
    threads.emplace_back([&api, &work, i] {
      const auto client = own_client(api);
      work(i, *client);
    });
  for (auto& thread : threads) thread.join();
}

bool any_overlap(std::vector<v1::Booking> bookings) {
  std::erase_if(bookings, [](const auto& one) { return one.state() != v1::BOOKING_STATE_CONFIRMED; });
  for (std::size_t i = 0; i < bookings.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (bookings[i].slot().person_id() == bookings[j].slot().person_id() &&
          bookings[i].slot().start_ms() < bookings[j].slot().end_ms() &&
          bookings[j].slot().start_ms() < bookings[i].slot().end_ms())
        return true;
  return false;
}

}  // namespace

TEST_CASE("sixteen clients on the same twelve slots book each exactly once") {
  Agenda api;
  std::vector<v1::Slot> wanted;
  for (int i = 0; i < 12; ++i) {
    auto one = slot("marchand-cabinet", "2026-11-24T09:00");
    one.set_start_ms(one.start_ms() + i * 15 * 60'000);
    one.set_end_ms(one.end_ms() + i * 15 * 60'000);
    wanted.push_back(one);
  }
  std::vector<std::vector<std::string>> codes(clients);
  std::vector<int> won(clients);
  at_once(api, [&](int client, SchedulingStub& stub) {
    const auto& token = client % 2 == 0 ? api.doctor : api.secretary;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      // From another slot each, so that all are fought over.
      const auto& one = wanted[(i + static_cast<std::size_t>(client)) % wanted.size()];
      v1::HoldSlotResponse held;
      const auto request = hold_of(one, "p-" + std::to_string(client + 1));
      auto code = outcome(stub, token, &SchedulingStub::HoldSlot, request, &held);
      if (code == "ok") {
        v1::ConfirmAppointmentRequest confirm;
        confirm.set_hold_id(held.hold().id());
        code = outcome(stub, token, &SchedulingStub::ConfirmAppointment, confirm);
        won[static_cast<std::size_t>(client)] += code == "ok" ? 1 : 0;
      }
      codes[static_cast<std::size_t>(client)].push_back(code);
    }
  });
  std::map<std::string, int> counted;
  for (const auto& all : codes)
    for (const auto& code : all) ++counted[code];
  CHECK(counted["ok"] == 12);
  CHECK(counted["scheduling.taken"] == clients * 12 - 12);
  CHECK(counted.size() == 2);
  const auto bookings = api.bookings(api.doctor);
  REQUIRE(bookings.size() == 12);
  std::set<std::int64_t> starts;
  for (const auto& booking : bookings) starts.insert(booking.slot().start_ms());
  CHECK(starts.size() == 12);
  CHECK_FALSE(any_overlap(bookings));
}

TEST_CASE("clients that ask for overlapping times of many lengths leave no overlap") {
  Agenda api;
  at_once(api, [&](int client, SchedulingStub& stub) {
    for (int i = 0; i < 8; ++i) {
      // Spread by the client's number over the morning: lengths of 10 to 40 minutes, steps of 5.
      auto one = slot("marchand-cabinet", "2026-11-24T09:00", 10 + (client + i) % 7 * 5);
      const std::int64_t shift = (client * 7 + i * 5) % 28 * 5 * 60'000;
      one.set_start_ms(one.start_ms() + shift);
      one.set_end_ms(one.end_ms() + shift);
      v1::HoldSlotResponse held;
      if (outcome(stub, api.secretary, &SchedulingStub::HoldSlot, hold_of(one, "p-" + std::to_string(client + 1)),
                  &held) != "ok")
        continue;
      v1::ConfirmAppointmentRequest confirm;
      confirm.set_hold_id(held.hold().id());
      outcome(stub, api.secretary, &SchedulingStub::ConfirmAppointment, confirm);
    }
  });
  const auto bookings = api.bookings(api.doctor);
  CHECK(bookings.size() >= 4);
  CHECK_FALSE(any_overlap(bookings));
}

TEST_CASE("the same request sent by many at once is done once and answered alike") {
  Agenda api;
  auto request = hold_of(slot("marchand-cabinet", "2026-11-24T09:00"), "p-1");
  request.set_request_id("r-1");
  std::vector<std::string> ids(clients);
  at_once(api, [&](int client, SchedulingStub& stub) {
    v1::HoldSlotResponse held;
    ids[static_cast<std::size_t>(client)] =
        outcome(stub, api.secretary, &SchedulingStub::HoldSlot, request, &held) == "ok" ? held.hold().id()
                                                                                        : std::string("refused");
  });
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 1);
  CHECK(ids.front().starts_with("hold-"));
  request.set_patient_id("p-2");
  CHECK(outcome(*api.stub, api.secretary, &SchedulingStub::HoldSlot, request) == "api.request-id-reused");
  // Confirmed by all at once: one appointment.
  v1::ConfirmAppointmentRequest confirm;
  confirm.set_hold_id(ids.front());
  confirm.set_reason("motif d'essai");
  std::vector<std::string> made(clients);
  at_once(api, [&](int client, SchedulingStub& stub) {
    auto own = confirm;
    if (client % 2 == 0) own.set_request_id("r-2");
    v1::ConfirmAppointmentResponse confirmed;
    made[static_cast<std::size_t>(client)] =
        outcome(stub, api.secretary, &SchedulingStub::ConfirmAppointment, own, &confirmed) == "ok"
            ? confirmed.booking().id()
            : std::string("refused");
  });
  CHECK(std::set<std::string>(made.begin(), made.end()).size() == 1);
  CHECK(api.bookings(api.doctor).size() == 1);
}

TEST_CASE("an assistant acts in the agenda within the fiche of its doctor") {
  Agenda api;
  const auto alone = api.sign_in("perrin");
  const auto wanted = slot("marchand-cabinet", "2026-11-24T09:00");
  CHECK(outcome(*api.stub, alone, &SchedulingStub::HoldSlot, hold_of(wanted, "p-1")) == "api.mandate");
  const auto other = api.booked(slot("marchand-cabinet", "2026-11-24T11:00"), "p-9", api.secretary);
  CHECK(api.bookings(alone).empty());
  v1::GetAppointmentRequest get;
  get.set_booking_id(other.id());
  CHECK(outcome(*api.stub, alone, &SchedulingStub::GetAppointment, get) == "relais.not-found");
  const Delegated delegated(api, "  - {id: rdv-prise, mode: autonome}\n", "D3", "rdv-prise");
  const auto& token = delegated.assistant;
  const auto made = api.booked(wanted, "p-1", token);
  CHECK(made.booked_by() == "perrin");
  CHECK(made.reason().empty());
  // A recall is another task, and unplanned care too: the fiche gives neither.
  const auto later = slot("marchand-cabinet", "2026-11-24T09:15");
  CHECK(outcome(*api.stub, token, &SchedulingStub::HoldSlot, recall_of(later, "p-2", "vaccine-recall")) ==
        "api.mandate");
  CHECK(outcome(*api.stub, token, &SchedulingStub::HoldSlot,
                hold_of(slot("marchand-cabinet", "2026-11-24T14:00"), "p-2")) == "scheduling.reserved");
  // What she wrote she reads; what others wrote of the reason she does not.
  const auto seen = api.bookings(token);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].reason() == "motif d'essai");
  CHECK(seen[1].reason().empty());
  const auto doctors = api.bookings(api.doctor);
  CHECK(doctors[1].reason() == "motif d'essai");
  v1::CancelAppointmentRequest cancel;
  cancel.set_booking_id(other.id());
  CHECK(outcome(*api.stub, token, &SchedulingStub::CancelAppointment, cancel) == "ok");
  CHECK_FALSE(api.ledger_of("agenda.cancel").empty());
}

TEST_CASE("unplanned care is out of a recall's reach for everybody and in a secretary's for nobody") {
  Agenda api;
  const auto today = slot("marchand-cabinet", "2026-11-24T14:00");
  for (const auto& token : {api.doctor, api.secretary})
    CHECK(outcome(*api.stub, token, &SchedulingStub::HoldSlot, recall_of(today, "p-1", "vaccine-recall")) ==
          "scheduling.reserved");
  CHECK(outcome(*api.stub, api.secretary, &SchedulingStub::HoldSlot, hold_of(today, "p-1")) == "scheduling.reserved");
  CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::HoldSlot, hold_of(today, "p-1")) == "ok");
  v1::SearchSlotsRequest search;
  search.set_start_ms(paris("2026-11-25T00:00"));
  search.set_end_ms(paris("2026-11-26T00:00"));
  v1::SearchSlotsResponse found;
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::SearchSlots, search, &found) == "ok");
  CHECK(std::ranges::none_of(found.slots(), [](const auto& one) { return one.kind() == v1::SLOT_KIND_UNPLANNED; }));
  search.add_kinds(v1::SLOT_KIND_UNPLANNED);
  CHECK(outcome(*api.stub, api.secretary, &SchedulingStub::SearchSlots, search) == "scheduling.reserved");
  search.set_origin(v1::BOOKING_ORIGIN_RECALL);
  CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::SearchSlots, search) == "scheduling.reserved");
  // A finding of a plugin makes the hold a recall of its task, whatever the call says of itself.
  const auto item = api.item("lr-1", worklist::Category::normal);
  auto by_item = hold_of(slot("marchand-cabinet", "2026-11-24T15:00"), "p-lr-1");
  by_item.set_origin(v1::BOOKING_ORIGIN_PERSON);
  by_item.set_worklist_item_id(item);
  REQUIRE(api.database->write([&](practice::Transaction& tx) -> Result<void> {
    v1::Patient patient;
    patient.set_id("p-lr-1");
    records::put(tx, patient);
    return {};
  }));
  CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::HoldSlot, by_item) == "scheduling.reserved");
  *by_item.mutable_slot() = slot("marchand-cabinet", "2026-11-24T09:00");
  v1::HoldSlotResponse held;
  REQUIRE(outcome(*api.stub, api.doctor, &SchedulingStub::HoldSlot, by_item, &held) == "ok");
  CHECK(held.hold().origin() == v1::BOOKING_ORIGIN_RECALL);
  CHECK(held.hold().task_id() == "bio-triage");
}

TEST_CASE("only the doctor of an agenda sets its recalls and takes its unplanned care away") {
  Agenda api;
  auto schedule = test::doctors_agenda();
  schedule.set_version(1);
  const auto put = [&](const std::string& token, v1::PutScheduleResponse* response = nullptr) {
    v1::PutScheduleRequest request;
    *request.mutable_schedule() = schedule;
    return outcome(*api.stub, token, &SchedulingStub::PutSchedule, request, response);
  };
  const auto made = api.booked(slot("marchand-cabinet", "2026-11-24T11:45"), "p-1", api.secretary);
  schedule.set_recalls_per_day(9);
  CHECK(put(api.secretary) == "scheduling.doctor-only");
  CHECK(put(api.sign_in("nguyen")) == "scheduling.doctor-only");
  schedule.set_recalls_per_day(4);
  schedule.mutable_openings(1)->set_kind(v1::SLOT_KIND_ROUTINE);
  CHECK(put(api.secretary) == "scheduling.doctor-only");
  schedule.mutable_openings(1)->set_kind(v1::SLOT_KIND_UNPLANNED);
  // Shorter mornings: what stands outside is told.
  for (auto& opening : *schedule.mutable_openings())
    if (opening.end() == "12:00") opening.set_end("11:30");
  v1::PutScheduleResponse shorter;
  REQUIRE(put(api.secretary, &shorter) == "ok");
  CHECK(shorter.schedule().version() == 2);
  REQUIRE(shorter.outside_booking_ids_size() == 1);
  CHECK(shorter.outside_booking_ids(0) == made.id());
  CHECK(put(api.secretary) == "scheduling.version");
  schedule.set_version(2);
  schedule.set_recalls_per_day(9);
  CHECK(put(api.doctor) == "ok");
  schedule.set_person_id("nobody");
  CHECK(put(api.doctor) == "practice.unknown-person");
}

TEST_CASE("a family is held together or not at all") {
  Agenda api;
  v1::SearchSlotsRequest search;
  search.add_schedule_ids("marchand-cabinet");
  search.add_kinds(v1::SLOT_KIND_ROUTINE);
  search.set_start_ms(paris("2026-11-24T00:00"));
  search.set_end_ms(paris("2026-11-25T00:00"));
  search.set_together(3);
  api.booked(slot("marchand-cabinet", "2026-11-24T09:15"), "p-9", api.secretary);
  v1::SearchSlotsResponse found;
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::SearchSlots, search, &found) == "ok");
  REQUIRE_FALSE(found.slots().empty());
  CHECK(found.slots(0).start_ms() == paris("2026-11-24T09:30"));
  auto request = hold_of(found.slots(0), "p-1");
  for (int i = 1; i <= 2; ++i) {
    auto& also = *request.add_family();
    *also.mutable_slot() = slot("marchand-cabinet", "2026-11-24T09:30");
    also.mutable_slot()->set_start_ms(request.slot().start_ms() + i * 15 * 60'000);
    also.mutable_slot()->set_end_ms(request.slot().end_ms() + i * 15 * 60'000);
    also.set_patient_id("p-" + std::to_string(i + 1));
  }
  auto taken = request;
  *taken.mutable_family(1)->mutable_slot() = slot("marchand-cabinet", "2026-11-24T09:15");
  CHECK(outcome(*api.stub, api.secretary, &SchedulingStub::HoldSlot, taken) == "scheduling.taken");
  v1::ListHoldsResponse holds;
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::ListHolds, v1::ListHoldsRequest(), &holds) == "ok");
  CHECK(holds.holds().empty());
  v1::HoldSlotResponse held;
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::HoldSlot, request, &held) == "ok");
  CHECK(held.family_size() == 2);
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::ListHolds, v1::ListHoldsRequest(), &holds) == "ok");
  CHECK(holds.holds_size() == 3);
}

TEST_CASE("a watch sends what stands and then every change with the holds that lapse") {
  ServerSettings settings;
  settings.stream_check = std::chrono::milliseconds(50);
  Agenda api(std::move(settings));
  const auto stands = api.booked(slot("marchand-cabinet", "2026-11-24T09:00"), "p-1", api.secretary);
  auto context = RunningApi::with(api.doctor);
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
  v1::WatchAgendaRequest request;
  request.set_start_ms(paris("2026-11-23T00:00"));
  request.set_end_ms(paris("2026-11-30T00:00"));
  const auto stream = api.stub->WatchAgenda(context.get(), request);
  using Change = v1::WatchAgendaResponse;
  const auto next = [&] {
    Change change;
    REQUIRE(stream->Read(&change));
    return change;
  };
  std::vector<Change> snapshot;
  do snapshot.push_back(next());
  while (snapshot.back().kind() != Change::KIND_SNAPSHOT_END);
  REQUIRE(snapshot.size() == 4);
  CHECK(snapshot[0].schedule().id() == "marchand-cabinet");
  CHECK(snapshot[2].booking().id() == stands.id());
  v1::HoldSlotResponse held;
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::HoldSlot,
                  hold_of(slot("marchand-cabinet", "2026-11-24T10:00"), "p-2"), &held) == "ok");
  auto change = next();
  CHECK(change.kind() == Change::KIND_HOLD);
  CHECK(change.hold().state() == v1::BOOKING_STATE_HELD);
  v1::CancelAppointmentRequest cancel;
  cancel.set_booking_id(stands.id());
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::CancelAppointment, cancel) == "ok");
  change = next();
  CHECK(change.kind() == Change::KIND_BOOKING);
  CHECK(change.booking().state() == v1::BOOKING_STATE_CANCELLED);
  // Nobody writes anything: the clock alone ends the hold.
  api.clock.advance(std::chrono::minutes(11));
  change = next();
  CHECK(change.kind() == Change::KIND_HOLD);
  CHECK(change.hold().state() == v1::BOOKING_STATE_LAPSED);
  CHECK(change.hold().id() == held.hold().id());
  context->TryCancel();
}

TEST_CASE("needs of a family are proposed the same day and what is asked wrongly is refused with its place") {
  Agenda api;
  v1::ProposeVisitsRequest request;
  request.set_patient_id("p-1");
  request.set_together(true);
  for (int i = 1; i <= 2; ++i) {
    auto& need = *request.add_needs();
    need.set_id("n-" + std::to_string(i));
    need.set_minutes(15);
    need.set_patient_id("p-" + std::to_string(i));
    need.set_not_before("2026-11-24");
  }
  v1::ProposeVisitsResponse proposed;
  REQUIRE(outcome(*api.stub, api.secretary, &SchedulingStub::ProposeVisits, request, &proposed) == "ok");
  REQUIRE_FALSE(proposed.choices().empty());
  const auto& visit = proposed.choices(0);
  REQUIRE(visit.slots_size() == 2);
  CHECK(visit.slots(0).start_ms() == paris("2026-11-24T09:00"));
  CHECK(visit.slots(1).start_ms() == visit.slots(0).end_ms());
  CHECK(visit.parts(1).patient_id() == "p-2");
  CHECK(api.bookings(api.doctor).empty());
  request.set_together(false);
  CHECK(outcome(*api.stub, api.secretary, &SchedulingStub::ProposeVisits, request) == "relais.invalid-argument");
  request.set_patient_id("p-99");
  CHECK(outcome(*api.stub, api.secretary, &SchedulingStub::ProposeVisits, request) == "practice.unknown-patient");
}

TEST_CASE("a visit that ends where no calendar goes is not taken") {
  Agenda api;
  auto wanted = slot("marchand-cabinet", "2026-11-24T09:00");
  for (const auto end : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    INFO(end);
    wanted.set_end_ms(end);
    CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::HoldSlot, hold_of(wanted, "p-1")) ==
          "relais.invalid-argument");
    v1::BookSeriesRequest series;
    *series.mutable_slot() = wanted;
    series.set_patient_id("p-1");
    series.set_count(2);
    series.set_every_weeks(1);
    CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::BookSeries, series) == "relais.invalid-argument");
  }
  CHECK(api.bookings(api.doctor).empty());
}

TEST_CASE("no call of the agenda takes an instant that no calendar has") {
  Agenda api;
  constexpr std::int64_t five_minutes = 5 * 60'000;
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / five_minutes * five_minutes - five_minutes;
  constexpr std::int64_t year_10000 = 253'402'300'800'000;
  for (const auto start : {std::numeric_limits<std::int64_t>::min(), -most, year_10000, most}) {
    INFO(start);
    v1::SearchSlotsRequest search;
    search.set_start_ms(start);  // and the end is the host's to say
    CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::SearchSlots, search) == "relais.invalid-argument");
    v1::ListAppointmentsRequest list;
    list.set_start_ms(start);
    list.set_end_ms(0);
    CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::ListAppointments, list) == "relais.invalid-argument");
    auto wanted = slot("marchand-cabinet", "2026-11-24T09:00");
    wanted.set_start_ms(start);
    // Its end is right after it, and then as far from it as can be.
    for (const auto end : {start < 0 ? most : start + five_minutes, -(start / 2)}) {
      wanted.set_end_ms(end);
      CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::HoldSlot, hold_of(wanted, "p-1")) ==
            "relais.invalid-argument");
      v1::BookSeriesRequest series;
      *series.mutable_slot() = wanted;
      series.set_patient_id("p-1");
      series.set_count(52);
      series.set_every_weeks(12);
      CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::BookSeries, series) == "relais.invalid-argument");
    }
    for (const auto format : {v1::AGENDA_FORMAT_ICALENDAR, v1::AGENDA_FORMAT_FHIR}) {
      v1::ExportAgendaRequest out;
      out.set_schedule_id("marchand-cabinet");
      out.set_format(format);
      out.set_start_ms(start);
      out.set_end_ms(start < 0 ? most : start + five_minutes);
      CHECK(outcome(*api.stub, api.doctor, &SchedulingStub::ExportAgenda, out) == "relais.invalid-argument");
    }
  }
  CHECK(api.bookings(api.doctor).empty());
}
