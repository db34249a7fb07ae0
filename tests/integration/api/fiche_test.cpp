// SPDX-License-Identifier: Apache-2.0
#include "running_api.h"

using namespace relais;
using namespace relais::api;

namespace {

using DelegationStub = v1::DelegationService::Stub;

v1::Decision explain(DelegationStub& stub, const std::string& token, v1::DelegatedAction action,
                     const std::string& doctor, const std::string& assistant = "") {
  v1::ExplainDecisionRequest request;
  request.set_assistant_id(assistant);
  request.set_action(action);
  request.mutable_subject()->set_task_id("bio-triage");
  request.mutable_subject()->set_doctor_id(doctor);
  v1::ExplainDecisionResponse response;
  const auto status = stub.ExplainDecision(RunningApi::with(token).get(), request, &response);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return response.decision();
}

}  // namespace

TEST_CASE("a fiche goes from draft to force over the API and each decision is explained") {
  RunningApi api;
  const auto stub = v1::DelegationService::NewStub(api.channel());
  const Delegated delegated(api);
  const auto may = explain(*stub, delegated.assistant, v1::DELEGATED_ACTION_REALISER, "marchand");
  CHECK(may.allowed());
  CHECK(may.effective_mode() == v1::MODE_FAIRE_PUIS_VALIDER);
  CHECK(may.fiche_id() == "fp-marchand-perrin");
  const auto closing = explain(*stub, delegated.assistant, v1::DELEGATED_ACTION_FINALISER, "marchand");
  CHECK(closing.rule() == "R21");
  CHECK_FALSE(closing.sentence().empty());
  CHECK_FALSE(closing.unblocked_by().empty());
  CHECK(explain(*stub, delegated.doctor, v1::DELEGATED_ACTION_REALISER, "nguyen", "perrin").rule() == "R04");

  v1::ListActivationsResponse activations;
  REQUIRE(stub->ListActivations(RunningApi::with(delegated.doctor).get(), {}, &activations).ok());
  REQUIRE(activations.activations_size() == 1);
  CHECK(activations.activations(0).enabled());
}

TEST_CASE("a draft that may not be signed is refused with its rule and its place in French") {
  RunningApi api;
  const auto stub = v1::DelegationService::NewStub(api.channel());
  const auto doctor = api.sign_in("marchand");
  v1::PutDraftRequest draft;
  draft.set_yaml(fiche_text(1, "  - {id: x-prescrire, mode: autonome}\n"));
  v1::PutDraftResponse drafted;
  REQUIRE(stub->PutDraft(RunningApi::with(doctor).get(), draft, &drafted).ok());
  REQUIRE(drafted.remarks_size() > 0);
  CHECK(drafted.remarks(0).refuses());
  v1::SignFicheRequest sign;
  sign.set_fiche_id("fp-marchand-perrin");
  sign.set_version(1);
  sign.set_expected_sha256(drafted.fiche().sha256());
  sign.set_password(password);
  v1::SignFicheResponse response;
  const auto status = stub->SignFiche(RunningApi::with(doctor).get(), sign, &response);
  const auto detail = detail_of(status);
  CHECK(detail.code() == "fiche.refused-at-signing");
  CHECK(detail.rule() == drafted.remarks(0).rule());
  CHECK(detail.place().find("taches[0]") == 0);
  CHECK(detail.sentence() == status.error_message());

  v1::CheckFicheRequest check;
  check.set_yaml("fiche: [");
  v1::CheckFicheResponse checked;
  CHECK_FALSE(stub->CheckFiche(RunningApi::with(doctor).get(), check, &checked).ok());
  check.set_yaml(fiche_text(1, triage_task));
  REQUIRE(stub->CheckFiche(RunningApi::with(doctor).get(), check, &checked).ok());
  CHECK(checked.signable());
}

TEST_CASE("switching on what no fiche allows is refused with the rule and a revoked fiche switches everything off") {
  RunningApi api;
  const auto stub = v1::DelegationService::NewStub(api.channel());
  const Delegated delegated(api);
  v1::EnableTaskRequest enable;
  enable.set_doctor_id("nguyen");
  enable.set_task_id("bio-triage");
  v1::EnableTaskResponse enabled;
  const auto refused = stub->EnableTask(RunningApi::with(delegated.assistant).get(), enable, &enabled);
  CHECK(refused.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(detail_of(refused).code() == "api.mandate");
  CHECK(detail_of(refused).rule() == "R04");
  CHECK_FALSE(detail_of(refused).unblocked_by().empty());

  v1::RevokeFicheRequest revoke;
  revoke.set_fiche_id("fp-marchand-perrin");
  v1::RevokeFicheResponse revoked;
  REQUIRE(stub->RevokeFiche(RunningApi::with(delegated.doctor).get(), revoke, &revoked).ok());
  CHECK(revoked.fiche().state() == v1::FICHE_STATE_REVOKED);
  CHECK(revoked.stopped_tasks_size() == 1);
  CHECK(explain(*stub, delegated.assistant, v1::DELEGATED_ACTION_ACTIVER, "marchand").rule() == "R07");
  v1::ListActivationsResponse activations;
  REQUIRE(stub->ListActivations(RunningApi::with(delegated.assistant).get(), {}, &activations).ok());
  CHECK_FALSE(activations.activations(0).enabled());
}

TEST_CASE("a fiche is seen by its parties and an administrator and not told apart from none by others") {
  RunningApi api;
  const auto stub = v1::DelegationService::NewStub(api.channel());
  const Delegated delegated(api);
  v1::GetFicheRequest request;
  request.set_fiche_id("fp-marchand-perrin");
  v1::GetFicheResponse response;
  for (const auto& token : {delegated.doctor, delegated.assistant, api.sign_in("admin")})
    CHECK(stub->GetFiche(RunningApi::with(token).get(), request, &response).ok());
  const auto other = stub->GetFiche(RunningApi::with(api.sign_in("nguyen")).get(), request, &response);
  CHECK(other.error_code() == grpc::StatusCode::NOT_FOUND);
  v1::ListFichesResponse list;
  REQUIRE(stub->ListFiches(RunningApi::with(api.sign_in("nguyen")).get(), {}, &list).ok());
  CHECK(list.fiches_size() == 0);
}

TEST_CASE("a signature asked for twice with one request id is made once and another request under that id is refused") {
  RunningApi api;
  const auto stub = v1::DelegationService::NewStub(api.channel());
  const auto doctor = api.sign_in("marchand");
  v1::PutDraftRequest draft;
  draft.set_yaml(fiche_text(1, triage_task));
  v1::PutDraftResponse drafted;
  REQUIRE(stub->PutDraft(RunningApi::with(doctor).get(), draft, &drafted).ok());
  v1::SignFicheRequest sign;
  sign.set_request_id("r-1");
  sign.set_fiche_id("fp-marchand-perrin");
  sign.set_version(1);
  sign.set_expected_sha256(drafted.fiche().sha256());
  sign.set_password(password);
  v1::SignFicheResponse first;
  v1::SignFicheResponse again;
  REQUIRE(stub->SignFiche(RunningApi::with(doctor).get(), sign, &first).ok());
  REQUIRE(stub->SignFiche(RunningApi::with(doctor).get(), sign, &again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(api.ledger_of("fiche.sign").size() == 1);
  sign.set_version(2);
  CHECK_FALSE(stub->SignFiche(RunningApi::with(doctor).get(), sign, &again).ok());
}
