// SPDX-License-Identifier: Apache-2.0
#include "domain/error.h"

#include <catch2/catch.hpp>
#include <set>
#include <string_view>

namespace {
constexpr std::string_view all_stable[] = {
#define RELAIS_CODE(identifier, stable, french) stable,
#include "domain/codes.def"
#undef RELAIS_CODE
};
}  // namespace

TEST_CASE("every stable code is used once and starts with its area") {
  const std::set<std::string_view> unique(std::begin(all_stable), std::end(all_stable));
  CHECK(unique.size() == std::size(all_stable));
  for (const auto code : all_stable) CHECK(code.find('.') != std::string_view::npos);
}

TEST_CASE("a code has a French sentence that ends as a sentence") {
#define RELAIS_CODE(identifier, stable, text) CHECK(relais::french(relais::Code::identifier).back() == '.');
#include "domain/codes.def"
#undef RELAIS_CODE
}
