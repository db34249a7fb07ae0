// SPDX-License-Identifier: Apache-2.0
// From a recall to an appointment: slots, a hold, the patient's answer, the appointment, the message that is prepared.
#include "records/record_store.h"
#include "relais/v1/scheduling.grpc.pb.h"
#include "running_api.h"
#include "support/agenda_samples.h"

using namespace relais;
using namespace relais::api;
using worklist::Category;

namespace {

using WorklistStub = v1::WorklistService::Stub;
using Agenda = v1::SchedulingService::Stub;

struct Morning {
  explicit Morning(const std::string& mode = "autonome", Category category = Category::a_classer)
      : delegated(api, "  - {id: vaccine-recall, mode: " + mode + "}\n", "D3", "vaccine-recall"),
        doctor(delegated.doctor),
        assistant(delegated.assistant),
        list(v1::WorklistService::NewStub(api.channel())),
        agenda(v1::SchedulingService::NewStub(api.channel())) {
    for (const auto* id : {"p-r1", "p-r2"}) {
      REQUIRE(api.database->write([&](practice::Transaction& tx) -> Result<int> {
        v1::Patient patient;
        patient.set_id(id);
        records::put(tx, patient);
        return 0;
      }));
    }
    v1::PutScheduleRequest put;
    *put.mutable_schedule() = test::doctors_agenda();
    v1::PutScheduleResponse response;
    REQUIRE(agenda->PutSchedule(RunningApi::with(doctor).get(), put, &response).ok());
    item = api.item("r1", category, "marchand", 2, false, "vaccine-recall", false);
    claim();
  }

  void claim() const {
    v1::ClaimItemRequest request;
    request.set_item_id(item);
    v1::ClaimItemResponse response;
    const auto status = list->ClaimItem(RunningApi::with(assistant).get(), request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  v1::RecordContactRequest contact(v1::ContactAnswer answer) const {
    v1::RecordContactRequest request;
    request.set_item_id(item);
    request.set_answer(answer);
    return request;
  }
  v1::RecordContactResponse record(const v1::RecordContactRequest& request) const {
    v1::RecordContactResponse response;
    const auto status = list->RecordContact(RunningApi::with(assistant).get(), request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response;
  }
  std::string refused(const v1::RecordContactRequest& request, const std::string& token) const {
    v1::RecordContactResponse response;
    const auto status = list->RecordContact(RunningApi::with(token).get(), request, &response);
    return status.ok() ? "" : detail_of(status).code();
  }

  v1::Hold hold(const std::string& start = "2026-11-25T09:00", const std::string& patient = "p-r1") const {
    v1::HoldSlotRequest request;
    *request.mutable_slot() = test::slot("marchand-cabinet", start);
    request.set_patient_id(patient);
    request.set_origin(v1::BOOKING_ORIGIN_RECALL);
    request.set_task_id("vaccine-recall");
    if (patient == "p-r1") request.set_worklist_item_id(item);
    v1::HoldSlotResponse response;
    const auto status = agenda->HoldSlot(RunningApi::with(assistant).get(), request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.hold();
  }
  v1::Booking confirm(const v1::Hold& held) const {
    v1::ConfirmAppointmentRequest request;
    request.set_hold_id(held.id());
    v1::ConfirmAppointmentResponse response;
    const auto status = agenda->ConfirmAppointment(RunningApi::with(assistant).get(), request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.booking();
  }

  v1::ListContactsResponse contacts(const std::string& token) const {
    v1::ListContactsRequest request;
    request.set_item_id(item);
    v1::ListContactsResponse response;
    const auto status = list->ListContacts(RunningApi::with(token).get(), request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response;
  }
  v1::WorklistItem shown(const std::string& token) const {
    v1::GetItemRequest request;
    request.set_item_id(item);
    v1::GetItemResponse response;
    REQUIRE(list->GetItem(RunningApi::with(token).get(), request, &response).ok());
    return response.item();
  }
  grpc::Status put(v1::PutMessageTemplateResponse& response, const std::string& body, int version = 0,
                   const std::string& id = "rdv") const {
    v1::PutMessageTemplateRequest request;
    request.set_id(id);
    request.set_title("Rendez-vous au cabinet");
    request.set_body(body);
    request.set_version(version);
    return list->PutMessageTemplate(RunningApi::with(doctor).get(), request, &response);
  }
  grpc::Status prepare(v1::PrepareMessageResponse& response, const std::string& booking,
                       const std::vector<std::string>& bring = {"carnet de santé"}) const {
    v1::PrepareMessageRequest request;
    request.set_item_id(item);
    request.set_template_id("rdv");
    request.set_booking_id(booking);
    for (const auto& one : bring) request.add_bring(one);
    return list->PrepareMessage(RunningApi::with(assistant).get(), request, &response);
  }

  RunningApi api;
  Delegated delegated;
  std::string doctor, assistant;
  std::unique_ptr<WorklistStub> list;
  std::unique_ptr<Agenda> agenda;
  std::string item;
};

}  // namespace

TEST_CASE("a recall becomes an appointment from hold to acceptance and the item is closed under autonome") {
  const Morning morning;
  auto call = morning.contact(v1::CONTACT_ANSWER_CALL_BACK);
  call.set_call_back_ms(test::paris("2026-11-24T17:00"));
  call.set_comment("au travail");
  auto done = morning.record(call);
  CHECK(done.contact().effect() == v1::CONTACT_EFFECT_NOTED);
  CHECK(done.contact().comment() == "au travail");
  CHECK(done.item().notes(0).text() == "Le patient demande à être rappelé le mardi 24 novembre 2026 à 17 h 00. au travail");

  const auto held = morning.hold();
  auto accepted = morning.contact(v1::CONTACT_ANSWER_ACCEPTED);
  accepted.set_hold_id(held.id());
  CHECK(morning.record(accepted).contact().effect() == v1::CONTACT_EFFECT_NOTED);
  const auto booking = morning.confirm(held);
  accepted.clear_hold_id();
  accepted.set_booking_id(booking.id());
  accepted.set_request_id("accepted-1");
  done = morning.record(accepted);
  CHECK(done.contact().effect() == v1::CONTACT_EFFECT_CLOSED);
  // Sent again, it is the same answer and no second try.
  CHECK(morning.record(accepted).contact().id() == done.contact().id());
  const auto seen = morning.shown(morning.doctor);
  CHECK(seen.state() == v1::ITEM_STATE_CLOSED);
  CHECK(seen.digest());
  const auto told = morning.contacts(morning.doctor);
  REQUIRE(told.contacts_size() == 3);
  CHECK(told.contacts(0).answer() == v1::CONTACT_ANSWER_CALL_BACK);
  CHECK(told.contacts(0).call_back_ms() == test::paris("2026-11-24T17:00"));
  CHECK(told.contacts(1).hold_id() == held.id());
  CHECK(told.contacts(2).booking_id() == booking.id());
  CHECK(told.contacts(2).by_id() == "perrin");
  CHECK(morning.api.ledger_of("item.close").size() == 1);
  CHECK(morning.api.ledger_of("WorklistService.RecordContact").size() >= 4);
}

TEST_CASE("under faire puis valider or for a clinical item an acceptance waits for the doctor") {
  const Morning morning("faire-puis-valider");
  auto accepted = morning.contact(v1::CONTACT_ANSWER_ACCEPTED);
  accepted.set_booking_id(morning.confirm(morning.hold()).id());
  CHECK(morning.record(accepted).contact().effect() == v1::CONTACT_EFFECT_PREPARED);
  CHECK(morning.shown(morning.doctor).state() == v1::ITEM_STATE_TO_VALIDATE);
  const Morning clinical("autonome", Category::a_voir);
  accepted = clinical.contact(v1::CONTACT_ANSWER_ACCEPTED);
  accepted.set_booking_id(clinical.confirm(clinical.hold()).id());
  CHECK(clinical.record(accepted).contact().effect() == v1::CONTACT_EFFECT_PREPARED);
}

TEST_CASE("a refusal or a contraindication goes to the doctor with a trace") {
  for (const auto answer : {v1::CONTACT_ANSWER_REFUSED, v1::CONTACT_ANSWER_CONTRAINDICATION}) {
    const Morning morning;
    auto call = morning.contact(answer);
    call.set_comment("dit le patient");
    CHECK(morning.record(call).contact().effect() == v1::CONTACT_EFFECT_HANDED_OVER);
    const auto seen = morning.shown(morning.doctor);
    CHECK(seen.state() == v1::ITEM_STATE_HANDED_OVER);
    CHECK(seen.assigned_to() == "marchand");
    CHECK(seen.state_reason().ends_with("dit le patient"));
    const auto entries = morning.api.ledger_of("item.hand-over");
    REQUIRE(entries.size() == 1);
    // What the patient said is health data: the ledger holds the word of the answer alone.
    CHECK(morning.contacts(morning.doctor).contacts(0).comment() == "dit le patient");
  }
}

TEST_CASE("nobody answers and the practice's own number of tries decides when the doctor is asked") {
  const Morning morning;
  v1::PutContactRuleRequest rule;
  rule.set_most_tries(2);
  v1::PutContactRuleResponse ruled;
  CHECK(morning.list->PutContactRule(RunningApi::with(morning.assistant).get(), rule, &ruled).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  v1::GetContactRuleResponse held;
  REQUIRE(morning.list->GetContactRule(RunningApi::with(morning.assistant).get(), {}, &held).ok());
  CHECK(held.rule().most_tries() == 3);
  CHECK_FALSE(held.rule().has_set_ms());
  REQUIRE(morning.list->PutContactRule(RunningApi::with(morning.doctor).get(), rule, &ruled).ok());
  CHECK(ruled.rule().set_by() == "marchand");
  rule.set_most_tries(0);
  CHECK(detail_of(morning.list->PutContactRule(RunningApi::with(morning.doctor).get(), rule, &ruled)).place() ==
        "most_tries");

  auto done = morning.record(morning.contact(v1::CONTACT_ANSWER_UNREACHABLE));
  CHECK(done.contact().effect() == v1::CONTACT_EFFECT_NOTED);
  CHECK(done.contact().unanswered() == 1);
  // An answer ends the row.
  CHECK(morning.record(morning.contact(v1::CONTACT_ANSWER_CALL_BACK)).contact().unanswered() == 0);
  CHECK(morning.record(morning.contact(v1::CONTACT_ANSWER_UNREACHABLE)).contact().unanswered() == 1);
  done = morning.record(morning.contact(v1::CONTACT_ANSWER_UNREACHABLE));
  CHECK(done.contact().effect() == v1::CONTACT_EFFECT_HANDED_OVER);
  CHECK(morning.shown(morning.doctor).state() == v1::ITEM_STATE_HANDED_OVER);
  // Sent back by the doctor, it is tried anew.
  v1::ReturnItemRequest back;
  back.set_item_id(morning.item);
  back.set_reason("essayez le soir");
  v1::ReturnItemResponse returned;
  REQUIRE(morning.list->ReturnItem(RunningApi::with(morning.doctor).get(), back, &returned).ok());
  morning.claim();
  CHECK(morning.record(morning.contact(v1::CONTACT_ANSWER_UNREACHABLE)).contact().unanswered() == 1);
}

TEST_CASE("what is noted must be true of this patient and this caller") {
  const Morning morning;
  auto accepted = morning.contact(v1::CONTACT_ANSWER_ACCEPTED);
  CHECK(morning.refused(accepted, morning.assistant) == "contact.answer");
  accepted.set_booking_id("booking-none");
  CHECK(morning.refused(accepted, morning.assistant) == "contact.not-booked");
  accepted.clear_booking_id();
  accepted.set_hold_id(morning.hold("2026-11-25T10:00", "p-r2").id());
  CHECK(morning.refused(accepted, morning.assistant) == "contact.not-booked");
  // A hold is no confirmed appointment.
  accepted.set_booking_id(accepted.hold_id());
  CHECK(morning.refused(accepted, morning.assistant) == "contact.answer");
  accepted.clear_hold_id();
  CHECK(morning.refused(accepted, morning.assistant) == "contact.not-booked");
  auto call = morning.contact(v1::CONTACT_ANSWER_REFUSED);
  call.set_hold_id("hold-1");
  CHECK(morning.refused(call, morning.assistant) == "contact.answer");
  call = morning.contact(v1::CONTACT_ANSWER_CALL_BACK);
  call.set_call_back_ms(test::paris("2026-11-20T17:00"));
  CHECK(morning.refused(call, morning.assistant) == "contact.answer");
  CHECK(morning.refused(morning.contact(v1::CONTACT_ANSWER_UNSPECIFIED), morning.assistant) == "contact.answer");
  call = morning.contact(v1::CONTACT_ANSWER_REFUSED);
  CHECK(morning.refused(call, morning.api.sign_in("nguyen")) == "worklist.other-doctor");
  call.set_version(1);
  CHECK(morning.refused(call, morning.assistant) == "worklist.changed");
  v1::ReleaseItemRequest release;
  release.set_item_id(morning.item);
  v1::ReleaseItemResponse released;
  REQUIRE(morning.list->ReleaseItem(RunningApi::with(morning.assistant).get(), release, &released).ok());
  call.clear_version();
  CHECK(morning.refused(call, morning.assistant) == "worklist.not-claimed");
  CHECK(morning.contacts(morning.doctor).contacts_size() == 0);
}

TEST_CASE("an assistant without a fiche for the task notes nothing and reads nothing") {
  Morning morning;
  morning.item = morning.api.item("r2", Category::a_classer, "marchand", 2, false, "depistage-recall", false);
  CHECK(morning.refused(morning.contact(v1::CONTACT_ANSWER_REFUSED), morning.assistant) == "api.mandate");
  v1::ListContactsRequest request;
  request.set_item_id(morning.item);
  v1::ListContactsResponse response;
  CHECK(detail_of(morning.list->ListContacts(RunningApi::with(morning.assistant).get(), request, &response)).code() ==
        "api.mandate");
  CHECK(detail_of(morning.list->ListContacts(RunningApi::with(morning.api.sign_in("nguyen")).get(), request, &response))
            .code() == "api.not-yours");
}

TEST_CASE("a message is a draft made of the doctor's text once the appointment is confirmed") {
  const Morning morning;
  v1::PutMessageTemplateResponse written;
  REQUIRE(morning.put(written, "Bonjour, rendez-vous le {date} à {heure}, {lieu}. À apporter : {à apporter}.").ok());
  CHECK(written.text_template().version() == 1);
  v1::PrepareMessageResponse prepared;
  CHECK(detail_of(morning.prepare(prepared, "booking-none")).code() == "message.not-confirmed");
  const auto held = morning.hold();
  CHECK(detail_of(morning.prepare(prepared, held.id())).code() == "message.not-confirmed");
  const auto booking = morning.confirm(held);
  CHECK(detail_of(morning.prepare(prepared, booking.id(), {"carnet de vaccination"})).code() == "message.not-neutral");
  CHECK(detail_of(morning.prepare(prepared, booking.id(), {})).place() == "bring");
  REQUIRE(morning.prepare(prepared, booking.id()).ok());
  CHECK(prepared.draft().body() ==
        "Bonjour, rendez-vous le mercredi 25 novembre 2026 à 9 h 00, Cabinet fictif. À apporter : carnet de santé.");
  CHECK(prepared.draft().template_version() == 1);
  CHECK(prepared.draft().prepared_by() == "perrin");
  const auto told = morning.contacts(morning.doctor);
  REQUIRE(told.drafts_size() == 1);
  CHECK(told.drafts(0).body() == prepared.draft().body());
}

TEST_CASE("a doctor's text has no field for a name or a reason and only the doctor writes it") {
  const Morning morning;
  v1::PutMessageTemplateResponse written;
  CHECK(detail_of(morning.put(written, "Bonjour {nom}")).code() == "message.unknown-field");
  CHECK(detail_of(morning.put(written, "Rappel de vaccin le {date}")).code() == "message.not-neutral");
  REQUIRE(morning.put(written, "Le {date}").ok());
  CHECK(detail_of(morning.put(written, "Le {date} à {heure}")).code() == "worklist.changed");
  REQUIRE(morning.put(written, "Le {date} à {heure}", 1).ok());
  CHECK(written.text_template().version() == 2);
  v1::PutMessageTemplateRequest request;
  request.set_id("autre");
  CHECK(morning.list->PutMessageTemplate(RunningApi::with(morning.assistant).get(), request, &written).error_code() ==
        grpc::StatusCode::PERMISSION_DENIED);
  v1::ListMessageTemplatesResponse listed;
  REQUIRE(morning.list->ListMessageTemplates(RunningApi::with(morning.assistant).get(), {}, &listed).ok());
  REQUIRE(listed.templates_size() == 1);
  CHECK(listed.templates(0).body() == "Le {date} à {heure}");
  request.set_id("rdv");
  request.set_version(2);
  request.set_withdraw(true);
  REQUIRE(morning.list->PutMessageTemplate(RunningApi::with(morning.doctor).get(), request, &written).ok());
  REQUIRE(morning.list->ListMessageTemplates(RunningApi::with(morning.assistant).get(), {}, &listed).ok());
  CHECK(listed.templates_size() == 0);
  v1::PrepareMessageResponse prepared;
  const auto booking = morning.confirm(morning.hold());
  CHECK(detail_of(morning.prepare(prepared, booking.id())).code() == "message.template");
}
