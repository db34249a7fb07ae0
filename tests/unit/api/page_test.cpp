// SPDX-License-Identifier: Apache-2.0
#include "api/page.h"

#include <numeric>

#include "relais/v1/patient_record.pb.h"
#include "support/service_practice.h"

namespace relais::api {
namespace {

using test::call_by;
using test::outcome;

v1::ListReportsRequest request_for(const std::string& patient, const std::string& token = {}, int size = 2) {
  v1::ListReportsRequest request;
  request.set_patient_id(patient);
  request.mutable_page()->set_size(size);
  request.mutable_page()->set_token(token);
  return request;
}

TEST_CASE("pages of a list follow each other without gap or repetition") {
  const auto call = call_by("martin", v1::ROLE_DOCTOR);
  std::vector<int> all(5);
  std::iota(all.begin(), all.end(), 1);
  std::vector<int> seen;
  std::string token;
  int pages = 0;
  do {
    const auto page = read_page(call, request_for("pat-1", token));
    REQUIRE(page);
    token.clear();
    const auto rows = cut_page(*page, all, token);
    REQUIRE(rows);
    seen.insert(seen.end(), rows->begin(), rows->end());
    ++pages;
  } while (!token.empty() && pages < 10);
  CHECK(seen == all);
  CHECK(pages == 3);
}

TEST_CASE("a page token serves only the request and the caller it was given for") {
  const auto call = call_by("martin", v1::ROLE_DOCTOR);
  const auto page = read_page(call, request_for("pat-1"));
  REQUIRE(page);
  const auto token = page_token(*page, "2");
  CHECK(read_page(call, request_for("pat-1", token, 50)).value().cursor == "2");
  CHECK(outcome(read_page(call, request_for("pat-2", token))) == "relais.invalid-argument page.token");
  CHECK(outcome(read_page(call_by("durand", v1::ROLE_DOCTOR), request_for("pat-1", token))) ==
        "relais.invalid-argument page.token");
}

TEST_CASE("a token that Relais did not write is refused") {
  const auto call = call_by("martin", v1::ROLE_DOCTOR);
  for (const std::string token : {"2", "====", "AAAAAAAAAAAAAAAAAAAAAAAA", "é"}) {
    CHECK(outcome(read_page(call, request_for("pat-1", token))) == "relais.invalid-argument page.token");
  }
  auto page = read_page(call, request_for("pat-1")).value();
  page.cursor = "2; DROP";
  CHECK(outcome(number_cursor(page)) == "relais.invalid-argument page.token");
}

TEST_CASE("a page holds one to a thousand rows and a hundred when nothing is said") {
  const auto call = call_by("martin", v1::ROLE_DOCTOR);
  CHECK(read_page(call, request_for("pat-1", {}, 0)).value().size == 100);
  CHECK(read_page(call, request_for("pat-1", {}, 1000)).value().size == 1000);
  CHECK(outcome(read_page(call, request_for("pat-1", {}, 1001))) == "relais.invalid-argument page.size");
  CHECK(outcome(read_page(call, request_for("pat-1", {}, -1))) == "relais.invalid-argument page.size");
}

}  // namespace
}  // namespace relais::api
