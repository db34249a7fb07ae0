// SPDX-License-Identifier: Apache-2.0
// A listening host over a fictitious practice: an administrator, two doctors, a locum, an assistant, a secretary, the
// practice's software. Methods of services that are not under test answer that they are not served.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/practice_services.h"
#include "api/rpc_status.h"
#include "api/server.h"
#include "api/store_adapters.h"
#include "domain/civil_time.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/error.pb.h"
#include "relais/v1/identity.grpc.pb.h"
#include "relais/v1/practice.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "support/scratch.h"

namespace relais::api {

inline constexpr const char* password = "correct horse battery";

inline practice::AccountRules cheap_rules() {
  practice::AccountRules rules;
  rules.cost = {1, std::size_t{8} << 10U};
  return rules;
}

// What a failed call carries.
inline v1::ErrorDetail detail_of(const grpc::Status& status) {
  auto detail = error_detail(status);
  CHECK_FALSE(detail.code().empty());
  return detail;
}

// What decisions know, and who is replaced and when as its doctor would tell it.
class ToldFacts final : public practice::PracticeFacts {
 public:
  ToldFacts(practice::Database& database, practice::Ledger& ledger)
      : practice::PracticeFacts(database, "Europe/Paris"), database_(database), store_(ledger) {}

  // One replacement alone stands, by martin; `to` included when it is a day.
  void replaced(const std::string& doctor, const std::string& from, const std::string& to) {
    const practice::Attribution by{"admin", worklist::Role::administrator, {}};
    const auto until = *fiche::parse_moment(to);
    practice::Fact fact;
    fact.kind = practice::FactKind::locum;
    fact.doctor_id = doctor;
    fact.replacement_id = "martin";
    fact.from = fiche::to_instant(fiche::parse_moment(from)->at, zone());
    fact.until = fiche::to_instant(until.at + date::days{until.date_only ? 1 : 0}, zone());
    REQUIRE(database_.write([&](practice::Transaction& tx) -> Result<void> {
      practice::FactFilter locums;
      locums.kinds = {fact.kind};
      locums.standing_only = true;
      for (const auto& held : practice::FactStore::facts(tx.sql(), locums))
        if (const auto gone = store_.withdraw(tx, held.id, "essai", by); !gone)
          return tl::unexpected<Error>(gone.error());
      const auto told = store_.record(tx, fact, by);
      return told ? Result<void>{} : tl::unexpected<Error>(told.error());
    }));
  }
  practice::FactStore& store() { return store_; }

 private:
  practice::Database& database_;
  practice::FactStore store_;
};

class RunningApi {
 public:
  explicit RunningApi(ServerSettings settings = {}) {
    account("admin", v1::ROLE_ADMINISTRATOR);
    account("marchand", v1::ROLE_DOCTOR);
    account("nguyen", v1::ROLE_DOCTOR);
    account("martin", v1::ROLE_REPLACEMENT_DOCTOR);
    account("perrin", v1::ROLE_ASSISTANT);
    account("petit", v1::ROLE_SECRETARY);
    account("logiciel", v1::ROLE_EDITOR);
    if (settings.listen.tcp.empty()) settings.listen.unix_socket = socket();
    auto started = Server::start(registry(), admission, std::move(settings));
    if (!started) FAIL(stable_code(started.error().code) << " " << started.error().detail);
    server = std::move(*started);
  }
  ~RunningApi() { server->stop(std::chrono::milliseconds(0)); }

  std::filesystem::path socket() const { return scratch.path() / "run" / "relais.sock"; }
  std::shared_ptr<grpc::Channel> channel() const {
    return grpc::CreateChannel("unix:" + socket().string(), grpc::InsecureChannelCredentials());
  }

  Registry registry() {
    Registry made;
    register_identity_service(made, services);
    register_delegation_service(made, services);
    register_worklist_service(made, services);
    register_practice_service(made, services, facts.store(), facts);
    register_scheduling_service(made, services, agenda);
    for (const auto& name : made.missing()) made.not_served(name);
    return made;
  }

  static std::string account_of(v1::Role role) {
    switch (role) {
      case v1::ROLE_DOCTOR:
        return "marchand";
      case v1::ROLE_REPLACEMENT_DOCTOR:
        return "martin";
      case v1::ROLE_ASSISTANT:
        return "perrin";
      case v1::ROLE_SECRETARY:
        return "petit";
      case v1::ROLE_EDITOR:
        return "logiciel";
      default:
        return "admin";
    }
  }

  std::string sign_in(const std::string& who) const {
    const auto stub = v1::IdentityService::NewStub(channel());
    grpc::ClientContext context;
    v1::SignInRequest request;
    request.set_login(who);
    request.set_password(password);
    v1::SignInResponse response;
    const auto status = stub->SignIn(&context, request, &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
    return response.token();
  }
  static std::unique_ptr<grpc::ClientContext> with(const std::string& token) {
    auto context = std::make_unique<grpc::ClientContext>();
    if (!token.empty()) context->AddMetadata("authorization", "Bearer " + token);
    return context;
  }

  // One finding on one report, as a plugin's answer leaves it. Returns the item's id.
  std::string item(const std::string& report, worklist::Category category, const std::string& doctor = "marchand",
                   int level = 3, bool restricted = false, const std::string& task = "bio-triage",
                   bool clinical = true) {
    const worklist::Scope scope{"bio-triage", task, {report, "p-" + report, doctor}};
    worklist::Finding finding;
    finding.kind = "result";
    finding.title = "Kaliémie";
    finding.category = category;
    finding.data_level = level;
    finding.restricted = restricted;
    finding.reasons.push_back({"C-K", "potassium à 6,6 mmol/L", "liste", category, level, {"obs-" + report}});
    worklist::Reply reply;
    reply.scope = scope;
    reply.slice_version =
        *database->write([&](practice::Transaction& tx) { return worklist_store.begin_evaluation(tx, scope); });
    reply.basis = {"1.0.0", "slice", "fp-marchand-perrin", 1};
    reply.clinical_task = clinical;
    reply.findings = {finding};
    REQUIRE(worklist_store.apply(reply));
    return worklist::item_id({scope, "result"});
  }

  std::vector<practice::ReadEntry> ledger_of(const std::string& action) const {
    practice::LedgerFilter filter;
    filter.action = action;
    return *ledger->query(filter);
  }

  test::Scratch scratch;
  // Monday 23 November 2026, 16:45 in Paris.
  test::TestClock clock{Instant{std::chrono::milliseconds{1'795'448'700'000}}};
  std::unique_ptr<practice::Database> database =
      *practice::Database::open("sqlite:" + (scratch.path() / "practice.db").string(), clock);
  std::unique_ptr<practice::Ledger> ledger = *practice::Ledger::open(*database, scratch.path());
  practice::HostKey key = *practice::HostKey::open(scratch.path() / "keys", false);
  practice::Accounts accounts{*database, *ledger, key, cheap_rules()};
  practice::FicheStore fiches{*database, *ledger, accounts};
  ToldFacts facts{*database, *ledger};
  practice::MandateGate gate{fiches, accounts, *ledger, facts, clock};
  practice::WorklistStore worklist_store{*database, *ledger};
  scheduling::AgendaStore agenda{{*ledger, "Europe/Paris"}};
  PracticeServices services{*database, accounts, fiches, gate, worklist_store, clock, "Europe/Paris", nullptr};
  AccountAuthenticator authenticator{accounts, gate, "Europe/Paris"};
  FicheMandateGate mandates{gate, *database};
  LedgerAudit audit{*ledger, *database};
  Admission admission{authenticator, mandates, audit};
  std::unique_ptr<Server> server;

 private:
  void account(const std::string& id, v1::Role role) {
    practice::Account made;
    made.id = made.login = made.display_name = id;
    switch (role) {
      case v1::ROLE_DOCTOR:
        made.role = worklist::Role::doctor;
        break;
      case v1::ROLE_REPLACEMENT_DOCTOR:
        made.role = worklist::Role::replacement_doctor;
        made.replaces_doctor_id = "marchand";
        break;
      case v1::ROLE_ASSISTANT:
        made.role = worklist::Role::assistant;
        break;
      case v1::ROLE_SECRETARY:
        made.role = worklist::Role::secretary;
        break;
      case v1::ROLE_EDITOR:
        made.role = worklist::Role::editor;
        break;
      default:
        made.role = worklist::Role::administrator;
        REQUIRE(accounts.create_first(made, password));
        return;
    }
    REQUIRE(accounts.create(made, password, {"admin", worklist::Role::administrator, {}}));
    if (role == v1::ROLE_DOCTOR || role == v1::ROLE_ASSISTANT) {
      REQUIRE(accounts.set_signing_key(password, {id, made.role, {}}));
    }
  }
};

// A fiche by Dr Marchand for Julie Perrin.
inline std::string fiche_text(int version, const std::string& tasks, const std::string& level = "D3") {
  return R"(format: relais-fiche/1
fiche: {id: fp-marchand-perrin, version: )" + std::to_string(version) + R"(}
cabinet: {nom: Cabinet fictif, commune: commune fictive, fuseau: Europe/Paris}
employeur: {type: medecin, decideurs: [marchand]}
medecin: {id: marchand, nom: Dr Fictif}
assistant:
  id: perrin
  nom: Julie Perrin
  profil: autre
  prise_de_fonction: 2026-02-02
  quotite_etp: 1.0
  contrat_aide: {signe_le: 2026-01-15, option_etp: 1.0}
  formation: {voie: cqp, inscrite_le: 2026-04-07, jours_absence: []}
encadrement_formation: true
validite: {du: 2026-04-13, au: 2027-04-12}
temps:
  - {jours: [lundi, mardi, mercredi, jeudi, vendredi], heures: ["08:30-18:30"]}
donnees: {niveau_max: )" + level + R"(, categories_autorisees: []}
exclusions: {lien_familial: true, ids: []}
remplacement: {regle: suspendre}
defaut: "non"
repli_general: {vers: medecin, delai_h: 24}
taches:
)" + tasks + R"(engagements: [secret professionnel]
)";
}
inline const std::string triage_task = "  - {id: bio-triage, mode: faire-puis-valider}\n";

// Signed by the doctor, accepted and switched on by the assistant, over the API. Leaves both tokens.
struct Delegated {
  explicit Delegated(RunningApi& api, const std::string& tasks = triage_task, const std::string& level = "D3",
                     const std::string& task = "bio-triage")
      : doctor(api.sign_in("marchand")), assistant(api.sign_in("perrin")) {
    const auto stub = v1::DelegationService::NewStub(api.channel());
    v1::PutDraftRequest draft;
    draft.set_yaml(fiche_text(1, tasks, level));
    v1::PutDraftResponse drafted;
    REQUIRE(stub->PutDraft(RunningApi::with(doctor).get(), draft, &drafted).ok());
    v1::SignFicheRequest sign;
    sign.set_fiche_id(drafted.fiche().id());
    sign.set_version(1);
    sign.set_expected_sha256(drafted.fiche().sha256());
    sign.set_password(password);
    v1::SignFicheResponse signed_fiche;
    REQUIRE(stub->SignFiche(RunningApi::with(doctor).get(), sign, &signed_fiche).ok());
    v1::AnswerFicheRequest answer;
    answer.set_fiche_id(sign.fiche_id());
    answer.set_version(1);
    answer.set_expected_sha256(sign.expected_sha256());
    answer.set_answer(v1::FICHE_ANSWER_ACCEPT);
    answer.set_password(password);
    v1::AnswerFicheResponse answered;
    REQUIRE(stub->AnswerFiche(RunningApi::with(assistant).get(), answer, &answered).ok());
    CHECK(answered.fiche().state() == v1::FICHE_STATE_ACCEPTED);
    v1::EnableTaskRequest enable;
    enable.set_doctor_id("marchand");
    enable.set_task_id(task);
    v1::EnableTaskResponse enabled;
    REQUIRE(stub->EnableTask(RunningApi::with(assistant).get(), enable, &enabled).ok());
    CHECK(enabled.activation().decision().allowed());
  }
  std::string doctor;
  std::string assistant;
};

}  // namespace relais::api
