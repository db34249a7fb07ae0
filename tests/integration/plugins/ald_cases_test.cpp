// SPDX-License-Identifier: Apache-2.0
// Cases of rights that end through the whole of a practice: record, slice builder, sandboxed worker, shipped plugin.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/package_finder.h"
#include "app/plugin_cases.h"
#include "app/text_file.h"
#include "shipped_worker.h"

namespace {

using nlohmann::json;

int run(const json& file, std::string& printed) {
  INFO("the package is built by plugins/build.sh");
  const auto built = relais::app::find_package(ALD_EXPIRY_SOURCE, RELAIS_WORKER);
  REQUIRE(built.has_value());
  const auto cases = relais::app::read_plugin_cases(file.dump());
  REQUIRE(cases.has_value());
  std::ostringstream out;
  const int code = relais::app::run_plugin_cases(*built, *cases, relais::test::in_worker, out);
  printed = out.str();
  return code;
}

json one_case() {
  return {{"schema", "relais-ald-cases/1"},
          {"cases",
           {{{"id", "one"},
             {"code", "8"},
             {"period", "first"},
             {"start", "2018-03-12"},
             {"notified_end", "2026-03-11"},
             {"expect", {{"end", "2026-03-11"}, {"end_source", "notified"}, {"discrepancy_with", "2028-03-11"}}},
             {"checks", {{"2026-01-11", "DUE"}}}}}}};
}

}  // namespace

TEST_CASE("the plugin's own cases of rights pass in the shipped package") {
  const auto text = relais::app::read_text_file(ALD_EXPIRY_SOURCE "/tests/cases.json");
  REQUIRE(text.has_value());
  std::string printed;
  const int code = run(json::parse(*text), printed);
  INFO(printed);
  CHECK(code == 0);
  CHECK(printed.find("8 passed, 0 failed\n") != std::string::npos);
}

TEST_CASE("a case of a right fails when any one thing that it expects is not so") {
  std::string printed;
  REQUIRE(run(one_case(), printed) == 0);
  const auto spoilt = [&](const std::string& path, json value) {
    auto file = one_case();
    file[json::json_pointer("/cases/0" + path)] = std::move(value);
    const int code = run(file, printed);
    INFO(path << "\n" << printed);
    CHECK(code == 1);
    CHECK(printed.find("0 passed, 1 failed\n") != std::string::npos);
  };
  spoilt("/expect/end", "2026-03-12");
  spoilt("/expect/end_source", "estimated");
  spoilt("/expect/discrepancy_with", nullptr);
  spoilt("/expect/discrepancy_with", "2028-03-12");
  spoilt("/checks", {{"2026-01-10", "DUE"}});
  spoilt("/checks", {{"2026-01-11", "NONE"}});
  spoilt("/checks", {{"2026-01-11", "UNKNOWN"}});
}

TEST_CASE("a file of rights without a case passes nothing") {
  std::string printed;
  CHECK(run({{"schema", "relais-ald-cases/1"}, {"cases", json::array()}}, printed) == 1);
  CHECK(printed.ends_with("0 passed, 1 failed\n"));
}

TEST_CASE("a file of rights of another shape is refused whole") {
  const auto refused = [](const std::string& path, json value) {
    auto file = one_case();
    file[json::json_pointer(path)] = std::move(value);
    return !relais::app::read_plugin_cases(file.dump()).has_value();
  };
  CHECK_FALSE(refused("/cases/0/title", "fine"));
  CHECK(refused("/schema", "relais-ald-cases/2"));
  CHECK(refused("/schema", 1));
  CHECK(refused("/cases/0/stat", "2018-03-12"));
  CHECK(refused("/cases/0/start", "12/03/2018"));
  CHECK(refused("/cases/0/start", "2018-02-30"));
  CHECK(refused("/cases/0/period", "second"));
  CHECK(refused("/cases/0/checks/2026-01-12", "SOON"));
  CHECK(refused("/cases/0/checks/tomorrow", "DUE"));
  CHECK(refused("/cases/0/expect/end", nullptr));
  CHECK(refused("/cases/0/expect/why", "because"));
  CHECK(refused("/cases/1", one_case()["cases"][0]));  // id given twice
  CHECK_FALSE(relais::app::read_plugin_cases("{").has_value());
  CHECK_FALSE(relais::app::read_plugin_cases("[]").has_value());
  CHECK_FALSE(relais::app::read_plugin_cases("{}").has_value());
}
