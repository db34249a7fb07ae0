// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "records/record_store.h"
#include "running_api.h"

using namespace relais;
using namespace relais::api;
using worklist::Category;

namespace {

using PracticeStub = v1::PracticeService::Stub;

const std::string vitals = "  - {id: constantes, mode: faire-puis-valider, presence_medecin: requise}\n";

struct Desk {
  RunningApi& api;
  std::unique_ptr<PracticeStub> stub = v1::PracticeService::NewStub(api.channel());

  // The stable code of a failure with its place, "ok" for an answer, which is then in `response`.
  template <class Request, class Response>
  std::string tell(grpc::Status (PracticeStub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const std::string& token, const Request& request, Response& response) const {
    const auto status = ((*stub).*method)(RunningApi::with(token).get(), request, &response);
    if (status.ok()) return "ok";
    const auto detail = detail_of(status);
    return detail.code() + (detail.place().empty() ? "" : " " + detail.place());
  }
  template <class Request, class Response>
  Response ok(grpc::Status (PracticeStub::*method)(grpc::ClientContext*, const Request&, Response*),
              const std::string& token, const Request& request) const {
    Response response;
    REQUIRE(tell(method, token, request, response) == "ok");
    return response;
  }

  std::string present(const std::string& token, const std::string& doctor = {}) const {
    v1::DeclarePresenceRequest request;
    request.set_doctor_id(doctor);
    request.set_presence(v1::PRESENCE_PRESENT);
    v1::DeclarePresenceResponse response;
    return tell(&PracticeStub::DeclarePresence, token, request, response);
  }
  v1::GetPresenceResponse presence(const std::string& token, const std::string& doctor = "marchand") const {
    v1::GetPresenceRequest request;
    request.set_doctor_id(doctor);
    return ok(&PracticeStub::GetPresence, token, request);
  }
  v1::DeclareLocumRequest replacement(std::int64_t from_minutes, std::int64_t to_minutes) const {
    v1::DeclareLocumRequest request;
    const auto now = practice::to_ms(api.clock.now());
    request.set_replacement_id("martin");
    request.set_from_ms(now + from_minutes * 60'000);
    request.set_until_ms(now + to_minutes * 60'000);
    request.set_contract("contrat-2026-11");
    return request;
  }
  std::string withdraw(const std::string& token, const std::string& fact) const {
    v1::WithdrawFactRequest request;
    request.set_fact_id(fact);
    request.set_reason("erreur de saisie");
    v1::WithdrawFactResponse response;
    return tell(&PracticeStub::WithdrawFact, token, request, response);
  }
  void patient(const std::string& id) const {
    REQUIRE(api.database->write([&](practice::Transaction& tx) -> Result<int> {
      v1::Patient patient;
      patient.set_id(id);
      records::put(tx, patient);
      return 0;
    }));
  }
};

// What the assistant may do now, as an R code; "ok" when allowed.
std::string explained(RunningApi& api, const std::string& token, const std::string& task,
                      v1::DelegatedAction action = v1::DELEGATED_ACTION_REALISER, const std::string& patient = "p-1",
                      v1::Decision* decision = nullptr, std::int64_t at_ms = 0) {
  v1::ExplainDecisionRequest request;
  request.set_assistant_id("perrin");
  request.set_action(action);
  request.mutable_subject()->set_task_id(task);
  request.mutable_subject()->set_doctor_id("marchand");
  request.mutable_subject()->set_patient_id(patient);
  if (at_ms != 0) request.set_at_ms(at_ms);
  v1::ExplainDecisionResponse response;
  const auto status = v1::DelegationService::NewStub(api.channel())
                          ->ExplainDecision(RunningApi::with(token).get(), request, &response);
  INFO(status.error_message());
  REQUIRE(status.ok());
  if (decision != nullptr) *decision = response.decision();
  return response.decision().allowed() ? "ok" : response.decision().rule();
}

}  // namespace

TEST_CASE("a task beside the doctor is done only while the doctor is declared present and never past the day") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api, vitals, "D3", "constantes");
  const auto doctor = delegated.doctor;
  CHECK(explained(api, doctor, "constantes") == "R18");
  CHECK(desk.presence(doctor).presence() == v1::PRESENCE_UNSPECIFIED);
  const auto before = practice::to_ms(api.clock.now());
  api.clock.advance(std::chrono::minutes(1));
  REQUIRE(desk.present(doctor) == "ok");
  CHECK(explained(api, doctor, "constantes") == "ok");
  // At that instant nobody had said it.
  CHECK(explained(api, doctor, "constantes", v1::DELEGATED_ACTION_REALISER, "p-1", nullptr, before) == "R18");
  CHECK(desk.presence(doctor).presence() == v1::PRESENCE_PRESENT);
  v1::DeclarePresenceRequest gone;
  gone.set_presence(v1::PRESENCE_ABSENT);
  const auto fact = desk.ok(&PracticeStub::DeclarePresence, doctor, gone).fact();
  CHECK(explained(api, doctor, "constantes") == "R18");
  CHECK(desk.withdraw(doctor, fact.id()) == "ok");
  CHECK(explained(api, doctor, "constantes") == "ok");
  CHECK(desk.withdraw(doctor, fact.id()) == "practice.withdrawn");
  // The next morning nobody has said anything yet.
  api.clock.advance(std::chrono::hours(16));
  const auto next_day = api.sign_in("marchand");
  CHECK(explained(api, next_day, "constantes") == "R18");
  CHECK(desk.presence(next_day).presence() == v1::PRESENCE_UNSPECIFIED);
}

TEST_CASE("nobody but the doctor and the software says that a doctor is present") {
  RunningApi api;
  const Desk desk{api};
  CHECK(desk.present(api.sign_in("perrin")) == "api.role");
  CHECK(desk.present(api.sign_in("petit"), "marchand") == "api.role");
  CHECK(desk.present(api.sign_in("nguyen"), "marchand") == "api.not-yours doctor_id");
  CHECK(desk.present(api.sign_in("logiciel")) == "relais.invalid-argument doctor_id");
  CHECK(desk.present(api.sign_in("logiciel"), "perrin") == "practice.unknown-person doctor_id");
  CHECK(desk.present(api.sign_in("logiciel"), "marchand") == "ok");
  CHECK(desk.present(api.sign_in("martin")) == "api.no-locum");
}

TEST_CASE("a locum acts inside the declared replacement only and the suspended fiche leaves preparing") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api);
  const auto doctor = delegated.doctor;
  const auto id = api.item("lr-1", Category::a_voir);
  auto locum = api.sign_in("martin");
  const auto worklist = v1::WorklistService::NewStub(api.channel());
  const auto validate = [&] {
    v1::ValidateItemRequest request;
    request.set_item_id(id);
    v1::ValidateItemResponse response;
    const auto status = worklist->ValidateItem(RunningApi::with(locum).get(), request, &response);
    return status.ok() ? std::string("ok") : detail_of(status).code();
  };
  CHECK(validate() == "api.no-locum");
  v1::DeclareLocumResponse made;
  auto request = desk.replacement(0, 60);
  request.set_contract("");
  CHECK(desk.tell(&PracticeStub::DeclareLocum, doctor, request, made) == "practice.proof-needed contract");
  request = desk.replacement(0, 60);
  request.set_replacement_id("nguyen");
  CHECK(desk.tell(&PracticeStub::DeclareLocum, doctor, request, made) == "practice.unknown-person replacement_id");
  request = desk.replacement(60, 60);
  CHECK(desk.tell(&PracticeStub::DeclareLocum, doctor, request, made) == "relais.invalid-argument until_ms");
  request = desk.replacement(0, 60);
  CHECK(desk.tell(&PracticeStub::DeclareLocum, delegated.assistant, request, made) == "api.role");
  CHECK(desk.tell(&PracticeStub::DeclareLocum, doctor, request, made) == "ok");
  CHECK(made.fact().replacement_id() == "martin");
  CHECK(desk.tell(&PracticeStub::DeclareLocum, doctor, desk.replacement(59, 90), made) == "practice.overlap from_ms");
  // The fiche suspends: the assistant may prepare and no more.
  CHECK(explained(api, doctor, "bio-triage") == "R23");
  CHECK(explained(api, doctor, "bio-triage", v1::DELEGATED_ACTION_PREPARER) == "ok");
  CHECK(desk.presence(doctor).replaced_by() == "martin");
  CHECK(validate() == "ok");
  api.clock.advance(std::chrono::minutes(60));
  locum = api.sign_in("martin");
  CHECK(validate() == "api.no-locum");
  CHECK(explained(api, api.sign_in("marchand"), "bio-triage") == "ok");
}

TEST_CASE("while a doctor is replaced only the replacement's own presence counts") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api, vitals, "D3", "constantes");
  const auto doctor = delegated.doctor;
  REQUIRE(desk.present(doctor) == "ok");
  desk.ok(&PracticeStub::DeclareLocum, doctor, desk.replacement(1, 31));
  api.clock.advance(std::chrono::minutes(2));
  CHECK(desk.presence(doctor).presence() == v1::PRESENCE_UNSPECIFIED);
  REQUIRE(desk.present(api.sign_in("martin")) == "ok");
  CHECK(desk.presence(doctor).presence() == v1::PRESENCE_PRESENT);
  api.clock.advance(std::chrono::minutes(29));
  // The doctor's own declaration of the day counts again, the locum's no longer.
  CHECK(desk.presence(api.sign_in("marchand")).fact().recorded_by() == "marchand");
}

TEST_CASE("an assistant declares a kinship and cannot take it back") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api);
  desk.patient("p-1");
  v1::DeclareKinshipRequest request;
  request.set_patient_id("p-nobody");
  request.set_kin(true);
  v1::DeclareKinshipResponse response;
  CHECK(desk.tell(&PracticeStub::DeclareKinship, delegated.assistant, request, response) ==
        "practice.unknown-patient patient_id");
  request.set_patient_id("p-1");
  const auto fact = desk.ok(&PracticeStub::DeclareKinship, delegated.assistant, request).fact();
  CHECK(explained(api, delegated.doctor, "bio-triage") == "R19");
  request.set_kin(false);
  desk.ok(&PracticeStub::DeclareKinship, delegated.assistant, request);
  CHECK(explained(api, delegated.doctor, "bio-triage") == "R19");
  CHECK(desk.withdraw(delegated.assistant, fact.id()) == "api.role");
  CHECK(desk.withdraw(api.sign_in("admin"), fact.id()) == "practice.only-doctor-lifts fact_id");
  CHECK(desk.withdraw(delegated.doctor, fact.id()) == "ok");
  CHECK(explained(api, delegated.doctor, "bio-triage") == "ok");
}

TEST_CASE("an opposition narrows at once and is lifted by a doctor alone and keeps the date it was last asked") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api);
  desk.patient("p-1");
  v1::GetPatientStandingRequest asked;
  asked.set_patient_id("p-1");
  CHECK_FALSE(desk.ok(&PracticeStub::GetPatientStanding, delegated.doctor, asked).has_opposition_asked_ms());
  v1::RecordOppositionRequest request;
  request.set_patient_id("p-1");
  request.add_kinds(v1::OPPOSITION_KIND_ACCES_AM);
  const auto secretary = api.sign_in("petit");
  const auto fact = desk.ok(&PracticeStub::RecordOpposition, secretary, request).facts(0);
  CHECK(explained(api, delegated.doctor, "bio-triage") == "R15");
  api.clock.advance(std::chrono::minutes(1));
  request.clear_kinds();
  desk.ok(&PracticeStub::RecordOpposition, delegated.assistant, request);
  CHECK(explained(api, delegated.doctor, "bio-triage") == "R15");
  auto standing = desk.ok(&PracticeStub::GetPatientStanding, secretary, asked);
  CHECK(standing.oppositions_size() == 1);
  CHECK(standing.opposition_asked_ms() == practice::to_ms(api.clock.now()));
  CHECK(desk.withdraw(secretary, fact.id()) == "api.role");
  CHECK(desk.withdraw(delegated.doctor, fact.id()) == "ok");
  CHECK(explained(api, delegated.doctor, "bio-triage") == "ok");
  standing = desk.ok(&PracticeStub::GetPatientStanding, secretary, asked);
  CHECK(standing.oppositions_size() == 0);
  asked.set_as_of_ms(practice::to_ms(api.clock.now()) - 1);
  CHECK(desk.ok(&PracticeStub::GetPatientStanding, secretary, asked).oppositions_size() == 1);
}

TEST_CASE("the ledger tells who recorded what about whom and no word of it") {
  RunningApi api;
  const Desk desk{api};
  desk.patient("p-1");
  v1::RecordOppositionRequest request;
  request.set_patient_id("p-1");
  request.add_kinds(v1::OPPOSITION_KIND_PRESENCE_AM);
  desk.ok(&PracticeStub::RecordOpposition, api.sign_in("petit"), request);
  const auto entries = api.ledger_of("fact.opposition");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entry.actor == "petit");
  CHECK(entries[0].entry.patient_id == "p-1");
  CHECK(api.ledger_of("PracticeService.RecordOpposition").size() == 1);
}

TEST_CASE("a repeated call with its request id records one fact") {
  RunningApi api;
  const Desk desk{api};
  v1::AddClosureRequest request;
  request.set_request_id("r-1");
  request.set_from_date("2026-12-24");
  const auto doctor = api.sign_in("marchand");
  const auto first = desk.ok(&PracticeStub::AddClosure, doctor, request).fact();
  CHECK(desk.ok(&PracticeStub::AddClosure, doctor, request).fact().id() == first.id());
  CHECK(desk.ok(&PracticeStub::ListFacts, doctor, v1::ListFactsRequest()).facts_size() == 1);
}

TEST_CASE("on days of absence and closure and holidays of the region the assistant does nothing and the doctor sees it") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api);
  CHECK(explained(api, delegated.doctor, "bio-triage") == "ok");
  v1::DeclareAbsenceRequest absence;
  absence.set_until_date("2026-11-27");
  const auto fact = desk.ok(&PracticeStub::DeclareAbsence, delegated.assistant, absence).fact();
  CHECK(fact.from_date() == "2026-11-23");
  CHECK(explained(api, delegated.doctor, "bio-triage") == "R13");
  v1::ListItemsResponse listed;
  REQUIRE(v1::WorklistService::NewStub(api.channel())
              ->ListItems(RunningApi::with(delegated.doctor).get(), {}, &listed)
              .ok());
  REQUIRE(listed.away_size() == 1);
  CHECK(listed.away(0).until_date() == "2026-11-27");
  CHECK(desk.withdraw(delegated.assistant, fact.id()) == "api.role");
  CHECK(desk.withdraw(delegated.doctor, fact.id()) == "ok");
  CHECK(explained(api, delegated.doctor, "bio-triage") == "ok");
  v1::GetCalendarRequest days;
  days.set_from_date("2026-12-24");
  days.set_until_date("2026-12-28");
  auto calendar = desk.ok(&PracticeStub::GetCalendar, api.sign_in("petit"), days);
  REQUIRE(calendar.days_size() == 5);
  CHECK(calendar.days(0).assistants(0).hours(0) == "08:30-18:30");
  CHECK(calendar.days(1).holiday() == "Noël");
  CHECK(calendar.days(1).assistants(0).hours_size() == 0);
  CHECK(calendar.days(2).holiday().empty());
  v1::SetHolidayRegionRequest region;
  region.set_region(v1::HOLIDAY_REGION_ALSACE_MOSELLE);
  desk.ok(&PracticeStub::SetHolidayRegion, delegated.doctor, region);
  CHECK(desk.ok(&PracticeStub::GetCalendar, delegated.doctor, days).days(2).holiday() == "Saint-Étienne");
  v1::AddClosureRequest closure;
  closure.set_from_date("2026-11-23");
  desk.ok(&PracticeStub::AddClosure, delegated.doctor, closure);
  CHECK(explained(api, delegated.doctor, "bio-triage") == "R13");
}

TEST_CASE("an attestation with its proof lifts the cap of training by itself and a revoked title is refused at once") {
  RunningApi api;
  const Desk desk{api};
  // Autonomy on measurements is capped while in training.
  const Delegated delegated(api, "  - {id: constantes, mode: autonome}\n", "D3", "constantes");
  const auto doctor = delegated.doctor;
  REQUIRE(desk.present(doctor) == "ok");
  CHECK(explained(api, doctor, "constantes", v1::DELEGATED_ACTION_FINALISER) == "R12");
  v1::AddAttestationRequest request;
  request.set_assistant_id("perrin");
  request.set_title("cqp");
  request.set_obtained_on("2026-11-20");
  v1::AddAttestationResponse response;
  CHECK(desk.tell(&PracticeStub::AddAttestation, doctor, request, response) == "practice.proof-needed proof");
  request.set_proof("cqp.pdf");
  CHECK(desk.tell(&PracticeStub::AddAttestation, delegated.assistant, request, response) == "api.role");
  CHECK(desk.tell(&PracticeStub::AddAttestation, api.sign_in("nguyen"), request, response) ==
        "practice.no-fiche assistant_id");
  CHECK(desk.tell(&PracticeStub::AddAttestation, api.sign_in("admin"), request, response) == "ok");
  CHECK(explained(api, doctor, "constantes", v1::DELEGATED_ACTION_FINALISER) == "ok");
  v1::RevokeTitleRequest revoke;
  revoke.set_assistant_id("perrin");
  revoke.set_title("cqp");
  const auto fact = desk.ok(&PracticeStub::RevokeTitle, doctor, revoke).fact();
  CHECK(explained(api, doctor, "constantes", v1::DELEGATED_ACTION_FINALISER) == "R12");
  CHECK(desk.withdraw(doctor, fact.id()) == "ok");
  CHECK(explained(api, doctor, "constantes", v1::DELEGATED_ACTION_FINALISER) == "ok");
}

TEST_CASE("contract dates end rights and a suspended aid holds them until the doctor has answered") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api);
  const auto doctor = delegated.doctor;
  v1::RecordContractDateRequest request;
  request.set_what(v1::CONTRACT_DATE_AID_SUSPENDED);
  request.set_assistant_id("perrin");
  request.set_date("2026-11-23");
  const auto recorded = desk.ok(&PracticeStub::RecordContractDate, api.sign_in("admin"), request);
  REQUIRE(recorded.questions_size() == 1);
  CHECK(recorded.questions(0).doctor_id() == "marchand");
  CHECK(explained(api, doctor, "bio-triage") == "R01");
  CHECK(explained(api, doctor, "bio-triage", v1::DELEGATED_ACTION_ACTIVER) == "R01");
  v1::AnswerQuestionRequest answer;
  answer.set_question_id(recorded.questions(0).id());
  answer.set_answer(v1::QUESTION_ANSWER_KEEP);
  v1::AnswerQuestionResponse answered;
  CHECK(desk.tell(&PracticeStub::AnswerQuestion, api.sign_in("nguyen"), answer, answered) ==
        "practice.no-question question_id");
  CHECK(desk.tell(&PracticeStub::AnswerQuestion, doctor, answer, answered) == "ok");
  CHECK(explained(api, doctor, "bio-triage") == "ok");
  CHECK(desk.ok(&PracticeStub::ListQuestions, doctor, v1::ListQuestionsRequest()).questions_size() == 0);
  answer.set_answer(v1::QUESTION_ANSWER_END);
  CHECK(desk.tell(&PracticeStub::AnswerQuestion, doctor, answer, answered) == "ok");
  CHECK(explained(api, doctor, "bio-triage") == "R01");
  answer.set_answer(v1::QUESTION_ANSWER_KEEP);
  desk.ok(&PracticeStub::AnswerQuestion, doctor, answer);

  request.set_what(v1::CONTRACT_DATE_DOCTOR_DEPARTURE);
  request.clear_assistant_id();
  request.set_date("2026-11-22");
  const auto leaves = desk.ok(&PracticeStub::RecordContractDate, doctor, request);
  CHECK(leaves.questions_size() == 1);
  CHECK(explained(api, doctor, "bio-triage") == "R06");
  CHECK(desk.withdraw(doctor, leaves.fact().id()) == "ok");
  CHECK(explained(api, doctor, "bio-triage") == "ok");

  request.set_what(v1::CONTRACT_DATE_FUNCTION_END);
  request.set_assistant_id("perrin");
  desk.ok(&PracticeStub::RecordContractDate, doctor, request);
  CHECK(explained(api, doctor, "bio-triage") == "R01");
}

TEST_CASE("an item put in a restricted category goes to the doctor whole") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api);
  const auto id = api.item("lr-1", Category::normal);
  const auto worklist = v1::WorklistService::NewStub(api.channel());
  const auto seen = [&] {
    v1::GetItemRequest get;
    get.set_item_id(id);
    v1::GetItemResponse response;
    const auto status = worklist->GetItem(RunningApi::with(delegated.assistant).get(), get, &response);
    return status.ok() ? std::string("ok") : detail_of(status).rule();
  };
  CHECK(seen() == "ok");
  v1::RestrictItemRequest request;
  request.set_item_id("lr-1");
  request.set_category("vih");
  v1::RestrictItemResponse response;
  CHECK(desk.tell(&PracticeStub::RestrictItem, delegated.doctor, request, response) ==
        "relais.invalid-argument category");
  request.set_category("vih-ist");
  CHECK(desk.tell(&PracticeStub::RestrictItem, delegated.assistant, request, response) == "api.role");
  CHECK(desk.tell(&PracticeStub::RestrictItem, delegated.doctor, request, response) == "ok");
  CHECK(seen() == "R17");
  CHECK(desk.withdraw(delegated.doctor, response.fact().id()) == "ok");
  CHECK(seen() == "ok");
}

TEST_CASE("the history shows each role what it may read and withdrawn facts with who and why") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api);
  desk.patient("p-1");
  v1::RecordOppositionRequest opposition;
  opposition.set_patient_id("p-1");
  opposition.add_kinds(v1::OPPOSITION_KIND_ACCES_AM);
  desk.ok(&PracticeStub::RecordOpposition, delegated.doctor, opposition);
  v1::DeclareKinshipRequest kin;
  kin.set_patient_id("p-1");
  kin.set_kin(true);
  desk.ok(&PracticeStub::DeclareKinship, delegated.assistant, kin);
  REQUIRE(desk.present(delegated.doctor) == "ok");
  v1::DeclareAbsenceRequest absence;
  absence.set_reason("convenance");
  const auto fact = desk.ok(&PracticeStub::DeclareAbsence, delegated.assistant, absence).fact();
  REQUIRE(desk.withdraw(delegated.doctor, fact.id()) == "ok");
  const auto count = [&](const std::string& who) {
    return desk.ok(&PracticeStub::ListFacts, api.sign_in(who), v1::ListFactsRequest()).facts_size();
  };
  CHECK(count("marchand") == 4);
  CHECK(count("perrin") == 3);  // not the opposition
  CHECK(count("petit") == 3);   // not the kinship
  CHECK(count("admin") == 2);   // nothing of a patient
  const auto latest = desk.ok(&PracticeStub::ListFacts, api.sign_in("petit"), v1::ListFactsRequest()).facts(0);
  CHECK(latest.withdrawn_by() == "marchand");
  CHECK(latest.reason().empty());
  CHECK(desk.ok(&PracticeStub::ListFacts, delegated.doctor, v1::ListFactsRequest()).facts(0).reason() == "convenance");
  v1::ListFactsRequest standing;
  standing.set_standing_only(true);
  CHECK(desk.ok(&PracticeStub::ListFacts, delegated.doctor, standing).facts_size() == 3);
}

TEST_CASE("what an assistant closed alone stands in the doctor's digest until it is marked as seen") {
  RunningApi api;
  const Delegated delegated(api, "  - {id: numerisation, mode: autonome}\n", "D3", "numerisation");
  const auto id = api.item("lr-1", Category::normal, "marchand", 1, false, "numerisation", false);
  const auto stub = v1::WorklistService::NewStub(api.channel());
  v1::ListDigestRequest list;
  v1::ListDigestResponse digest;
  REQUIRE(stub->ListDigest(RunningApi::with(delegated.doctor).get(), list, &digest).ok());
  CHECK(digest.entries_size() == 0);
  v1::ClaimItemRequest claim;
  claim.set_item_id(id);
  v1::ClaimItemResponse claimed;
  REQUIRE(stub->ClaimItem(RunningApi::with(delegated.assistant).get(), claim, &claimed).ok());
  v1::CloseItemRequest close;
  close.set_item_id(id);
  v1::CloseItemResponse closed;
  const auto status = stub->CloseItem(RunningApi::with(delegated.assistant).get(), close, &closed);
  INFO(status.error_message());
  REQUIRE(status.ok());
  REQUIRE(stub->ListDigest(RunningApi::with(delegated.doctor).get(), list, &digest).ok());
  REQUIRE(digest.entries_size() == 1);
  CHECK(digest.entries(0).closed_by() == "perrin");
  CHECK(digest.unseen() == 1);
  REQUIRE(stub->ListDigest(RunningApi::with(api.sign_in("nguyen")).get(), list, &digest).ok());
  CHECK(digest.entries_size() == 0);
  v1::MarkDigestSeenRequest mark;
  mark.add_item_ids(id);
  mark.set_through_ms(practice::to_ms(api.clock.now()));
  v1::MarkDigestSeenResponse marked;
  CHECK(detail_of(stub->MarkDigestSeen(RunningApi::with(api.sign_in("nguyen")).get(), mark, &marked)).code() ==
        "api.not-yours");
  REQUIRE(stub->MarkDigestSeen(RunningApi::with(delegated.doctor).get(), mark, &marked).ok());
  CHECK(marked.marked() == 1);
  REQUIRE(stub->MarkDigestSeen(RunningApi::with(delegated.doctor).get(), mark, &marked).ok());
  CHECK(marked.marked() == 0);
  REQUIRE(stub->ListDigest(RunningApi::with(delegated.doctor).get(), list, &digest).ok());
  CHECK(digest.entries_size() == 0);
  list.set_since_ms(1);
  REQUIRE(stub->ListDigest(RunningApi::with(delegated.doctor).get(), list, &digest).ok());
  REQUIRE(digest.entries_size() == 1);
  CHECK(digest.entries(0).seen_by() == "marchand");
}

TEST_CASE("nothing is declared for or explained at an instant that no calendar has") {
  RunningApi api;
  const Desk desk{api};
  const Delegated delegated(api, vitals, "D3", "constantes");
  constexpr std::int64_t year_10000 = 253'402'300'800'000;
  for (const auto at : {std::numeric_limits<std::int64_t>::min(), year_10000, std::numeric_limits<std::int64_t>::max()}) {
    INFO(at);
    for (const auto presence : {v1::PRESENCE_PRESENT, v1::PRESENCE_ABSENT}) {
      v1::DeclarePresenceRequest said;
      said.set_presence(presence);
      said.set_until_ms(at);
      v1::DeclarePresenceResponse response;
      CHECK(desk.tell(&PracticeStub::DeclarePresence, delegated.doctor, said, response) ==
            "relais.invalid-argument until_ms");
      said.set_from_ms(at);
      CHECK(desk.tell(&PracticeStub::DeclarePresence, delegated.doctor, said, response) ==
            "relais.invalid-argument from_ms");
    }
    auto replacement = desk.replacement(0, 60);
    replacement.set_until_ms(at);
    v1::DeclareLocumResponse replaced;
    CHECK(desk.tell(&PracticeStub::DeclareLocum, delegated.doctor, replacement, replaced) ==
          "relais.invalid-argument until_ms");
    replacement.set_from_ms(at);
    CHECK(desk.tell(&PracticeStub::DeclareLocum, delegated.doctor, replacement, replaced) ==
          "relais.invalid-argument from_ms");
    v1::ExplainDecisionRequest asked;
    asked.set_assistant_id("perrin");
    asked.set_action(v1::DELEGATED_ACTION_REALISER);
    asked.mutable_subject()->set_task_id("constantes");
    asked.mutable_subject()->set_doctor_id("marchand");
    asked.set_at_ms(at);
    v1::ExplainDecisionResponse decided;
    const auto status = v1::DelegationService::NewStub(api.channel())
                            ->ExplainDecision(RunningApi::with(delegated.doctor).get(), asked, &decided);
    REQUIRE_FALSE(status.ok());
    CHECK(detail_of(status).place() == "at_ms");
  }
  CHECK(desk.presence(delegated.doctor).presence() == v1::PRESENCE_UNSPECIFIED);
}
