// SPDX-License-Identifier: Apache-2.0
#include "app/triage_cases.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "app/triage_case_kind.h"

using nlohmann::json;
using relais::app::read_triage_cases;
namespace v1 = relais::v1;

namespace {

json file_with(json one) {
  return {{"schema", "relais.triage.cases/1"}, {"cases", json::array({std::move(one)})}};
}

json good() {
  return json::parse(R"({
    "id": "A1", "title": "Potassium",
    "patient": {"match": "unique", "birth_date": "1957-04-02", "sex": "M", "conditions": ["irc"], "treatments": [],
                "pregnancy": {"weeks": 12}, "targets": {"INR": [2, null]},
                "known_abnormal": [{"analyte": "HB", "direction": "low", "set_by": "médecin", "until": "2026-12-31"}]},
    "history": [{"code": "2823-3", "label": "Potassium", "value": 4.1, "unit": "mmol/L",
                 "collected": "2026-01-10T07:30:00+01:00", "status": "final", "seen_by_doctor": false}],
    "report": {"format": "CDA", "status": "corrected", "collected": "2026-03-10T07:30:00+01:00",
               "received": "2026-03-10T16:05:00+01:00", "replaces": "X", "replaced_category": "normal",
               "replaced_seen": true, "pdf_only": false, "comment": "vu",
               "results": [{"code": "LOCAL-K", "label": "K", "type": "numeric", "comparator": "<", "value": 6.8,
                            "unit": "mmol/L", "low": 3.5, "high": 5.1, "flag": "HH", "status": "final",
                            "comment": "", "fasting": true}]},
    "expected": {"category": "critique", "rules": ["C-K"], "must_not": ["normal", "A3", "clos"], "must_show": "6,8",
                 "complete": true, "aki": {"result": "AKI 1", "ratio": 1.6, "rv": "RV2"}, "why": "x", "source": "y"}
  })");
}

relais::Result<std::vector<relais::app::TriageCase>> read(const json& one) {
  return read_triage_cases(file_with(one).dump(), {"irc"});
}

}  // namespace

TEST_CASE("a case is read whole") {
  const auto cases = read(good());
  REQUIRE(cases.has_value());
  REQUIRE(cases->size() == 1);
  const auto& one = cases->front();
  CHECK(one.patient.match == v1::IDENTITY_MATCH_UNIQUE);
  CHECK(one.patient.patient.traits().birth_date() == "1957-04-02");
  CHECK(one.patient.words == std::vector<std::string>{"irc"});
  CHECK(one.patient.pregnancy_weeks == 12);
  REQUIRE(one.patient.targets.size() == 1);
  CHECK(one.patient.targets[0].low() == 2);
  CHECK_FALSE(one.patient.targets[0].has_high());
  CHECK(one.patient.known_anomalies.at(0).direction() == v1::DIRECTION_LOW);
  CHECK_FALSE(one.history.at(0).seen);
  CHECK(one.history.at(0).observation.code_system() == "loinc");
  CHECK(one.report.status() == v1::REPORT_STATUS_CORRECTED);
  CHECK(one.report.replaced_category() == v1::CATEGORY_NORMAL);
  CHECK(one.results.at(0).code_system() == "local");
  CHECK(one.results.at(0).comparator() == v1::COMPARATOR_LT);
  CHECK(one.received.time_since_epoch().count() == 1773155100000);
  CHECK(one.expected.kidney->rule == "A1");
}

TEST_CASE("an earlier result that was not rendered has no value") {
  json one = good();
  one["history"][0]["value"] = nullptr;
  one["history"][0]["status"] = "aborted";
  const auto cases = read(one);
  REQUIRE(cases.has_value());
  CHECK_FALSE(cases->at(0).history.at(0).observation.has_value());
  one["history"][0].erase("value");
  CHECK_FALSE(read(one).has_value());
}

TEST_CASE("a key or a word outside the closed shape makes the file an error with its place") {
  const struct { const char* pointer; json value; const char* place; } faults[] = {
      {"/extra", 1, "cases[0]"},
      {"/patient/age", 3, "cases[0].patient"},
      {"/patient/match", "perhaps", "cases[0].patient.match"},
      {"/patient/sex", "X", "cases[0].patient.sex"},
      {"/patient/birth_date", "02/04/1957", "cases[0].patient.birth_date"},
      {"/patient/birth_date", "1957-02-30", "cases[0].patient.birth_date"},
      {"/patient/conditions/0", "rhume", "cases[0].patient.conditions[0]"},
      {"/patient/pregnancy/months", 3, "cases[0].patient.pregnancy"},
      {"/patient/targets/INR", json::array({2}), "cases[0].patient.targets.INR"},
      {"/patient/targets/inr", json::array({2, 3}), "cases[0].patient.targets.inr"},
      {"/patient/known_abnormal/0/direction", "up", "cases[0].patient.known_abnormal[0].direction"},
      {"/history/0/note", "x", "cases[0].history[0]"},
      {"/history/0/status", "lost", "cases[0].history[0].status"},
      {"/history/0/collected", "2026-01-10T07:30:00", "cases[0].history[0].collected"},
      {"/report/status", "draft", "cases[0].report.status"},
      {"/report/replaced_category", "urgent", "cases[0].report.replaced_category"},
      {"/report/received", "demain", "cases[0].report.received"},
      {"/report/results/0/type", "number", "cases[0].report.results[0].type"},
      {"/report/results/0/comparator", "<=", "cases[0].report.results[0].comparator"},
      {"/report/results/0/value", "6,8", "cases[0].report.results[0].value"},
      {"/report/results/0/status", "cancelled", "cases[0].report.results[0].status"},
      {"/report/results/0/flags", "H", "cases[0].report.results[0]"},
      {"/expected/category", "urgent", "cases[0].expected.category"},
      {"/expected/rules/0", "c-k", "cases[0].expected.rules[0]"},
      {"/expected/must_not/0", "ouvert", "cases[0].expected.must_not[0]"},
      {"/expected/aki/result", "AKI 4", "cases[0].expected.aki.result"},
      {"/expected/categorie", "normal", "cases[0].expected"}};
  for (const auto& fault : faults) {
    INFO(fault.pointer);
    json one = good();
    one[json::json_pointer(fault.pointer)] = fault.value;
    const auto cases = read(one);
    REQUIRE_FALSE(cases.has_value());
    CHECK(cases.error().code == relais::Code::cases_invalid);
    CHECK(cases.error().place == fault.place);
  }
}

TEST_CASE("a file of another shape or with another count or an id twice is refused") {
  json file = file_with(good());
  file["schema"] = "relais.triage.cases/2";
  CHECK_FALSE(read_triage_cases(file.dump(), {"irc"}).has_value());
  file = file_with(good());
  file["count"] = 2;
  CHECK_FALSE(read_triage_cases(file.dump(), {"irc"}).has_value());
  file = file_with(good());
  file["cases"].push_back(good());
  CHECK_FALSE(read_triage_cases(file.dump(), {"irc"}).has_value());
  CHECK_FALSE(read_triage_cases("[]", {"irc"}).has_value());
  CHECK_FALSE(read_triage_cases("{", {"irc"}).has_value());
}

namespace {

relais::worker::v1::Evaluation answer(v1::Category category, std::vector<std::pair<std::string, std::string>> reasons) {
  relais::worker::v1::Evaluation made;
  auto& finding = *made.add_findings();
  finding.set_category(category);
  for (const auto& [rule, text] : reasons) {
    auto& reason = *finding.add_reasons();
    reason.set_rule(rule);
    reason.set_text(text);
  }
  return made;
}

}  // namespace

TEST_CASE("an answer passes only when everything that is expected is in it") {
  using relais::app::differences;
  relais::app::CaseExpectation expected;
  expected.category = v1::CATEGORY_A_VOIR;
  expected.rules = {"F1"};
  expected.must_not = {"normal", "C-K"};
  expected.must_show = "6,8";
  const auto good_answer = answer(v1::CATEGORY_A_VOIR, {{"F1", "Potassium 6,8 mmol/L"}, {"F4", "autre"}});
  CHECK(differences(expected, good_answer).empty());
  CHECK(differences(expected, answer(v1::CATEGORY_CRITIQUE, {{"F1", "6,8"}})).size() == 1);
  CHECK(differences(expected, answer(v1::CATEGORY_A_VOIR, {{"F3", "6,8"}})).size() == 1);
  CHECK(differences(expected, answer(v1::CATEGORY_A_VOIR, {{"F1", "6,8"}, {"C-K", "x"}})).size() == 1);
  CHECK(differences(expected, answer(v1::CATEGORY_A_VOIR, {{"F1", "7,0"}})).size() == 1);
  CHECK(differences(expected, answer(v1::CATEGORY_NORMAL, {{"F1", "6,8"}})).size() == 2);
}

TEST_CASE("a subject that is not evaluated or has no finding never passes") {
  relais::app::CaseExpectation expected;
  expected.category = v1::CATEGORY_A_VOIR;
  relais::worker::v1::Evaluation none;
  CHECK(relais::app::differences(expected, none).size() == 1);
  none = answer(v1::CATEGORY_A_VOIR, {{"F1", "x"}});
  none.set_not_evaluated("plugin.exception");
  CHECK(relais::app::differences(expected, none).size() == 1);
}

TEST_CASE("an open item and the kidney algorithm are compared when they are expected") {
  using relais::app::differences;
  relais::app::CaseExpectation expected;
  expected.category = v1::CATEGORY_AUJOURDHUI;
  expected.complete = false;
  auto got = answer(v1::CATEGORY_AUJOURDHUI, {{"A1", "rapport 1,60 à la médiane"}});
  CHECK(differences(expected, got).size() == 1);
  got.mutable_findings(0)->set_open(true);
  CHECK(differences(expected, got).empty());
  expected.kidney = relais::app::ExpectedKidney{"A1", 1.6};
  CHECK(differences(expected, got).empty());
  expected.kidney->ratio = 1.7;
  CHECK(differences(expected, got).size() == 1);
  expected.kidney = relais::app::ExpectedKidney{"", 1.02};
  CHECK(differences(expected, got).size() == 1);
  expected.kidney = relais::app::ExpectedKidney{"A2", std::nullopt};
  CHECK(differences(expected, got).size() == 2);
}
