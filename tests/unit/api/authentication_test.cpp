// SPDX-License-Identifier: Apache-2.0
#include "api/authentication.h"

#include <catch2/catch.hpp>

using relais::api::bearer_token;
using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

TEST_CASE("a bearer token is read from the authorization header") {
  CHECK(bearer_token(Metadata{{"authorization", "Bearer abc"}}) == "abc");
}

TEST_CASE("no header or another scheme gives no token") {
  CHECK(bearer_token(Metadata{}).empty());
  CHECK(bearer_token(Metadata{{"authorization", "Basic abc"}}).empty());
  CHECK(bearer_token(Metadata{{"authorization", "Bearer"}}).empty());
  CHECK(bearer_token(Metadata{{"x-authorization", "Bearer abc"}}).empty());
}

TEST_CASE("two headers give no token because nobody can say which one holds") {
  CHECK(bearer_token(Metadata{{"authorization", "Bearer abc"}, {"authorization", "Bearer def"}}).empty());
}
