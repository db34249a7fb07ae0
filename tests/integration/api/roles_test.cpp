// SPDX-License-Identifier: Apache-2.0
#include "running_api.h"

using namespace relais;
using namespace relais::api;

namespace {

struct Outcome {
  grpc::Status status;
  std::string code;  // stable code, empty when the call was answered
};

// Sends an empty request to any method, as any client could. A stream is cut after `patience`.
Outcome call(RunningApi& api, const std::string& path, const std::string& token, std::chrono::seconds patience) {
  grpc::GenericStub stub(api.channel());
  auto context = RunningApi::with(token);
  context->set_deadline(std::chrono::system_clock::now() + patience);
  grpc::CompletionQueue queue;
  const grpc::Slice empty("");
  const auto reader = stub.PrepareUnaryCall(context.get(), path, grpc::ByteBuffer(&empty, 1), &queue);
  reader->StartCall();
  grpc::ByteBuffer response;
  Outcome outcome;
  reader->Finish(&response, &outcome.status, &queue);
  void* tag = nullptr;
  bool ok = false;
  REQUIRE(queue.Next(&tag, &ok));
  if (!outcome.status.ok()) outcome.code = error_detail(outcome.status).code();
  return outcome;
}

}  // namespace

TEST_CASE("over a real socket every method answers exactly the roles that the contract names") {
  RunningApi api;
  const RoleTable table;
  for (const auto role : {v1::ROLE_DOCTOR, v1::ROLE_REPLACEMENT_DOCTOR, v1::ROLE_ASSISTANT, v1::ROLE_SECRETARY,
                          v1::ROLE_EDITOR, v1::ROLE_ADMINISTRATOR}) {
    const auto token = api.sign_in(RunningApi::account_of(role));
    for (const auto& [path, rule] : table.rules()) {
      if (rule.name == "IdentityService.SignOut") continue;  // last: it ends the token
      const bool open = rule.allow(role).has_value();
      const bool endless = rule.descriptor->server_streaming() && open;
      INFO(rule.name << " as " << v1::Role_Name(role));
      const auto outcome = call(api, path, token, std::chrono::seconds(endless ? 2 : 60));
      INFO(outcome.status.error_code() << " " << outcome.code);
      CHECK((outcome.code == "api.role") == !open);
      if (!open) CHECK(outcome.status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
      if (!rule.access.public_()) {
        CHECK(call(api, path, "", std::chrono::seconds(60)).code == "api.unauthenticated");
      }
    }
    CHECK(call(api, "/relais.v1.IdentityService/SignOut", token, std::chrono::seconds(60)).status.ok());
    CHECK(call(api, "/relais.v1.IdentityService/WhoAmI", token, std::chrono::seconds(60)).code ==
          "api.unauthenticated");
  }
}

TEST_CASE("every refusal for the role is in the ledger with the call's id") {
  RunningApi api;
  const auto token = api.sign_in("petit");
  const auto outcome = call(api, "/relais.v1.WorklistService/ListItems", token, std::chrono::seconds(60));
  REQUIRE(outcome.code == "api.role");
  const auto entries = api.ledger_of("WorklistService.ListItems");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].entry.actor == "petit");
  CHECK(entries[0].entry.error_code == "api.role");
  CHECK(entries[0].entry.call_id == detail_of(outcome.status).call_id());
}

TEST_CASE("an unknown method and bytes that are no request are refused with their codes") {
  RunningApi api;
  CHECK(call(api, "/relais.v1.WorklistService/Nothing", "", std::chrono::seconds(60)).code == "api.unknown-method");
  CHECK(call(api, "/relais.v2.WorklistService/ListItems", "", std::chrono::seconds(60)).code == "api.unknown-method");
  grpc::GenericStub stub(api.channel());
  auto context = RunningApi::with(api.sign_in("marchand"));
  grpc::CompletionQueue queue;
  const grpc::Slice garbage("\xff\xff\xff\xff");
  const auto reader = stub.PrepareUnaryCall(context.get(), "/relais.v1.WorklistService/ListItems",
                                            grpc::ByteBuffer(&garbage, 1), &queue);
  reader->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  reader->Finish(&response, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  REQUIRE(queue.Next(&tag, &ok));
  CHECK(detail_of(status).code() == "api.malformed-request");
}
