// SPDX-License-Identifier: Apache-2.0
#include "app/golden_cases.h"

#include <catch2/catch.hpp>

#include "app/plugin_cases.h"

using namespace relais;
using namespace relais::app;

namespace {

constexpr const char* file = R"({"schema": "relais.cases/1", "cases": [
  {"id": "A", "now": "2026-03-20T16:05:00+01:00", "item": "cr-1", "settings": {"seuil": 2},
   "record": {"patient": {"birth_date": "1957-04-02", "sex": "F"},
     "reports": [{"id": "cr-1", "collected": "2026-03-01T07:30:00+01:00",
                  "results": [{"code": "2823-3", "value": 4.1, "unit": "mmol/L"}]},
                 {"id": "cr-0", "collected": "2026-02-01T07:30:00+01:00", "received": "2026-02-01T09:00:00+01:00"}],
     "long_term_conditions": [{"number": "8", "from": "2017-05-02", "until": "2027-05-01"}],
     "appointments": [{"start": "2026-03-21T09:00:00+01:00"}]},
   "expect": {"findings": [{"kind": "late", "category": "a_voir", "rules": ["R"], "says": "19 jours", "open": false}]}}]})";

plugins::Manifest manifest_of(std::vector<plugins::SliceKind> slice) {
  plugins::Manifest manifest;
  manifest.id = "essai";
  manifest.tasks = {"bio-triage", "bio-reception"};
  manifest.slice = std::move(slice);
  plugins::SettingDeclaration setting;
  setting.key = "seuil";
  setting.type = "number";
  setting.minimum = 1;
  setting.maximum = 3;
  setting.default_number = 1;
  manifest.settings.push_back(setting);
  return manifest;
}

worker::v1::Evaluation answer(const char* kind, v1::Category category, const char* rule, const char* text) {
  worker::v1::Evaluation made;
  auto& finding = *made.add_findings();
  finding.set_kind(kind);
  finding.set_title("titre");
  finding.set_category(category);
  auto& reason = *finding.add_reasons();
  reason.set_rule(rule);
  reason.set_text(text);
  return made;
}

std::string place_of_error(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  const auto read = read_golden_cases(text);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == Code::cases_invalid);
  return read.error().place + " " + read.error().detail;
}

}  // namespace

TEST_CASE("a golden case becomes the slice that its manifest declares and nothing more") {
  const auto cases = read_golden_cases(file);
  REQUIRE(cases.has_value());
  const auto practice = CasePractice::open();
  REQUIRE(practice.has_value());
  const auto all = golden_slice(**practice, cases->front(), 0,
                                manifest_of({{"patient", {}, {}}, {"lab_report", {}, 365}, {"observation", {}, {}},
                                             {"long_term_condition", {}, 36525}}));
  REQUIRE(all.has_value());
  CHECK(all->subject().item_id() == "cr-1");
  CHECK(all->today() == "2026-03-20");
  REQUIRE(all->reports_size() == 2);
  CHECK(all->reports(0).id() == "cr-1");
  CHECK(all->observations_size() == 1);
  CHECK(all->long_term_conditions_size() == 1);
  CHECK(all->appointments_size() == 0);
  REQUIRE(all->settings_size() == 1);
  CHECK(all->settings(0).number() == 2);
  const auto little = golden_slice(**practice, cases->front(), 1, manifest_of({{"lab_report", {}, {}}}));
  REQUIRE(little.has_value());
  CHECK(little->reports_size() == 1);
  CHECK(little->observations_size() == 0);
  CHECK_FALSE(little->has_patient());
}

TEST_CASE("a golden case is judged by kind and category and rule and words and nothing more is let pass") {
  const auto cases = golden_plugin_cases(file);
  REQUIRE(cases.has_value());
  const auto verdict = [&](const worker::v1::Evaluation& one) {
    return cases->front()->judge(std::span(&one, 1)).differences;
  };
  const auto right = answer("late", v1::CATEGORY_A_VOIR, "R", "reçu 19 jours après");
  CHECK(verdict(right).empty());
  CHECK_FALSE(verdict(answer("late", v1::CATEGORY_NORMAL, "R", "reçu 19 jours après")).empty());
  CHECK_FALSE(verdict(answer("late", v1::CATEGORY_A_VOIR, "S", "reçu 19 jours après")).empty());
  CHECK_FALSE(verdict(answer("late", v1::CATEGORY_A_VOIR, "R", "reçu 18 jours après")).empty());
  CHECK_FALSE(verdict(answer("other", v1::CATEGORY_A_VOIR, "R", "reçu 19 jours après")).empty());
  CHECK_FALSE(verdict({}).empty());
  auto more = right;
  more.add_findings()->set_kind("extra");
  CHECK_FALSE(verdict(more).empty());
  auto effect = right;
  effect.add_effects()->set_type("draft.x");
  CHECK_FALSE(verdict(effect).empty());
  worker::v1::Evaluation not_evaluated;
  not_evaluated.set_not_evaluated("plugin.exception");
  CHECK_FALSE(verdict(not_evaluated).empty());
}

TEST_CASE("what a case file says wrong is told with its place") {
  CHECK(place_of_error(file, "\"kind\": \"late\"", "\"knid\": \"late\"").find("cases[0].expect.findings[0]") == 0);
  CHECK(place_of_error(file, "\"a_voir\"", "\"urgent\"").find("unknown word urgent") != std::string::npos);
  CHECK(place_of_error(file, "\"item\": \"cr-1\"", "\"item\": \"cr-9\"").find("cases[0].item") == 0);
  CHECK(place_of_error(file, "2026-03-20T16:05:00+01:00", "2026-03-20 16:05").find("cases[0].now") == 0);
  CHECK(place_of_error(file, "\"sex\": \"F\"", "\"sex\": \"f\"").find("cases[0].record.patient.sex") == 0);
  CHECK(place_of_error(file, "\"record\"", "\"recrod\"").find("cases[0]") == 0);
  CHECK_FALSE(read_golden_cases("[]").has_value());
  CHECK_FALSE(read_golden_cases("{").has_value());
}

TEST_CASE("a setting that the manifest does not have or bound is refused") {
  auto cases = read_golden_cases(file);
  REQUIRE(cases.has_value());
  const auto practice = CasePractice::open();
  auto manifest = manifest_of({{"lab_report", {}, {}}});
  auto& one = cases->front();
  one.settings = {{"seuil", 9}};
  CHECK_FALSE(golden_slice(**practice, one, 0, manifest).has_value());
  one.settings = {{"autre", 1}};
  CHECK_FALSE(golden_slice(**practice, one, 1, manifest).has_value());
  one.settings.clear();
  one.task = "ald-renewal-alert";
  CHECK_FALSE(golden_slice(**practice, one, 2, manifest).has_value());
  one.task = "bio-reception";
  const auto slice = golden_slice(**practice, one, 3, manifest);
  REQUIRE(slice.has_value());
  CHECK(slice->subject().task_id() == "bio-reception");
}

TEST_CASE("a file of any known shape is read by its schema") {
  CHECK(read_plugin_cases(file).has_value());
  const auto unknown = read_plugin_cases(R"({"schema": "relais.cases/9", "cases": []})");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().detail.find("relais.cases/1") != std::string::npos);
}
