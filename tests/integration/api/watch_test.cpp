// SPDX-License-Identifier: Apache-2.0
#include "running_api.h"

using namespace relais;
using namespace relais::api;
using worklist::Category;

namespace {

using Response = v1::WatchItemsResponse;

// One open watch. The deadline is only there so that a failing test ends.
struct Watch {
  Watch(RunningApi& api, const std::string& token)
      : stub(v1::WorklistService::NewStub(api.channel())), context(RunningApi::with(token)) {
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    stream = stub->WatchItems(context.get(), {});
  }
  Response next() {
    Response change;
    REQUIRE(stream->Read(&change));
    return change;
  }
  // Reads up to the end of the snapshot.
  std::vector<Response> snapshot() {
    std::vector<Response> changes;
    for (;;) {
      changes.push_back(next());
      if (changes.back().kind() == Response::KIND_SNAPSHOT_END) return changes;
    }
  }
  grpc::Status end() {
    Response change;
    while (stream->Read(&change)) {
    }
    return stream->Finish();
  }
  std::unique_ptr<v1::WorklistService::Stub> stub;
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientReader<Response>> stream;
};

}  // namespace

TEST_CASE("a watch sends the critical ones first and then every change as it happens") {
  RunningApi api;
  const auto token = api.sign_in("marchand");
  api.item("lr-1", Category::normal);
  const auto critical = api.item("lr-2", Category::critique);
  Watch watch(api, token);
  const auto first = watch.snapshot();
  REQUIRE(first.size() == 3);
  CHECK(first[0].item().id() == critical);
  const auto fresh = api.item("lr-3", Category::aujourdhui);
  const auto change = watch.next();
  CHECK(change.kind() == Response::KIND_ITEM);
  CHECK(change.item().id() == fresh);
  v1::ValidateItemRequest validate;
  validate.set_item_id(fresh);
  v1::ValidateItemResponse validated;
  REQUIRE(watch.stub->ValidateItem(RunningApi::with(token).get(), validate, &validated).ok());
  CHECK(watch.next().item().state() == v1::ITEM_STATE_VALIDATED);
  CHECK(api.ledger_of("WorklistService.WatchItems").size() == 1);
  CHECK(api.ledger_of("WorklistService.WatchItems.read").size() == 3);
}

TEST_CASE("another doctor's change wakes a watch and sends nothing") {
  RunningApi api;
  Watch watch(api, api.sign_in("marchand"));
  watch.snapshot();
  api.item("lr-1", Category::critique, "nguyen");
  const auto own = api.item("lr-2", Category::normal);
  CHECK(watch.next().item().id() == own);
}

TEST_CASE("a watch ends with the token of who opened it") {
  RunningApi api;
  const auto token = api.sign_in("marchand");
  Watch watch(api, token);
  watch.snapshot();
  SECTION("signed out") {
    v1::SignOutResponse out;
    REQUIRE(v1::IdentityService::NewStub(api.channel())->SignOut(RunningApi::with(token).get(), {}, &out).ok());
  }
  SECTION("expired") { api.clock.advance(std::chrono::minutes(16)); }
  SECTION("account closed") {
    REQUIRE(api.accounts.disable("marchand", {"admin", relais::worklist::Role::administrator, {}}));
  }
  api.server->wake_streams();
  const auto status = watch.end();
  CHECK(status.error_code() == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(detail_of(status).code() == "api.unauthenticated");
}

TEST_CASE("what a revoked fiche no longer shows leaves the assistant's watch") {
  RunningApi api;
  const Delegated delegated(api);
  const auto id = api.item("lr-1", Category::a_voir);
  Watch watch(api, delegated.assistant);
  CHECK(watch.snapshot().size() == 2);
  REQUIRE(api.fiches.revoke("fp-marchand-perrin", "", "fin", {"marchand", relais::worklist::Role::doctor, {}}));
  api.server->wake_streams();
  const auto removed = watch.next();
  CHECK(removed.kind() == Response::KIND_REMOVED_FROM_VIEW);
  CHECK(removed.removed_item_id() == id);
}

TEST_CASE("what was handed to a doctor and taken back leaves that doctor's watch") {
  RunningApi api;
  const Delegated delegated(api);
  const auto id = api.item("lr-1", Category::a_voir);
  const auto stub = v1::WorklistService::NewStub(api.channel());
  v1::HandOverItemRequest hand;
  hand.set_item_id(id);
  hand.set_to_id("nguyen");
  hand.set_reason("avis");
  v1::HandOverItemResponse handed;
  REQUIRE(stub->HandOverItem(RunningApi::with(delegated.assistant).get(), hand, &handed).ok());
  Watch watch(api, api.sign_in("nguyen"));
  REQUIRE(watch.snapshot().size() == 2);
  v1::ReturnItemRequest back;
  back.set_item_id(id);
  back.set_assistant_id("perrin");
  back.set_reason("à revoir");
  v1::ReturnItemResponse returned;
  REQUIRE(stub->ReturnItem(RunningApi::with(delegated.doctor).get(), back, &returned).ok());
  const auto removed = watch.next();
  CHECK(removed.kind() == Response::KIND_REMOVED_FROM_VIEW);
  CHECK(removed.removed_item_id() == id);
}

TEST_CASE("a locum's watch ends with the replacement") {
  RunningApi api;
  api.facts.replaced("marchand", "2026-11-23", "2026-11-23T16:50");
  api.item("lr-1", Category::a_voir);
  Watch watch(api, api.sign_in("martin"));
  REQUIRE(watch.snapshot().size() == 2);
  api.clock.advance(std::chrono::minutes(5));
  api.server->wake_streams();
  const auto status = watch.end();
  CHECK(status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(detail_of(status).code() == "api.no-locum");
}

TEST_CASE("forty watches on two threads leave room for every other call") {
  ServerSettings settings;
  settings.threads = 2;
  RunningApi api(settings);
  const auto token = api.sign_in("marchand");
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < 40; ++i) watches.push_back(std::make_unique<Watch>(api, token));
  for (auto& watch : watches) watch->snapshot();
  const auto id = api.item("lr-1", Category::critique);
  v1::ListItemsResponse listed;
  REQUIRE(watches[0]->stub->ListItems(RunningApi::with(token).get(), {}, &listed).ok());
  CHECK(listed.items_size() == 1);
  for (auto& watch : watches) CHECK(watch->next().item().id() == id);
}

TEST_CASE("a host that stops ends its watches and waits for no reader") {
  RunningApi api;
  Watch watch(api, api.sign_in("marchand"));
  watch.snapshot();
  api.server->stop(std::chrono::milliseconds(0));
  CHECK_FALSE(watch.end().ok());
}

TEST_CASE("a client that goes away leaves nothing behind") {
  RunningApi api;
  const auto token = api.sign_in("marchand");
  for (int i = 0; i < 20; ++i) {
    Watch watch(api, token);
    if (i % 2 == 0) watch.snapshot();
    watch.context->TryCancel();
    CHECK_FALSE(watch.end().ok());
  }
  api.item("lr-1", Category::critique);
  api.server->wake_streams();
  Watch watch(api, token);
  CHECK(watch.snapshot().size() == 2);
}
