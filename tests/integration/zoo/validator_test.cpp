// SPDX-License-Identifier: Apache-2.0
// The plugin validator against the zoo: each beast is caught by the check that names what it does, the sheep by none.
#include "app/kit/validator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "practice.h"

namespace relais::plugins::test {
namespace {

using app::ValidationResult;
using Verdict = ValidationResult::Verdict;

worker::v1::Slice deed_slice(const std::string& deed) {
  worker::v1::Slice slice;
  slice.mutable_subject()->set_item_id("deed:" + deed);
  slice.mutable_subject()->set_patient_id("patient");
  slice.mutable_subject()->set_doctor_id("dr-a");
  slice.mutable_subject()->set_task_id("bio-triage");
  slice.set_version(1);
  slice.set_today("2026-01-05");
  return slice;
}

// Every check's verdict on a beast that finds these deeds among the author's cases.
std::map<std::string, ValidationResult> validated(const std::string& beast, const std::vector<std::string>& deeds,
                                                  const std::string& only = {}, const std::string& at_load = {}) {
  Practice practice;
  static_cast<void>(practice.load(beast, at_load));
  const auto package = open_package(practice.folder() / "packages" / beast);
  REQUIRE(package.has_value());
  app::ValidationOptions options;
  options.worker = ZOO_WORKER;
  options.slices = 8;
  options.only = only;
  for (const auto& deed : deeds) options.author.push_back(deed_slice(deed));
  const auto results = app::validate_plugin(*package, options);
  REQUIRE(results.has_value());
  std::map<std::string, ValidationResult> by_name;
  for (const auto& result : *results) by_name[result.name] = result;
  practice.check_unharmed();
  return by_name;
}

struct Beast {
  const char* name;
  std::vector<std::string> deeds;
  const char* check;  // the one that names what it does
};

}  // namespace

TEST_CASE("each beast of the zoo is caught by the check that names what it does") {
  const std::vector<Beast> beasts{
      {"zoo-dies", {"abort"}, "survives"},
      {"zoo-dies", {"throw"}, "no-exception"},
      {"zoo-stalls", {"hang"}, "deadline"},
      {"zoo-stalls", {"spin"}, "deadline"},
#ifndef RELAIS_ADDRESS_SANITIZED
      {"zoo-hoards", {"private"}, "memory"},
#endif
      {"zoo-forks", {"fork"}, "no-forbidden-call"},
      {"zoo-connects", {"tcp"}, "no-forbidden-call"},
      {"zoo-writes", {"create"}, "no-forbidden-call"},
      {"zoo-hunts", {"kill"}, "no-forbidden-call"},
      {"zoo-pries", {"io-uring"}, "no-forbidden-call"},
      {"zoo-reads", {"database"}, "no-file"},
      {"zoo-answers", {"bytes"}, "well-formed"},
      {"zoo-answers", {"outsider"}, "within-batch"},
      {"zoo-answers", {"effect"}, "declared-effects"},
      {"zoo-floods", {"findings"}, "within-limits"},
      {"zoo-floods", {"logs"}, "declared-codes"},
      {"zoo-lies-about-abi", {}, "load-abi"},
      {"zoo-lies-about-version", {}, "load-identity"},
      {"zoo-lies-about-size", {}, "load-sizes"},
      {"zoo-dies-at-load", {}, "load"},
      {"zoo-dies-at-unload", {}, "unload"},
      {"zoo-remembers", {}, "hidden-state"},
  };
  for (const auto& beast : beasts) {
    INFO(beast.name << " by " << beast.check);
    const auto results = validated(beast.name, beast.deeds, beast.check);
    const auto& result = results.at(beast.check);
    INFO(result.detail);
    CHECK(result.verdict == Verdict::failed);
    CHECK_FALSE(result.detail.empty());
  }
}

TEST_CASE("a beast that misbehaves while it is loaded is caught by name") {
  const auto results = validated("zoo-forks", {}, "load-no-forbidden-call", "fork");
  CHECK(results.at("load-no-forbidden-call").verdict == Verdict::failed);
}

TEST_CASE("the sheep passes every check that can be made of it") {
  const auto results = validated("zoo-sheep", {});
  CHECK(results.size() == app::validation_names().size());
  for (const auto& [name, result] : results) {
    INFO(name << ": " << result.detail);
#ifdef RELAIS_ADDRESS_SANITIZED
    // The sanitizer's own runtime opens files and takes memory in the plugin's name.
    if (name == "no-file" || name == "memory") continue;
#endif
    CHECK(result.verdict != Verdict::failed);
  }
  CHECK(results.at("hidden-state").verdict == Verdict::passed);
#ifndef RELAIS_ADDRESS_SANITIZED
  CHECK(results.at("no-file").verdict == Verdict::passed);
#endif
  // It describes no rules and allocates nothing of its own.
  CHECK(results.at("declared-rules").verdict == Verdict::skipped);
}

TEST_CASE("a check that does not exist is refused and the same seed gives the same verdicts") {
  Practice practice;
  const auto package = open_package(practice.folder() / "packages" / "zoo-sheep");
  REQUIRE(package.has_value());
  app::ValidationOptions options;
  options.worker = ZOO_WORKER;
  options.only = "no-such-check";
  const auto none = app::validate_plugin(*package, options);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == Code::not_found);
  options.only = "fuzz-dates";
  const auto results = app::validate_plugin(*package, options);
  REQUIRE(results.has_value());
  REQUIRE(results->size() == 1);
  const auto json = app::results_as_json(*package, options, *results);
  CHECK(json.find("\"schema\": \"relais.validation/1\"") != std::string::npos);
  CHECK(json.find("\"passed\": 1") != std::string::npos);
  CHECK(app::exit_status(*results) == 0);
}

}  // namespace relais::plugins::test
