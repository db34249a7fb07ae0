// SPDX-License-Identifier: Apache-2.0
#include "api/registry.h"

#include <catch2/catch.hpp>

#include "relais/v1/audit.pb.h"
#include "relais/v1/identity.pb.h"
#include "relais/v1/scheduling.pb.h"
#include "relais/v1/worklist.pb.h"

using namespace relais;
using namespace relais::api;

namespace {
Answer<v1::ClaimItemResponse> claim(Call&, const v1::ClaimItemRequest&) { return v1::ClaimItemResponse(); }
Answer<v1::Subject> subject(const Caller&, const v1::ClaimItemRequest&) { return v1::Subject(); }
Answer<v1::WhoAmIResponse> who(Call&, const v1::WhoAmIRequest&) { return v1::WhoAmIResponse(); }
}  // namespace

TEST_CASE("an empty registry misses every method of the contract") {
  const Registry registry;
  CHECK(registry.missing().size() == registry.roles().rules().size());
}

TEST_CASE("a method that asks for a mandate cannot be registered without a subject") {
  Registry registry;
  using Registration = v1::ClaimItemRequest;
  CHECK_THROWS_AS((registry.unary<Registration, v1::ClaimItemResponse>("WorklistService.ClaimItem", claim)),
                  std::logic_error);
  CHECK_NOTHROW((registry.unary<Registration, v1::ClaimItemResponse>("WorklistService.ClaimItem", claim, subject)));
}

TEST_CASE("a method is registered once with the contract's own types and kind") {
  Registry registry;
  registry.unary<v1::WhoAmIRequest, v1::WhoAmIResponse>("IdentityService.WhoAmI", who);
  CHECK_THROWS_AS((registry.unary<v1::WhoAmIRequest, v1::WhoAmIResponse>("IdentityService.WhoAmI", who)),
                  std::logic_error);
  CHECK_THROWS_AS((registry.unary<v1::WhoAmIRequest, v1::WhoAmIResponse>("IdentityService.SignOut", who)),
                  std::logic_error);
  CHECK_THROWS_AS((registry.unary<v1::WhoAmIRequest, v1::WhoAmIResponse>("IdentityService.Nothing", who)),
                  std::logic_error);
  CHECK_THROWS_AS((registry.unary<v1::ExportLedgerRequest, v1::ExportLedgerResponse>(
                      "AuditService.ExportLedger",
                      [](Call&, const v1::ExportLedgerRequest&) { return v1::ExportLedgerResponse(); })),
                  std::logic_error);
}

TEST_CASE("a method that is designed and not served answers so") {
  Registry registry;
  registry.not_served("SchedulingService.HoldSlot");
  const auto* method = registry.find("/relais.v1.SchedulingService/HoldSlot");
  REQUIRE(method != nullptr);
  Call call;
  const auto answer = method->unary(call, *method->new_request());
  REQUIRE_FALSE(answer);
  CHECK(status_code(answer.error().error.code) == grpc::StatusCode::UNIMPLEMENTED);
}
