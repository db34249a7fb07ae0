// SPDX-License-Identifier: Apache-2.0
#include "domain/code_help.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

TEST_CASE("every stable code is explained and says what to do") {
  CHECK(relais::all_codes().size() > 200);
  for (const auto code : relais::all_codes()) {
    INFO(relais::stable_code(code));
    CHECK_FALSE(relais::area_of(code).empty());
    const auto advice = relais::what_to_do(code);
    REQUIRE(advice.size() > 10);
    CHECK(advice.back() == '.');
    CHECK(relais::find_code(relais::stable_code(code)) == code);
    const auto told = relais::explanation(code);
    for (const auto part : {relais::stable_code(code), relais::french(code), advice, relais::grpc_status_name(code)}) {
      CHECK(told.find(part) != std::string::npos);
    }
  }
}

TEST_CASE("a code has its own advice before that of its area") {
  CHECK(relais::what_to_do(relais::Code::store_full) == "Libérez de la place ; ce qui attendait est repris de lui-même.");
  CHECK(relais::what_to_do(relais::Code::store_reentrant).starts_with("Rien n'a été enregistré à moitié"));
}

TEST_CASE("statuses are those that gRPC spells and only passing ones invite to send again") {
  using relais::Code;
  CHECK(relais::grpc_status_name(Code::not_found) == "NOT_FOUND");
  CHECK(relais::grpc_status_name(Code::worklist_doctor_only) == "FAILED_PRECONDITION");
  CHECK(relais::may_retry(Code::api_busy));
  CHECK(relais::may_retry(Code::api_stopping));
  CHECK_FALSE(relais::may_retry(Code::api_mandate));
  const std::set<std::string_view> known{"INTERNAL", "INVALID_ARGUMENT", "NOT_FOUND", "UNAUTHENTICATED",
                                         "PERMISSION_DENIED", "UNIMPLEMENTED", "RESOURCE_EXHAUSTED",
                                         "DEADLINE_EXCEEDED", "UNAVAILABLE", "ALREADY_EXISTS", "ABORTED",
                                         "FAILED_PRECONDITION"};
  for (const auto code : relais::all_codes()) CHECK(known.contains(relais::grpc_status_name(code)));
}

TEST_CASE("a text that is no code is none") {
  for (const auto* const text : {"", "store", "store.", "store.full ", "STORE.FULL", "store.full\n"}) {
    CHECK_FALSE(relais::find_code(text).has_value());
  }
}
