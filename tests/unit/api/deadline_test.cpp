// SPDX-License-Identifier: Apache-2.0
#include "api/deadline.h"

#include <catch2/catch.hpp>

using relais::api::check_deadline;
using TimePoint = std::chrono::system_clock::time_point;

TEST_CASE("a call before its deadline or without one is started") {
  CHECK(check_deadline(TimePoint::max(), TimePoint(std::chrono::hours{1})));
  CHECK(check_deadline(TimePoint(std::chrono::hours{2}), TimePoint(std::chrono::hours{1})));
}

TEST_CASE("a call at or after its deadline is not started") {
  CHECK_FALSE(check_deadline(TimePoint(std::chrono::hours{1}), TimePoint(std::chrono::hours{1})));
  CHECK(check_deadline(TimePoint{}, TimePoint(std::chrono::hours{1})).error().error.code == relais::Code::api_deadline);
}
