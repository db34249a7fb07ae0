// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "escalation_samples.h"

using namespace relais::escalation;
using namespace relais::escalation::samples;

namespace {

Judgement one(const std::string& rule, const Evaluated& evaluated, bool by_doctor = false) {
  const auto grammar = biology();
  const auto judged = judge({rule}, by_doctor, &grammar, evaluated);
  REQUIRE(judged.size() == 1);
  CHECK(judged.front().rule == rule);
  return judged.front();
}

Standing of(const std::string& rule, Measured result, std::vector<Measured> earlier = {}) {
  return one(rule, {{std::move(result)}, std::move(earlier)}).standing;
}

Measured bound(double value, Comparison comparator) {
  auto result = potassium(value);
  result.comparator = comparator;
  return result;
}

}  // namespace

TEST_CASE("a threshold is met on its value and beyond it") {
  CHECK(of("K >= 6.0 mmol/L", potassium(6.0)) == Standing::met);
  CHECK(of("K >= 6.0 mmol/L", potassium(5.99)) == Standing::not_met);
  CHECK(of("K > 6.0 mmol/L", potassium(6.0)) == Standing::not_met);
  CHECK(of("K <= 2.8 mmol/L", potassium(2.8)) == Standing::met);
  CHECK(of("K < 2.8 mmol/L", potassium(2.8)) == Standing::not_met);
  CHECK(of("K < 2.8 mmol/L", potassium(2.7)) == Standing::met);
  CHECK(of("Hb < 8 g/dL", potassium(2)) == Standing::not_met);
}

TEST_CASE("values are compared in one unit without an error of rounding") {
  CHECK(of("Hb < 8 g/dL", measured("718-7", 79, "g/L")) == Standing::met);
  CHECK(of("Hb < 8 g/dL", measured("718-7", 8, "g/dl")) == Standing::not_met);
  CHECK(of("Hb <= 80 g/L", measured("718-7", 8, "g/dL")) == Standing::met);
  CHECK(of("créatinine >= 88.4 µmol/L", measured("2160-0", 10, "mg/L")) == Standing::met);
  CHECK(of("créatinine > 88.4 µmol/L", measured("2160-0", 10, "mg/L")) == Standing::not_met);
  CHECK(of("HbA1c >= 8 %", measured("4548-4", 64, "mmol/mol")) == Standing::met);
  CHECK(of("HbA1c >= 8.1 %", measured("4548-4", 64, "mmol/mol")) == Standing::not_met);
  CHECK(of("INR > 5", measured("6301-6", 5.2, "")) == Standing::met);
}

TEST_CASE("an unknown unit or an unreadable value is left to the doctor") {
  CHECK(of("K >= 6.0 mmol/L", measured("2823-3", 4, "mg/dL")) == Standing::to_judge);
  CHECK(of("K >= 6.0 mmol/L", measured("2823-3", 4, "")) == Standing::to_judge);
  auto haemolysed = potassium(0);
  haemolysed.value.reset();
  haemolysed.numeric = false;
  haemolysed.text = "hémolysé";
  CHECK(of("K >= 6.0 mmol/L", haemolysed) == Standing::to_judge);
  CHECK(of("K >= 6.0 mmol/L", potassium(std::numeric_limits<double>::quiet_NaN())) == Standing::to_judge);
  CHECK(one("K >= 6.0 mmol/L", {{haemolysed}}).french.find("illisible") != std::string::npos);
  haemolysed.cancelled = true;
  CHECK(of("K >= 6.0 mmol/L", haemolysed) == Standing::not_met);
}

TEST_CASE("a bound meets a rule that all its values meet and leaves the doctor one that some may meet") {
  CHECK(of("K >= 6.0 mmol/L", bound(6.0, Comparison::gt)) == Standing::met);
  CHECK(of("K >= 6.0 mmol/L", bound(6.0, Comparison::ge)) == Standing::met);
  CHECK(of("K > 6.0 mmol/L", bound(6.0, Comparison::ge)) == Standing::to_judge);
  CHECK(of("K > 6.0 mmol/L", bound(6.0, Comparison::gt)) == Standing::met);
  CHECK(of("K >= 6.0 mmol/L", bound(5.5, Comparison::gt)) == Standing::to_judge);
  CHECK(of("K >= 6.0 mmol/L", bound(7.0, Comparison::lt)) == Standing::to_judge);
  CHECK(of("K >= 6.0 mmol/L", bound(6.0, Comparison::le)) == Standing::to_judge);
  CHECK(of("K >= 6.0 mmol/L", bound(6.0, Comparison::lt)) == Standing::not_met);
  CHECK(of("K <= 2.8 mmol/L", bound(2.5, Comparison::lt)) == Standing::met);
  CHECK(of("K <= 2.8 mmol/L", bound(3.0, Comparison::lt)) == Standing::to_judge);
  CHECK(of("K <= 2.8 mmol/L", bound(2.8, Comparison::ge)) == Standing::to_judge);
  CHECK(of("K <= 2.8 mmol/L", bound(2.8, Comparison::gt)) == Standing::not_met);
}

TEST_CASE("a change is read against the last earlier value") {
  const std::string rule = "créatinine +50 % vs dernière";
  CHECK(of(rule, creatinine(150), {creatinine(100, 500)}) == Standing::met);
  CHECK(of(rule, creatinine(149), {creatinine(100, 500)}) == Standing::not_met);
  CHECK(of(rule, creatinine(150), {creatinine(60, 400), creatinine(120, 500)}) == Standing::not_met);
  CHECK(of(rule, creatinine(150), {creatinine(120, 500), creatinine(60, 400)}) == Standing::not_met);
  CHECK(of("Hb -2 g/dL vs dernière", measured("718-7", 100, "g/L")) == Standing::to_judge);
  auto before = measured("718-7", 12, "g/dL");
  before.collected = relais::Instant{std::chrono::hours{10}};
  CHECK(of("Hb -2 g/dL vs dernière", measured("718-7", 100, "g/L"), {before}) == Standing::met);
  CHECK(of("Hb -2 g/dL vs dernière", measured("718-7", 101, "g/L"), {before}) == Standing::not_met);
}

TEST_CASE("a change that cannot be told is left to the doctor") {
  const std::string rule = "créatinine +50 % vs dernière";
  CHECK(of(rule, creatinine(80)) == Standing::to_judge);
  CHECK(of(rule, creatinine(80), {creatinine(100, 2000)}) == Standing::to_judge);
  CHECK(of(rule, creatinine(80), {potassium(4)}) == Standing::to_judge);
  auto undated = creatinine(80);
  undated.collected.reset();
  CHECK(of(rule, undated, {creatinine(80, 500)}) == Standing::to_judge);
  auto bounded = creatinine(10, 500);
  bounded.comparator = Comparison::lt;
  CHECK(of(rule, creatinine(80), {bounded}) == Standing::to_judge);
  auto cancelled = creatinine(10, 900);
  cancelled.cancelled = true;
  CHECK(of(rule, creatinine(80), {cancelled, creatinine(80, 500)}) == Standing::not_met);
}

TEST_CASE("positive needs a proof and so does not positive") {
  const std::string rule = "troponine positive";
  auto troponin = measured("67151-1", 40, "ng/L");
  CHECK(of(rule, troponin) == Standing::to_judge);
  troponin.high = 14;
  CHECK(of(rule, troponin) == Standing::met);
  troponin.value = 14;
  CHECK(of(rule, troponin) == Standing::not_met);
  troponin.comparator = Comparison::lt;
  CHECK(of(rule, troponin) == Standing::not_met);
  troponin.comparator = Comparison::gt;
  CHECK(of(rule, troponin) == Standing::met);
  troponin.comparator = Comparison::ge;
  CHECK(of(rule, troponin) == Standing::to_judge);
  Measured words = measured("67151-1", 0, "");
  words.numeric = false;
  words.value.reset();
  for (const auto& [text, standing] :
       {std::pair("Positive", Standing::met), std::pair("POSITIF", Standing::met), std::pair("Présence", Standing::met),
        std::pair("négative", Standing::not_met), std::pair("Non détecté", Standing::not_met),
        std::pair("à recontrôler", Standing::to_judge)}) {
    words.text = text;
    INFO(text);
    CHECK(of(rule, words) == standing);
  }
  words.text.clear();
  for (const auto& [flag, standing] : {std::pair("POS", Standing::met), std::pair("HH", Standing::met),
                                       std::pair("N", Standing::not_met), std::pair("NEG", Standing::not_met)}) {
    words.flag = flag;
    CHECK(of(rule, words) == standing);
  }
}

TEST_CASE("a result of a local coding counts by its label and a resemblance is left to the doctor") {
  auto local = potassium(6.4);
  local.loinc = false;
  local.code = "0342";
  local.label = "POTASSIUM";
  CHECK(of("K >= 6.0 mmol/L", local) == Standing::met);
  local.label = "Potassium (sérum)";
  CHECK(of("K >= 6.0 mmol/L", local) == Standing::to_judge);
  local.label = "Sodium";
  CHECK(of("K >= 6.0 mmol/L", local) == Standing::not_met);
  local.label = "Hémoglobine glyquée";
  CHECK(of("Hb < 8 g/dL", local) == Standing::to_judge);
  // Another LOINC code is another examination, whatever its label: potassium of urine.
  auto urine = potassium(60);
  urine.code = "2828-2";
  urine.label = "Potassium";
  CHECK(of("K >= 6.0 mmol/L", urine) == Standing::not_met);
}

TEST_CASE("the strongest of several results of one analyte counts and names its rows") {
  auto bad = potassium(4);
  bad.unit = "?";
  bad.id = "o-bad";
  auto high = potassium(6.4);
  high.id = "o-high";
  const auto judged = one("K >= 6.0 mmol/L", {{bad, high, potassium(4)}});
  CHECK(judged.standing == Standing::met);
  CHECK(judged.evidence == std::vector<std::string>{"o-high"});
  CHECK(judged.french.find("6.4") == std::string::npos);
}

TEST_CASE("a document with results that are not coded is never proof that a rule is not met") {
  Evaluated evaluated;
  CHECK(one("K >= 6.0 mmol/L", evaluated).standing == Standing::not_met);
  evaluated.uncoded = true;
  CHECK(one("K >= 6.0 mmol/L", evaluated).standing == Standing::to_judge);
  evaluated.results = {potassium(4)};
  CHECK(one("K >= 6.0 mmol/L", evaluated).standing == Standing::not_met);
  evaluated.readable = false;
  CHECK(one("K >= 6.0 mmol/L", evaluated).standing == Standing::to_judge);
}

TEST_CASE("a rule marked for the doctor is judged by the doctor unless it is met") {
  CHECK(one("K >= 6.0 mmol/L", {{potassium(4)}}, true).standing == Standing::to_judge);
  CHECK(one("K >= 6.0 mmol/L", {{potassium(6.4)}}, true).standing == Standing::met);
  CHECK(one("si le patient est fatigué", {{potassium(4)}}, true).standing == Standing::to_judge);
}

TEST_CASE("without a plugin or in a grammar that no longer understands it a rule is judged by the doctor") {
  const auto without = judge({"K >= 6.0 mmol/L"}, false, nullptr, {{potassium(4)}});
  REQUIRE(without.size() == 1);
  CHECK(without.front().standing == Standing::to_judge);
  CHECK(without.front().french.find("aucun plugin") != std::string::npos);
  CHECK(one("règle d'une autre version", {{potassium(4)}}).standing == Standing::to_judge);
}

TEST_CASE("words of a message are found in any order and spelling") {
  const auto grammar = messages();
  const auto standing = [&](const std::string& rule, const std::string& text) {
    Evaluated evaluated;
    evaluated.message = text;
    return judge({rule}, false, &grammar, evaluated).front().standing;
  };
  CHECK(standing("douleur thoracique", "Bonjour, j'ai des DOULEURS dans la cage thoracique") == Standing::met);
  CHECK(standing("nourrisson fièvre", "fievre à 39 chez un nourrisson") == Standing::met);
  CHECK(standing("idées noires", "une idée noire hier") == Standing::met);
  CHECK(standing("malaise", "un malaise ce matin") == Standing::met);
  CHECK(standing("douleur thoracique", "douleur au genou") == Standing::not_met);
  CHECK(judge({"malaise"}, false, &grammar, Evaluated{}).front().standing == Standing::to_judge);
}

TEST_CASE("earlier values are asked for only where a change is written") {
  const auto grammar = biology();
  CHECK(codes_of_changes({"K >= 6.0 mmol/L", "INR > 5", "?"}, grammar).empty());
  CHECK(codes_of_changes({"créatinine +50 % vs dernière"}, grammar) == std::vector<std::string>{"14682-9", "2160-0"});
}
