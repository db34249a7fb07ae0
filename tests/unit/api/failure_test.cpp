// SPDX-License-Identifier: Apache-2.0
#include "api/failure.h"

#include "api/rpc_status.h"

#include <catch2/catch.hpp>

using namespace relais;
using namespace relais::api;

TEST_CASE("a failure carries its stable code, its French sentence, its place and the call") {
  const auto status = to_status(Failure(Code::invalid_argument, "developer's detail", "taches[3].mode"), "c-7");
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(status.error_message() == std::string(french(Code::invalid_argument)));
  const auto detail = error_detail(status);
  CHECK(detail.code() == "relais.invalid-argument");
  CHECK(detail.place() == "taches[3].mode");
  CHECK(detail.call_id() == "c-7");
  CHECK_FALSE(detail.retry());
  CHECK(status.error_details().find("developer") == std::string::npos);
}

TEST_CASE("a refusal by a fiche carries the rule and who can unblock it") {
  Failure failure(Code::api_mandate, "R08");
  failure.rule = "R08";
  failure.sentence = "Le médecin ne l'a pas accordé.";
  failure.unblocked_by = "le Dr Marchand";
  const auto status = to_status(failure, "c-8");
  CHECK(status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(status.error_message() == "Le médecin ne l'a pas accordé.");
  CHECK(to_detail(failure, "c-8").unblocked_by() == "le Dr Marchand");
}

TEST_CASE("details that are not of Relais carry no code") {
  CHECK(error_detail(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone")).code().empty());
  CHECK(error_detail(grpc::Status(grpc::StatusCode::UNKNOWN, "other", "\xff\xff\xff")).code().empty());
  v1::ErrorDetail bare;
  bare.set_code("api.role");
  bare.set_place("taches[3].mode");
  CHECK(error_detail(grpc::Status(grpc::StatusCode::UNKNOWN, "bare", bare.SerializeAsString())).code().empty());
}

TEST_CASE("the details begin as a google.rpc.Status does") {
  const auto status = to_status(Failure(Code::not_found, "x"), "c-9");
  const auto& bytes = status.error_details();
  REQUIRE(bytes.size() > 4);
  CHECK(bytes[0] == 0x08);  // code, a number
  CHECK(bytes[1] == static_cast<char>(grpc::StatusCode::NOT_FOUND));
  CHECK(bytes[2] == 0x12);  // message, a text
  CHECK(bytes.find("type.googleapis.com/relais.v1.ErrorDetail") != std::string::npos);
}
