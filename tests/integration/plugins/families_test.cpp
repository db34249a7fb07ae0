// SPDX-License-Identifier: Apache-2.0
// Every family of rules is needed: taken out, some case of the plugin's own file fails.
#include <catch2/catch.hpp>
#include <sstream>

#include "app/package_finder.h"
#include "app/plugin_cases.h"
#include "app/text_file.h"
#include "shipped_worker.h"

namespace {

relais::app::PluginCases own_cases() {
  const auto text = relais::app::read_text_file(BIO_TRIAGE_SOURCE "/tests/cases.json");
  REQUIRE(text.has_value());
  auto cases = relais::app::read_plugin_cases(*text);
  REQUIRE(cases.has_value());
  return std::move(*cases);
}

// The exit code of the cases in this package.
int run(const relais::plugins::Package& package, std::string& printed) {
  std::ostringstream out;
  const int code = relais::app::run_plugin_cases(package, own_cases(), relais::test::in_worker, out);
  printed = out.str();
  return code;
}

relais::plugins::Package without(const std::string& family) {
  const auto package = relais::plugins::open_package(std::string(FAMILY_PACKAGES) + "/bio-sans-" + family);
  REQUIRE(package.has_value());
  return *package;
}

}  // namespace

TEST_CASE("the plugin's own cases pass in the shipped package") {
  const auto shipped = relais::app::find_package(BIO_TRIAGE_SOURCE, RELAIS_WORKER);
  REQUIRE(shipped.has_value());
  std::string printed;
  const int code = run(*shipped, printed);
  INFO(printed);
  CHECK(code == 0);
}

TEST_CASE("the cases pass when nothing is taken out") {
  std::string printed;
  const int code = run(without("rien"), printed);
  INFO(printed);
  CHECK(code == 0);
}

TEST_CASE("cases fail when any one family of rules is taken out") {
  for (const std::string family : {"i", "f", "c", "j", "a", "t", "x", "d"}) {
    INFO(family);
    std::string printed;
    CHECK(run(without(family), printed) == 1);
    // They fail on what the family says, not because nothing ran.
    CHECK(printed.find("ok  ") != std::string::npos);
    CHECK(printed.find("FAIL") != std::string::npos);
    CHECK(printed.find("non évalué") == std::string::npos);
  }
}
