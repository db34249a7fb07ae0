// SPDX-License-Identifier: Apache-2.0
#include "running_api.h"

using namespace relais;
using namespace relais::api;
using worklist::Category;

namespace {

using WorklistStub = v1::WorklistService::Stub;

v1::ListItemsResponse list(WorklistStub& stub, const std::string& token, const v1::ListItemsRequest& request = {}) {
  v1::ListItemsResponse response;
  const auto status = stub.ListItems(RunningApi::with(token).get(), request, &response);
  INFO(status.error_message());
  REQUIRE(status.ok());
  return response;
}

template <class Request, class Response>
grpc::Status act(WorklistStub& stub, const std::string& token, const std::string& item, std::int64_t version,
                 grpc::Status (WorklistStub::*method)(grpc::ClientContext*, const Request&, Response*),
                 v1::WorklistItem* after = nullptr, const std::string& reason = "à revoir") {
  Request request;
  request.set_item_id(item);
  if constexpr (requires { request.set_version(version); }) request.set_version(version);
  if constexpr (requires { request.set_reason(reason); }) request.set_reason(reason);
  if constexpr (requires { request.set_text(reason); }) request.set_text(reason);
  Response response;
  const auto status = (stub.*method)(RunningApi::with(token).get(), request, &response);
  if (status.ok() && after != nullptr) *after = response.item();
  return status;
}

}  // namespace

TEST_CASE("the assistant works an item and the doctor closes it and each act is in the ledger") {
  RunningApi api;
  const Delegated delegated(api);
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto id = api.item("lr-1", Category::critique);
  api.item("lr-2", Category::normal);
  const auto listed = list(*stub, delegated.assistant);
  REQUIRE(listed.items_size() == 2);
  CHECK(listed.items(0).id() == id);
  CHECK(listed.items(0).category() == v1::CATEGORY_CRITIQUE);
  CHECK(listed.items(0).clinical());
  CHECK(listed.items(0).reasons(0).sentence() == "potassium à 6,6 mmol/L");

  v1::WorklistItem item = listed.items(0);
  const auto& assistant = delegated.assistant;
  REQUIRE(act(*stub, assistant, id, item.version(), &WorklistStub::ClaimItem, &item).ok());
  CHECK(item.claimed_by() == "perrin");
  REQUIRE(act(*stub, assistant, id, 0, &WorklistStub::AddNote, &item, "patient prévenu").ok());
  REQUIRE(item.notes_size() == 1);
  CHECK(item.notes(0).text() == "patient prévenu");
  CHECK(detail_of(act(*stub, assistant, id, 1, &WorklistStub::PrepareItem)).code() == "worklist.changed");
  REQUIRE(act(*stub, assistant, id, item.version(), &WorklistStub::PrepareItem, &item).ok());
  CHECK(item.state() == v1::ITEM_STATE_TO_VALIDATE);
  CHECK(detail_of(act(*stub, assistant, id, item.version(), &WorklistStub::ValidateItem)).code() == "api.role");
  CHECK(detail_of(act(*stub, assistant, id, item.version(), &WorklistStub::CloseItem)).rule() == "R21");

  const auto nguyen = api.sign_in("nguyen");
  CHECK(act(*stub, nguyen, id, item.version(), &WorklistStub::ValidateItem).error_code() != grpc::StatusCode::OK);
  REQUIRE(act(*stub, delegated.doctor, id, item.version(), &WorklistStub::ReturnItem, &item).ok());
  CHECK(item.state() == v1::ITEM_STATE_RETURNED);
  CHECK(item.assigned_to() == "perrin");
  REQUIRE(act(*stub, delegated.doctor, id, item.version(), &WorklistStub::ValidateItem, &item).ok());
  CHECK(item.state() == v1::ITEM_STATE_VALIDATED);
  CHECK(item.seen_by() == "marchand");
  CHECK(list(*stub, delegated.doctor).items_size() == 1);
  for (const auto* action : {"item.claim", "item.note", "item.prepare", "item.return", "item.validate"}) {
    INFO(action);
    REQUIRE(api.ledger_of(action).size() == 1);
    CHECK_FALSE(api.ledger_of(action)[0].entry.call_id.empty());
  }
}

TEST_CASE("without a fiche the assistant sees nothing and is told how much and why") {
  RunningApi api;
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto id = api.item("lr-1", Category::a_voir);
  api.item("lr-2", Category::normal, "nguyen");
  const auto assistant = api.sign_in("perrin");
  const auto listed = list(*stub, assistant);
  CHECK(listed.items_size() == 0);
  REQUIRE(listed.hidden_size() == 2);
  CHECK(listed.hidden(0).rule() == "R04");
  CHECK(listed.hidden(0).count() == 1);
  CHECK_FALSE(listed.hidden(0).unblocked_by().empty());
  v1::GetItemRequest get;
  get.set_item_id(id);
  v1::GetItemResponse response;
  const auto status = stub->GetItem(RunningApi::with(assistant).get(), get, &response);
  CHECK(detail_of(status).rule() == "R04");
}

TEST_CASE("a doctor sees the own items and a locum those of the doctor replaced and neither another's") {
  RunningApi api;
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto own = api.item("lr-1", Category::a_voir);
  const auto other = api.item("lr-2", Category::a_voir, "nguyen");
  api.facts.replaced("marchand", "2026-11-23", "2026-11-23");
  for (const auto& who : {"marchand", "martin"}) {
    const auto token = api.sign_in(who);
    const auto listed = list(*stub, token);
    REQUIRE(listed.items_size() == 1);
    CHECK(listed.items(0).id() == own);
    v1::GetItemRequest get;
    get.set_item_id(other);
    v1::GetItemResponse response;
    CHECK(detail_of(stub->GetItem(RunningApi::with(token).get(), get, &response)).code() == "api.not-yours");
  }
}

TEST_CASE("what a fiche does not open is cut from an item and a restricted one goes to the doctor whole") {
  RunningApi api;
  const Delegated delegated(api);
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto cut = api.item("lr-1", Category::a_voir, "marchand", 4);
  api.item("lr-2", Category::a_voir, "marchand", 3, true);
  const auto listed = list(*stub, delegated.assistant);
  REQUIRE(listed.items_size() == 1);
  CHECK(listed.items(0).id() == cut);
  CHECK(listed.items(0).DebugString().find("6,6") == std::string::npos);
  CHECK(listed.items(0).withheld_size() == 1);
  REQUIRE(listed.hidden_size() == 1);
  CHECK(listed.hidden(0).rule() == "R17");
  CHECK(list(*stub, delegated.doctor).items_size() == 2);
}

TEST_CASE("normals are signed as they were frozen and what came or changed since is left") {
  RunningApi api;
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto doctor = api.sign_in("marchand");
  const auto first = api.item("lr-1", Category::normal);
  const auto second = api.item("lr-2", Category::normal);
  api.item("lr-3", Category::a_voir);
  v1::FreezeNormalsRequest freeze;
  freeze.set_task_id("bio-triage");
  freeze.set_request_id("r-0");
  v1::FreezeNormalsResponse frozen;
  REQUIRE(stub->FreezeNormals(RunningApi::with(doctor).get(), freeze, &frozen).ok());
  v1::FreezeNormalsResponse same;
  REQUIRE(stub->FreezeNormals(RunningApi::with(doctor).get(), freeze, &same).ok());
  CHECK(same.frozen_list_id() == frozen.frozen_list_id());
  REQUIRE(frozen.items_size() == 2);
  CHECK(frozen.items(0).title() == "Kaliémie");
  api.item("lr-4", Category::normal);
  api.item("lr-2", Category::aujourdhui);
  v1::SignNormalsRequest sign;
  sign.set_request_id("r-1");
  sign.set_frozen_list_id(frozen.frozen_list_id());
  sign.set_expected_sha256(frozen.sha256());
  v1::SignNormalsResponse response;
  REQUIRE(stub->SignNormals(RunningApi::with(doctor).get(), sign, &response).ok());
  REQUIRE(response.signed_item_ids_size() == 1);
  CHECK(response.signed_item_ids(0) == first);
  REQUIRE(response.left_out_item_ids_size() == 1);
  CHECK(response.left_out_item_ids(0) == second);
  v1::SignNormalsResponse again;
  REQUIRE(stub->SignNormals(RunningApi::with(doctor).get(), sign, &again).ok());
  CHECK(again.SerializeAsString() == response.SerializeAsString());
  CHECK(list(*stub, doctor).items_size() == 3);
}

TEST_CASE("a list is read in pages and one reading is one entry with its items hashed in") {
  RunningApi api;
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto doctor = api.sign_in("marchand");
  for (int i = 0; i < 5; ++i) api.item("lr-" + std::to_string(i), Category::a_voir);
  v1::ListItemsRequest request;
  request.mutable_page()->set_size(2);
  std::set<std::string> seen;
  int pages = 0;
  do {
    const auto page = list(*stub, doctor, request);
    for (const auto& item : page.items()) seen.insert(item.id());
    request.mutable_page()->set_token(page.next_page_token());
    ++pages;
  } while (!request.page().token().empty());
  CHECK(pages == 3);
  CHECK(seen.size() == 5);
  const auto reads = api.ledger_of("WorklistService.ListItems.read");
  REQUIRE(reads.size() == 3);
  REQUIRE(reads[0].entry.subjects);
  CHECK(reads[0].entry.subjects->count == 2);
  CHECK(reads[2].entry.subjects->count == 1);
}

TEST_CASE("what was not evaluated is listed with its reason") {
  RunningApi api;
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto doctor = api.sign_in("marchand");
  const worklist::Scope scope{"bio-triage", "bio-triage", {"lr-9", "p-9", "marchand"}};
  worklist::Reply reply;
  reply.scope = scope;
  reply.slice_version =
      *api.database->write([&](practice::Transaction& tx) { return api.worklist_store.begin_evaluation(tx, scope); });
  reply.not_evaluated = "plugin.stopped";
  REQUIRE(api.worklist_store.apply(reply));
  v1::ListNotEvaluatedResponse response;
  REQUIRE(stub->ListNotEvaluated(RunningApi::with(doctor).get(), {}, &response).ok());
  REQUIRE(response.entries_size() == 1);
  CHECK(response.entries(0).subject().item_id() == "lr-9");
  CHECK(response.entries(0).reason_code() == "plugin.stopped");
  CHECK_FALSE(response.entries(0).reason().empty());
  CHECK(list(*stub, doctor).not_evaluated() == 1);
  CHECK(list(*stub, api.sign_in("nguyen")).not_evaluated() == 0);
}

TEST_CASE("an assistant closes what is not clinical under autonome and it stands in the digest") {
  RunningApi api;
  const std::string task = "donnees-administratives";
  const Delegated delegated(api, "  - {id: donnees-administratives, mode: autonome}\n", "D3", task);
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto plain = api.item("lr-1", Category::normal, "marchand", 1, false, task, false);
  const auto severe = api.item("lr-2", Category::a_voir, "marchand", 1, false, task, false);
  const auto clinical = api.item("lr-3", Category::normal, "marchand", 1, false, task, true);
  const auto& assistant = delegated.assistant;
  v1::WorklistItem item;
  const auto try_to_close = [&](const std::string& id) {
    REQUIRE(act(*stub, assistant, id, 0, &WorklistStub::ClaimItem, &item).ok());
    return act(*stub, assistant, id, item.version(), &WorklistStub::CloseItem);
  };
  CHECK(detail_of(try_to_close(severe)).rule() == "R16");
  const auto refused = try_to_close(clinical);
  CHECK(refused.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(detail_of(refused).code() == "worklist.clinical");
  CHECK(detail_of(act(*stub, assistant, plain, 0, &WorklistStub::CloseItem)).code() == "worklist.not-claimed");
  REQUIRE(act(*stub, assistant, plain, 0, &WorklistStub::ClaimItem, &item).ok());
  REQUIRE(act(*stub, assistant, plain, item.version(), &WorklistStub::CloseItem, &item).ok());
  CHECK(item.state() == v1::ITEM_STATE_CLOSED);
  CHECK(item.digest());
  CHECK(api.ledger_of("item.close").size() == 1);
  CHECK(list(*stub, delegated.doctor).items_size() == 2);
}

TEST_CASE("normals signed by a locum are signed in the ledger for the doctor replaced") {
  RunningApi api;
  api.facts.replaced("marchand", "2026-11-23", "2026-11-23");
  const auto stub = v1::WorklistService::NewStub(api.channel());
  api.item("lr-1", Category::normal);
  const auto token = api.sign_in("martin");
  v1::FreezeNormalsRequest freeze;
  freeze.set_task_id("bio-triage");
  v1::FreezeNormalsResponse frozen;
  REQUIRE(stub->FreezeNormals(RunningApi::with(token).get(), freeze, &frozen).ok());
  v1::SignNormalsRequest sign;
  sign.set_frozen_list_id(frozen.frozen_list_id());
  sign.set_expected_sha256(frozen.sha256());
  v1::SignNormalsResponse response;
  REQUIRE(stub->SignNormals(RunningApi::with(token).get(), sign, &response).ok());
  CHECK(response.signed_item_ids_size() == 1);
  const auto entries = api.ledger_of("worklist.sign-normals");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entry.actor == "martin");
  CHECK(entries[0].entry.role == "replacement-doctor");
  CHECK(entries[0].entry.doctor_id == "marchand");
  CHECK(entries[0].entry.on_behalf_of == "marchand");
}

TEST_CASE("an item goes to an assistant only whose fiche lets them see it") {
  RunningApi api;
  const Delegated delegated(api);
  practice::Account other;
  other.id = other.login = other.display_name = "roux";
  other.role = worklist::Role::assistant;
  REQUIRE(api.accounts.create(other, password, {"admin", worklist::Role::administrator, {}}));
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto id = api.item("lr-1", Category::a_voir);
  const auto hand = [&](const std::string& to) {
    v1::HandOverItemRequest request;
    request.set_item_id(id);
    request.set_to_id(to);
    request.set_reason("à voir");
    v1::HandOverItemResponse response;
    return stub->HandOverItem(RunningApi::with(delegated.assistant).get(), request, &response);
  };
  const auto give_back = [&](const std::string& to) {
    v1::ReturnItemRequest request;
    request.set_item_id(id);
    request.set_assistant_id(to);
    request.set_reason("à revoir");
    v1::ReturnItemResponse response;
    return stub->ReturnItem(RunningApi::with(delegated.doctor).get(), request, &response);
  };
  for (const auto& status : {hand("roux"), give_back("roux"), hand("martin")}) {
    CHECK(detail_of(status).code() == "worklist.recipient");
    CHECK(detail_of(status).sentence().find("fiche de poste") != std::string::npos);
  }
  CHECK(detail_of(hand("petit")).code() == "worklist.recipient-needed");
  CHECK(list(*stub, delegated.doctor).items(0).assigned_to().empty());
  CHECK(give_back("perrin").ok());
  CHECK(hand("nguyen").ok());
  CHECK(list(*stub, api.sign_in("nguyen")).items_size() == 1);
}

TEST_CASE("outside a replacement a locum sees and closes nothing and each try is in the ledger") {
  RunningApi api;
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto id = api.item("lr-1", Category::a_voir);
  api.item("lr-2", Category::normal, "");
  const auto token = api.sign_in("martin");
  const auto refused = [&] {
    v1::ListItemsResponse listed;
    v1::GetItemRequest get;
    get.set_item_id(id);
    v1::GetItemResponse shown;
    v1::FreezeNormalsResponse frozen;
    v1::ListNotEvaluatedResponse silent;
    for (const auto& status :
         {stub->ListItems(RunningApi::with(token).get(), {}, &listed),
          stub->GetItem(RunningApi::with(token).get(), get, &shown),
          stub->ListNotEvaluated(RunningApi::with(token).get(), {}, &silent),
          stub->FreezeNormals(RunningApi::with(token).get(), {}, &frozen),
          act(*stub, token, id, 0, &WorklistStub::ClaimItem), act(*stub, token, id, 0, &WorklistStub::ReturnItem),
          act(*stub, token, id, 0, &WorklistStub::ValidateItem)}) {
      CHECK(status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
      CHECK(detail_of(status).code() == "api.no-locum");
      CHECK(detail_of(status).sentence().find("remplacement") != std::string::npos);
    }
  };
  SECTION("none is known") {
    refused();
    const auto tries = api.ledger_of("WorklistService.ValidateItem");
    REQUIRE(tries.size() == 1);
    CHECK(tries[0].entry.error_code == "api.no-locum");
    CHECK(tries[0].entry.on_behalf_of.empty());
  }
  SECTION("it is over") {
    api.facts.replaced("marchand", "2026-11-16", "2026-11-22");
    refused();
  }
  SECTION("it has not begun") {
    api.facts.replaced("marchand", "2026-11-24", "2026-11-30");
    refused();
  }
  SECTION("it is somebody else's") {
    practice::Fact durand;
    durand.kind = practice::FactKind::locum;
    durand.doctor_id = "marchand";
    durand.replacement_id = "durand";
    durand.from = api.clock.now() - std::chrono::hours(1);
    durand.until = api.clock.now() + std::chrono::hours(1);
    REQUIRE(api.database->write([&](practice::Transaction& tx) {
      return api.facts.store().record(tx, durand, {"admin", worklist::Role::administrator, {}});
    }));
    refused();
  }
  SECTION("it is on") {
    api.facts.replaced("marchand", "2026-11-23T16:45", "2026-11-23T16:46");
    CHECK(list(*stub, token).items_size() == 2);
    CHECK(act(*stub, token, id, 0, &WorklistStub::ValidateItem).ok());
    api.clock.advance(std::chrono::minutes(1));
    refused();
  }
  v1::WhoAmIResponse who;
  CHECK(v1::IdentityService::NewStub(api.channel())->WhoAmI(RunningApi::with(token).get(), {}, &who).ok());
}
