// SPDX-License-Identifier: Apache-2.0
// A code without a test of its own in this program fails here: each test starts with the code it is about.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "domain/reasons.h"
#include "domain/words.h"

namespace {

std::vector<std::string> tests() {
  std::vector<std::string> names;
  for (const auto& test : Catch::getRegistryHub().getTestCaseRegistry().getAllTests()) names.push_back(test.name);
  return names;
}

bool covered(const std::vector<std::string>& names, const std::string& code) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name.starts_with(code + " "); });
}

}  // namespace

TEST_CASE("every code of refusals warnings and signing has a test through the running host") {
  const std::vector<std::string> codes{
#define RELAIS_REFUSAL(identifier, name, french, unblock) #identifier,
#define RELAIS_WARNING(identifier, french, unblock) #identifier,
#define RELAIS_SIGNING(identifier, french, remedy) #identifier,
#include "domain/reasons.def"
#undef RELAIS_REFUSAL
#undef RELAIS_WARNING
#undef RELAIS_SIGNING
  };
  CHECK(codes.size() >= 38);
  const auto names = tests();
  for (const auto& code : codes) {
    INFO(code);
    CHECK(covered(names, code));
  }
}

TEST_CASE("every obligation and every fallback has a test through the running host") {
  const auto names = tests();
  std::vector<std::string> words;
  for (int i = 0; !relais::fiche::text(static_cast<relais::fiche::Obligation>(i)).empty(); ++i)
    words.emplace_back(relais::fiche::text(static_cast<relais::fiche::Obligation>(i)));
  CHECK(words.size() >= 4);
  for (const auto& [to, spelled] : relais::fiche::Words<relais::fiche::FallbackTo>::all)
    words.push_back("repli vers " + std::string(spelled));
  for (const auto& word : words) {
    INFO(word);
    CHECK(covered(names, word));
  }
}
