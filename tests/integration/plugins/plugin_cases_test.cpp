// SPDX-License-Identifier: Apache-2.0
// Cases through the whole of a practice: record, slice builder, sandboxed worker, shipped plugin.
#include "app/plugin_cases.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "app/package_finder.h"
#include "shipped_worker.h"

namespace {

// Fictitious patients; each case needs something that only the way through the record gives.
constexpr const char* cases_text = R"json({"schema": "relais.triage.cases/1", "cases": [
  {"id": "critical", "patient": {"match": "unique", "birth_date": "1957-04-02", "sex": "M"},
   "report": {"status": "final", "collected": "2026-03-10T07:30:00+01:00", "received": "2026-03-10T16:05:00+01:00",
     "results": [{"code": "2823-3", "label": "Potassium", "type": "numeric", "value": 6.8, "unit": "mmol/L", "flag": "HH"}]},
   "expected": {"category": "critique", "rules": ["C-K"], "must_show": "6,8 mmol/L"}},
  {"id": "context by code", "patient": {"match": "unique", "birth_date": "1957-04-02", "sex": "M", "conditions": ["irc"]},
   "report": {"status": "final", "collected": "2026-03-10T07:30:00+01:00", "received": "2026-03-10T16:05:00+01:00",
     "results": [{"code": "2823-3", "label": "Potassium", "type": "numeric", "value": 5.7, "unit": "mmol/L", "flag": "H"}]},
   "expected": {"category": "aujourdhui", "rules": ["X7"]}},
  {"id": "history", "patient": {"match": "unique", "birth_date": "1957-04-02", "sex": "M"},
   "history": [{"code": "14682-9", "label": "Créatinine", "value": 80, "unit": "umol/L", "collected": "2026-03-07T07:30:00+01:00"}],
   "report": {"status": "final", "collected": "2026-03-10T07:30:00+01:00", "received": "2026-03-10T16:05:00+01:00",
     "results": [{"code": "14682-9", "label": "Créatinine", "type": "numeric", "value": 172, "unit": "umol/L", "high": 104, "flag": "H"}]},
   "expected": {"category": "critique", "rules": ["A2"], "aki": {"result": "AKI 2", "ratio": 2.15}, "must_show": "80 µmol/L"}},
  {"id": "history of a patient not settled", "patient": {"match": "ambiguous", "birth_date": "1957-04-02", "sex": "M"},
   "history": [{"code": "14682-9", "label": "Créatinine", "value": 80, "unit": "umol/L", "collected": "2026-03-07T07:30:00+01:00"}],
   "report": {"status": "final", "collected": "2026-03-10T07:30:00+01:00", "received": "2026-03-10T16:05:00+01:00",
     "results": [{"code": "14682-9", "label": "Créatinine", "type": "numeric", "value": 172, "unit": "umol/L", "high": 104, "flag": "H"}]},
   "expected": {"category": "a_classer", "rules": ["I1", "F1"], "must_not": ["A2"]}},
  {"id": "target", "patient": {"match": "unique", "birth_date": "1957-04-02", "sex": "F", "treatments": ["avk"], "targets": {"INR": [2, 3]}},
   "report": {"status": "partial", "collected": "2026-03-10T07:30:00+01:00", "received": "2026-03-10T16:05:00+01:00",
     "results": [{"code": "6301-6", "label": "INR", "type": "numeric", "value": 2.4, "unit": "{ratio}", "flag": "H"}]},
   "expected": {"category": "normal", "rules": ["X4"], "complete": false}},
  {"id": "correction", "patient": {"match": "unique", "birth_date": "1957-04-02", "sex": "F"},
   "report": {"status": "corrected", "collected": "2026-03-10T07:30:00+01:00", "received": "2026-03-10T16:05:00+01:00",
     "replaces": "before", "replaced_category": "normal",
     "results": [{"code": "2951-2", "label": "Sodium", "type": "numeric", "value": 147, "unit": "mmol/L", "flag": "H"}]},
   "expected": {"category": "aujourdhui", "rules": ["I3"]}}]})json";

int run(const char* text, std::string& printed) {
  INFO("the package is built by plugins/build.sh");
  const auto built = relais::app::find_package(BIO_TRIAGE_SOURCE, RELAIS_WORKER);
  REQUIRE(built.has_value());
  const auto cases = relais::app::read_plugin_cases(text);
  REQUIRE(cases.has_value());
  std::ostringstream out;
  const int code = relais::app::run_plugin_cases(*built, *cases, relais::test::in_worker, out);
  printed = out.str();
  return code;
}

}  // namespace

TEST_CASE("cases become records and slices and are answered by the shipped plugin in its worker") {
  std::string printed;
  const int code = run(cases_text, printed);
  INFO(printed);
  CHECK(code == 0);
  CHECK(printed.ends_with("6 passed, 0 failed\n"));
}

TEST_CASE("one wrong expectation fails the run") {
  std::string text = cases_text;
  text.replace(text.find("\"category\": \"critique\""), 22, "\"category\": \"normal\"");
  std::string printed;
  CHECK(run(text.c_str(), printed) == 1);
  CHECK(printed.ends_with("5 passed, 1 failed\n"));
}

TEST_CASE("a file without cases is a failure that is counted") {
  std::string printed;
  CHECK(run(R"({"schema": "relais.triage.cases/1", "cases": []})", printed) == 1);
  CHECK(printed.ends_with("0 passed, 1 failed\n"));
}
