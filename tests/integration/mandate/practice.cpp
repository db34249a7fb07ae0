// SPDX-License-Identifier: Apache-2.0
#include "practice.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "app/practice_config.h"
#include "api/rpc_status.h"
#include "domain/civil_time.h"
#include "relais/v1/audit.grpc.pb.h"
#include "relais/v1/identity.grpc.pb.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace relais::mandate {
namespace {

constexpr auto password = "une-fiche-par-assistant";
constexpr auto first_day = "2026-11-23";

Instant instant(const std::string& local) {
  const auto at = fiche::parse_moment(local);
  REQUIRE(at);
  return fiche::to_instant(at->at, "Europe/Paris");
}

v1::Role role_of(const std::string& id) {
  if (id == "perrin" || id == "benali") return v1::ROLE_ASSISTANT;
  if (id == "logiciel") return v1::ROLE_EDITOR;
  if (id == "secretaire") return v1::ROLE_SECRETARY;
  if (id == "remplace") return v1::ROLE_REPLACEMENT_DOCTOR;
  return v1::ROLE_DOCTOR;
}

std::string national_id(const std::string& id) {
  static const std::map<std::string, std::string> numbers{{"marchand", "810000000017"}, {"nguyen", "810000000025"}};
  const auto found = numbers.find(id);
  return found == numbers.end() ? std::string() : found->second;
}

}  // namespace

Practice::Practice() : clock(instant(std::string(first_day) + "T10:00")), scenario_(demo::make_scenario(first_day)) {
  scenario_.doctors = {{"marchand", national_id("marchand"), "Dr Hélène Marchand"},
                       {"nguyen", national_id("nguyen"), "Dr Claire Nguyen"}};
  app::PracticeConfig config;
  config.name = "Cabinet d'essai";
  config.database = "sqlite:practice.sqlite";
  config.demonstration = true;
  const auto made = app::init_practice(folder_.path() / "data", config, "admin", password, clock);
  REQUIRE(made);
  people_["admin"];
  start();
}

Practice::~Practice() = default;

void Practice::start() {
  app::HostOptions options;
  options.data = folder_.path() / "data";
  options.listen.unix_socket = folder_.path() / "socket" / "relais.sock";
  options.worker_executable = RELAIS_WORKER;
  options.tick = std::chrono::milliseconds(10);
  auto started = app::Host::start(std::move(options), clock);
  if (!started) FAIL(std::string(stable_code(started.error().code)) + " " + started.error().detail);
  host_ = std::move(*started);
  channel_ = grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
}

void Practice::restart() {
  channel_.reset();
  host_.reset();
  for (auto& [id, person] : people_) person.token.clear();
  start();
}

std::string Practice::address() const { return "unix:" + (folder_.path() / "socket" / "relais.sock").string(); }

void Practice::at(const std::string& local) {
  clock.set(instant(local));
  // Tokens of the time before may have ended, or not have begun.
  for (auto& [id, person] : people_) person.token.clear();
}

void Practice::read_error(const grpc::Status& status, v1::ErrorDetail& error) {
  error = relais::api::error_detail(status);
  if (error.code().empty())
    FAIL("a call failed without its detail: " + status.error_message());
}

void Practice::open_account(const std::string& id) {
  v1::CreateAccountRequest request;
  request.set_id(id);
  request.set_login(id);
  request.set_display_name(id);
  request.set_role(role_of(id));
  request.set_national_id(national_id(id));
  if (role_of(id) == v1::ROLE_REPLACEMENT_DOCTOR) {
    need("marchand");
    request.set_replaces_doctor_id("marchand");
  }
  request.set_password(password);
  const auto created = call("admin", &v1::IdentityService::Stub::CreateAccount, request);
  INFO(id);
  REQUIRE(created.said() == "ok");
  people_[id];
}

void Practice::need(const std::string& who) {
  if (!people_.contains(who)) open_account(who);
}

void Practice::sign(grpc::ClientContext& context, const std::string& who) {
  need(who);
  auto& person = people_.at(who);
  if (person.token.empty()) {
    grpc::ClientContext signing;
    v1::SignInRequest request;
    request.set_login(who);
    request.set_password(password);
    v1::SignInResponse response;
    const auto status = v1::IdentityService::NewStub(channel_)->SignIn(&signing, request, &response);
    INFO(who + " " + status.error_message());
    REQUIRE(status.ok());
    person.token = response.token();
  }
  context.AddMetadata("authorization", "Bearer " + person.token);
}

void Practice::set_key(const std::string& who) {
  need(who);
  if (std::exchange(people_.at(who).key, true)) return;
  v1::SetSigningKeyRequest request;
  request.set_password(password);
  REQUIRE(call(who, &v1::IdentityService::Stub::SetSigningKey, request).said() == "ok");
}

v1::CheckFicheResponse Practice::check(const Fiche& fiche) {
  v1::CheckFicheRequest request;
  request.set_yaml(fiche.yaml());
  const auto checked = call(fiche.doctor, &v1::DelegationService::Stub::CheckFiche, request);
  INFO(checked.error.place() + " " + fiche.yaml());
  REQUIRE(checked.said() == "ok");
  return checked.value;
}

std::string Practice::sign_draft(const Fiche& fiche) {
  need(fiche.assistant);
  set_key(fiche.doctor);
  v1::PutDraftRequest draft;
  draft.set_yaml(fiche.yaml());
  const auto stored = call(fiche.doctor, &v1::DelegationService::Stub::PutDraft, draft);
  INFO(stored.error.place() + " " + fiche.yaml());
  REQUIRE(stored.said() == "ok");
  v1::SignFicheRequest signature;
  signature.set_fiche_id(stored.value.fiche().id());
  signature.set_version(stored.value.fiche().version());
  signature.set_expected_sha256(stored.value.fiche().sha256());
  signature.set_password(password);
  return call(fiche.doctor, &v1::DelegationService::Stub::SignFiche, signature).said();
}

Reply<v1::AnswerFicheResponse> Practice::answer(const Fiche& fiche, v1::FicheAnswer answer,
                                                const std::vector<std::string>& declined) {
  set_key(fiche.assistant);
  v1::GetFicheRequest get;
  get.set_fiche_id(fiche.name());
  get.set_version(fiche.version);
  const auto shown = call(fiche.assistant, &v1::DelegationService::Stub::GetFiche, get);
  REQUIRE(shown.said() == "ok");
  v1::AnswerFicheRequest request;
  request.set_fiche_id(fiche.name());
  request.set_version(fiche.version);
  request.set_expected_sha256(shown.value.fiche().sha256());
  request.set_answer(answer);
  for (const auto& task : declined) request.add_declined_tasks(task);
  request.set_password(password);
  return call(fiche.assistant, &v1::DelegationService::Stub::AnswerFiche, request);
}

void Practice::put_in_force(const Fiche& fiche, const std::vector<std::string>& declined) {
  REQUIRE(sign_draft(fiche) == "ok");
  const auto kind = declined.empty() ? v1::FICHE_ANSWER_ACCEPT : v1::FICHE_ANSWER_RESERVE;
  REQUIRE(answer(fiche, kind, declined).said() == "ok");
}

std::string Practice::enable(const std::string& assistant, const std::string& doctor, const std::string& task) {
  need(doctor);
  v1::EnableTaskRequest request;
  request.set_doctor_id(doctor);
  request.set_task_id(task);
  return call(assistant, &v1::DelegationService::Stub::EnableTask, request).said();
}

v1::Decision Practice::ask(const std::string& assistant, v1::DelegatedAction action, const std::string& task,
                           const std::string& doctor, const std::string& item, const std::string& patient) {
  v1::ExplainDecisionRequest request;
  request.set_assistant_id(assistant);
  request.set_action(action);
  request.mutable_subject()->set_task_id(task);
  request.mutable_subject()->set_doctor_id(doctor);
  request.mutable_subject()->set_item_id(item);
  request.mutable_subject()->set_patient_id(patient);
  const auto explained = call(assistant, &v1::DelegationService::Stub::ExplainDecision, request);
  REQUIRE(explained.said() == "ok");
  return explained.value.decision();
}

std::string Practice::rule(const std::string& assistant, v1::DelegatedAction action, const std::string& task,
                           const std::string& doctor, const std::string& item, const std::string& patient) {
  const auto decision = ask(assistant, action, task, doctor, item, patient);
  if (!decision.allowed()) return decision.rule();
  CHECK(decision.rule().empty());
  static const std::map<v1::Mode, std::string> modes{{v1::MODE_PREPARER, "preparer"},
                                                     {v1::MODE_FAIRE_PUIS_VALIDER, "faire-puis-valider"},
                                                     {v1::MODE_AUTONOME, "autonome"}};
  return "ok " + modes.at(decision.effective_mode());
}

void Practice::install(const std::string& plugin) {
  v1::InstallPluginRequest request;
  request.set_directory(plugin == "mandate-reception" ? RELAIS_RECEPTION : RELAIS_PACKAGES "/" + plugin);
  const auto installed = call("admin", &v1::PluginService::Stub::InstallPlugin, request);
  INFO(installed.error.sentence() + " " + installed.error.place());
  REQUIRE(installed.said() == "ok");
}

void Practice::fill_record() {
  if (std::exchange(record_filled_, true)) return;
  v1::PutPractitionersRequest practitioners;
  for (const auto& doctor : scenario_.doctors) {
    need(doctor.id);
    auto& one = *practitioners.add_practitioners();
    one.set_id(doctor.id);
    one.set_national_id(doctor.national_id);
    one.set_display_name(doctor.name);
  }
  REQUIRE(call("admin", &v1::PatientRecordService::Stub::PutPractitioners, practitioners).said() == "ok");
  v1::PutPatientsRequest patients;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto& one = scenario_.patients.at(i);
    auto& patient = *patients.add_patients();
    patient.set_id(one.id);
    patient.mutable_ins()->set_value(one.ins);
    patient.mutable_ins()->set_oid("1.2.250.1.213.1.4.10");
    auto& traits = *patient.mutable_traits();
    traits.set_birth_family(one.family);
    traits.set_birth_given_all(one.given);
    traits.set_birth_given_first(one.given);
    traits.set_birth_date(one.birth_date);
    traits.set_sex(one.female ? v1::SEX_FEMALE : v1::SEX_MALE);
    traits.set_birth_place_insee(one.birth_place);
    patient.set_identity_status(v1::IDENTITY_STATUS_QUALIFIEE);
    patient.set_treating_doctor_id("marchand");
  }
  REQUIRE(call("marchand", &v1::PatientRecordService::Stub::PutPatients, patients).said() == "ok");
}

v1::WorklistItem Practice::report(const std::vector<demo::DemoResult>& results, const std::string& prescriber,
                                  std::size_t patient, const std::string& day) {
  fill_record();
  demo::DemoReport report;
  report.patient = patient;
  report.prescriber = prescriber;
  report.set_id = fmt::format("1.2.250.1.213.9.1.{}", ++sent_);
  report.document_id = report.set_id + ".1";
  report.results = results;

  // The doctor watches; the first item that the list did not hold is the report's. Items that it held may change
  // meanwhile: they are routed and raised.
  grpc::ClientContext watching;
  watching.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
  sign(watching, prescriber);
  v1::WorklistService::Stub worklist(channel_);
  const auto stream = worklist.WatchItems(&watching, {});
  v1::WatchItemsResponse change;
  std::set<std::string> held;
  do {
    REQUIRE(stream->Read(&change));
    if (change.kind() == v1::WatchItemsResponse::KIND_ITEM) held.insert(change.item().id());
  } while (change.kind() != v1::WatchItemsResponse::KIND_SNAPSHOT_END);

  grpc::ClientContext sending;
  sign(sending, "logiciel");
  v1::IngestService::Stub ingest(channel_);
  v1::SubmitResponse receipt;
  const auto sender = ingest.Submit(&sending, &receipt);
  v1::SubmitRequest chunk;
  chunk.set_source("essai");
  chunk.set_chunk(demo::write_cda(scenario_, report, day));
  REQUIRE(sender->Write(chunk));
  sender->WritesDone();
  REQUIRE(sender->Finish().ok());

  do REQUIRE(stream->Read(&change));
  while (change.kind() != v1::WatchItemsResponse::KIND_ITEM || held.contains(change.item().id()));
  watching.TryCancel();
  return change.item();
}

v1::WorklistItem Practice::once_routed(const std::string& who, const v1::WorklistItem& item) {
  grpc::ClientContext watching;
  watching.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
  sign(watching, who);
  v1::WorklistService::Stub worklist(channel_);
  const auto stream = worklist.WatchItems(&watching, {});
  v1::WatchItemsResponse change;
  do REQUIRE(stream->Read(&change));
  while (change.kind() != v1::WatchItemsResponse::KIND_ITEM || change.item().id() != item.id() ||
         change.item().routed_to().empty());
  watching.TryCancel();
  return change.item();
}

demo::DemoResult Practice::potassium(double value, const std::string& unit) {
  return {"2823-3", "Potassium", value, unit, 3.5, 5.1, value > 5.1 ? "H" : "N"};
}

demo::DemoResult Practice::creatinine(double value, const std::string& unit) {
  return {"14682-9", "Créatinine", value, unit, 45, 104, value > 104 ? "H" : "N"};
}

v1::WorklistItem Practice::item(const std::string& who, const std::string& id) {
  v1::GetItemRequest request;
  request.set_item_id(id);
  const auto got = call(who, &v1::WorklistService::Stub::GetItem, request);
  REQUIRE(got.said() == "ok");
  return got.value.item();
}

std::string Practice::see(const std::string& who, const v1::WorklistItem& item) {
  v1::GetItemRequest request;
  request.set_item_id(item.id());
  return call(who, &v1::WorklistService::Stub::GetItem, request).said();
}

namespace {

// Whatever version the item has now.
template <class Request>
Request on(const v1::WorklistItem& item) {
  Request request;
  request.set_item_id(item.id());
  return request;
}

}  // namespace

std::string Practice::claim(const std::string& who, const v1::WorklistItem& item) {
  return call(who, &v1::WorklistService::Stub::ClaimItem, on<v1::ClaimItemRequest>(item)).said();
}
std::string Practice::prepare(const std::string& who, const v1::WorklistItem& item) {
  return call(who, &v1::WorklistService::Stub::PrepareItem, on<v1::PrepareItemRequest>(item)).said();
}
std::string Practice::close(const std::string& who, const v1::WorklistItem& item) {
  return call(who, &v1::WorklistService::Stub::CloseItem, on<v1::CloseItemRequest>(item)).said();
}
std::string Practice::validate(const std::string& who, const v1::WorklistItem& item) {
  return call(who, &v1::WorklistService::Stub::ValidateItem, on<v1::ValidateItemRequest>(item)).said();
}
std::string Practice::release(const std::string& who, const v1::WorklistItem& item) {
  return call(who, &v1::WorklistService::Stub::ReleaseItem, on<v1::ReleaseItemRequest>(item)).said();
}

std::vector<std::string> Practice::ledger(const std::string& item_id) {
  std::vector<std::string> events;
  v1::QueryLedgerRequest request;
  const auto found = call("marchand", &v1::AuditService::Stub::QueryLedger, request);
  REQUIRE(found.said() == "ok");
  for (const auto& entry : found.value.entries()) {
    if (entry.item_id() != item_id) continue;
    auto line = entry.event() + " " + entry.outcome();
    for (const auto& code : entry.codes()) line += " " + code;
    events.push_back(line);
  }
  return events;
}

int reasons(const v1::WorklistItem& item, const std::string& rule) {
  int found = 0;
  for (const auto& reason : item.reasons()) found += reason.rule() == rule ? 1 : 0;
  return found;
}

bool obliges(const v1::Decision& decision, const std::string& obligation) {
  return std::find(decision.obligations().begin(), decision.obligations().end(), obligation) !=
         decision.obligations().end();
}

bool warns(const v1::Decision& decision, const std::string& warning) {
  return std::find(decision.warnings().begin(), decision.warnings().end(), warning) != decision.warnings().end();
}

}  // namespace relais::mandate
