// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "records/formats/cda.h"
#include "synthesis_samples.h"

using namespace relais::formats;
using samples::Synthesis;

namespace {

CdaDocument read(const Synthesis& sample) {
  const auto document = read_cda(sample.text());
  if (!document) FAIL(relais::stable_code(document.error().code));
  return *document;
}

}  // namespace

TEST_CASE("a synthesis tells conditions by ICD-10 and treatments by ATC with their dates") {
  const auto document = read({});
  REQUIRE(document.contexts.size() == 2);
  CHECK_FALSE(document.contexts[0].treatment);
  CHECK(document.contexts[0].code == "N18.3");
  CHECK(document.contexts[0].label == "Maladie N18.3");
  CHECK(document.contexts[0].from == "20190811");
  CHECK_FALSE(document.contexts[0].until);
  CHECK(document.contexts[1].treatment);
  CHECK(document.contexts[1].code == "B01AA02");
  CHECK(document.contexts[1].label == "COUMADINE 5mg");
  CHECK(document.contexts[1].from == "20200101");
  CHECK_FALSE(document.contexts[1].until);
}

TEST_CASE("a condition or treatment of another code system stays readable and is said uncoded") {
  Synthesis sample;
  sample.problems = samples::problem(R"(<value xsi:type="CD" code="T89" displayName="Diabète" codeSystem="2.16.840.1.113883.6.139"/>)");
  sample.treatments = samples::treatment(samples::product(""));
  const auto document = read(sample);
  REQUIRE(document.contexts.size() == 2);
  CHECK_FALSE(document.contexts[0].code);
  CHECK(document.contexts[0].label == "Diabète");
  CHECK(document.contexts[0].written->code == "T89");
  CHECK(document.contexts[1].written->code == "63245753");
  CHECK(has(document.anomalies, AnomalyCode::cda_condition_not_icd10));
  CHECK(has(document.anomalies, AnomalyCode::cda_treatment_not_atc));
}

TEST_CASE("a translation gives the code that the value does not") {
  Synthesis sample;
  sample.problems = samples::problem(R"(<value xsi:type="CD" code="709044004" codeSystem="2.16.840.1.113883.6.96" displayName="MRC">)"
                                     R"(<translation code="N18.9" codeSystem="2.16.840.1.113883.6.3"/></value>)");
  const auto document = read(sample);
  CHECK(document.contexts.at(0).code == "N18.9");
  CHECK_FALSE(document.contexts[0].written);
}

TEST_CASE("a condition without code has the words of the document") {
  Synthesis sample;
  sample.problems = samples::problem(R"(<value xsi:type="CD" nullFlavor="UNK"/>)");
  CHECK(read(sample).contexts.at(0).label == "Insuffisance rénale");
}

TEST_CASE("what is refuted planned or of another person is not told of the patient") {
  Synthesis sample;
  sample.problems = samples::problem(samples::icd10("I50"), "", R"(negationInd="true")");
  sample.treatments = samples::treatment(samples::product("C03CA01"), "INT") +
                      samples::treatment(samples::product("C09AA05"), "EVN", R"(negationInd="true")");
  auto document = read(sample);
  CHECK(document.contexts.empty());
  CHECK(has(document.anomalies, AnomalyCode::cda_context_negated));
  sample.problems = samples::problem(samples::icd10("E11.9"));
  const std::string act = R"(<act classCode="ACT" moodCode="EVN">)";
  sample.problems.insert(sample.problems.find(act) + act.size(),
                         R"(<subject><relatedSubject classCode="PRS"><code code="MTH"/></relatedSubject></subject>)");
  CHECK(read(sample).contexts.empty());
}

TEST_CASE("a section that tells only in words is said unread") {
  Synthesis sample;
  sample.problems.clear();
  CHECK(has(read(sample).anomalies, AnomalyCode::cda_context_unread));
}
