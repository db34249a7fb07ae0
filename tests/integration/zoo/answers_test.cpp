// SPDX-License-Identifier: Apache-2.0
// Beasts that lie: in their answers, in their number, about themselves.
#include <catch2/catch.hpp>

#include "practice.h"

namespace relais::plugins::test {
namespace {

void is_refused(const std::string& beast, const std::string& why) {
  Practice practice(any_kernel());
  const auto loaded = practice.load(beast);
  REQUIRE_FALSE(loaded.has_value());
  CHECK(practice.told("plugin.refused"));
  const auto state = practice.supervisor().state(beast);
  CHECK(state.status == PluginStatus::disabled);
  INFO(state.detail);
  CHECK(state.detail.find(why) != std::string::npos);
  CHECK(said(practice.evaluate(beast, {"a"}).front()) == "plugin.refused");
  practice.check_unharmed();
}

}  // namespace

TEST_CASE("garbage leaves its subject not evaluated and the others as they are") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-answers").has_value());
  const std::vector<std::pair<const char*, const char*>> deeds = {
      {"null", "plugin.garbage"},        {"bytes", "plugin.garbage"},       {"no-kind", "plugin.garbage"},
      {"null-text", "plugin.garbage"},   {"category", "plugin.garbage"},    {"level", "plugin.garbage"},
      {"rank", "plugin.garbage"},        {"no-reason", "plugin.garbage"},   {"null-reasons", "plugin.garbage"},
      {"stride", "plugin.garbage"},      {"no-size", "plugin.garbage"},     {"huge-size", "plugin.garbage"},
      {"reason-size", "plugin.garbage"}, {"code", "plugin.garbage"},        {"effect", "plugin.undeclared-effect"},
      {"throw", "plugin.exception"},     {"error", "plugin.error"},
#ifndef RELAIS_ADDRESS_SANITIZED
      // A status out of its enum ends a sanitized worker already inside the plugin: left out there.
      {"status", "plugin.error"},
#endif
      {"outsider", "plugin.out-of-subject"}};
  for (const auto& [deed, code] : deeds) {
    INFO(deed);
    CHECK(said(practice.evaluate_among_others("zoo-answers", deed)) == code);
    CHECK(practice.told(code, std::string("deed:") + deed));
  }
  practice.check_unharmed();
}

TEST_CASE("a plugin that speaks on the host's socket itself loses its worker and its subject") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-answers").has_value());
  const auto how = said(practice.evaluate_among_others("zoo-answers", "socket"));
  INFO(how);
  CHECK((how == "plugin.garbage" || how == "plugin.crashed" || how == "plugin.timeout"));
  CHECK(practice.told(how, "deed:socket"));
  practice.check_unharmed();
}

TEST_CASE("a flood of findings or reasons or text is refused for its subject alone") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-floods").has_value());
  for (const char* deed : {"findings", "reasons", "text"}) {
    INFO(deed);
    CHECK(said(practice.evaluate_among_others("zoo-floods", deed)) == "plugin.too-much");
    CHECK(practice.told("plugin.too-much", std::string("deed:") + deed));
  }
  practice.check_unharmed();
}

TEST_CASE("a flood of output leads nowhere and harms nothing") {
  Practice practice(any_kernel());
  REQUIRE(practice.load("zoo-floods").has_value());
  CHECK(said(practice.evaluate_among_others("zoo-floods", "output")) == "well");
  practice.check_unharmed();
}

TEST_CASE("a plugin that asks for another ABI than its manifest is refused") {
  is_refused("zoo-lies-about-abi", "2.0");
}

TEST_CASE("a plugin of another version than its manifest is refused") {
  is_refused("zoo-lies-about-version", "9.9.9");
}

TEST_CASE("a plugin that lies about its size is refused") { is_refused("zoo-lies-about-size", "bytes"); }

}  // namespace relais::plugins::test
