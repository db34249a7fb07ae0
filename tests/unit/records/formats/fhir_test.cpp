// SPDX-License-Identifier: Apache-2.0
#include "records/formats/fhir.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "fhir_samples.h"
#include "records/formats/detect.h"

using namespace relais::formats;
using samples::Fhir;
using samples::Json;

namespace {

FhirDocument read(const std::string& bytes) {
  const auto document = read_fhir(bytes);
  if (!document) FAIL(relais::stable_code(document.error().code) << " " << document.error().detail);
  return *document;
}

FhirReport report(const Fhir& sample) {
  const auto document = read(sample.text());
  REQUIRE(document.reports.size() == 1);
  return document.reports[0];
}

FhirObservation result(const Fhir& sample) {
  const auto one = report(sample);
  REQUIRE(one.observations.size() == 1);
  return one.observations[0];
}

// A value of the observation in place of its quantity.
Fhir with_value(const char* name, const Json& value) {
  Fhir sample;
  sample.potassium.erase("valueQuantity");
  sample.potassium.erase("interpretation");
  sample.potassium.erase("referenceRange");
  sample.potassium[name] = value;
  return sample;
}

bool met(const Fhir& sample, AnomalyCode code) { return has(report(sample).anomalies, code); }

relais::Code refused(const std::string& bytes) { return read_fhir(bytes).error().code; }

}  // namespace

TEST_CASE("a bundle gives the report its patient its laboratory and its results") {
  const auto document = read(Fhir().text());
  REQUIRE(document.reports.size() == 1);
  const auto& one = document.reports[0];
  CHECK(one.status == "final");
  CHECK(one.identifiers.at(0).joined() == "urn:lab:report|R-1");
  CHECK(one.order_ids == std::vector<std::string>{"urn:lab:order|F-1"});
  CHECK(one.laboratory == "Labo des Deux Rives");
  CHECK(one.laboratory_id == "urn:oid:1.2.250.1.71.4.2.2|1999999999");
  CHECK(one.collected == "20261120080000+0100");
  CHECK(one.issued == "20261120100000+0000");
  CHECK(one.anomalies.empty());
  const auto* patient = document.patient(one.patient);
  REQUIRE(patient != nullptr);
  CHECK(patient->ins_value == "279035121518989");
  CHECK(patient->ins_oid == "1.2.250.1.213.1.4.10");
  CHECK(patient->birth_family == "PAT-TROIS");
  CHECK(patient->birth_given_first == "DOMINIQUE");
  CHECK(patient->birth_given_all == "DOMINIQUE MARIE-LOUISE");
  CHECK(patient->birth_date == "1979-03-28");
  CHECK(patient->sex == "F");
  CHECK(patient->birth_place_insee == "51215");
  CHECK(patient->identifiers.at(0).joined() == "urn:lab|IPP7");
  const auto& k = one.observations.at(0);
  CHECK(k.kind == FhirValueKind::quantity);
  CHECK(k.value == "4.1");
  CHECK(k.unit == "mmol/L");
  CHECK(k.flags == std::vector<std::string>{"N"});
  REQUIRE(k.range);
  CHECK(k.range->low == "3.5");
  CHECK(k.range->high == "5.1");
}

TEST_CASE("a number stays as its sender wrote it") {
  auto text = Fhir().text();
  const std::string short_form = "\"value\": 4.1";
  REQUIRE(text.find(short_form) != std::string::npos);
  text.replace(text.find(short_form), short_form.size(), "\"value\": 4.10");
  CHECK(read(text).reports.at(0).observations.at(0).value == "4.10");
}

TEST_CASE("every kind of value is read or said unreadable") {
  const auto quantity = [](const char* name, const Json& value) {
    const auto r = result(with_value(name, value));
    CHECK(r.kind == FhirValueKind::quantity);
    return r;
  };
  const auto below = quantity("valueQuantity", {{"value", 0.01}, {"comparator", "<"}, {"unit", "mUI/l"}});
  CHECK(below.comparator == "<");
  CHECK(below.unit == "mUI/l");
  CHECK(quantity("valueInteger", 3).value == "3");
  CHECK(quantity("valueString", "<1.0 mg/L").comparator == "<");
  CHECK(quantity("valueRange", {{"high", {{"value", 5}, {"unit", "mg/L"}}}}).comparator == "<=");
  CHECK(quantity("valueRatio", {{"numerator", {{"value", 2.4}}}, {"denominator", {{"value", 1}}}}).value == "2.4");

  const auto text = [](const char* name, const Json& value) {
    const auto r = result(with_value(name, value));
    CHECK(r.kind == FhirValueKind::text);
    return r.value;
  };
  CHECK(text("valueString", "Absence de germe") == "Absence de germe");
  CHECK(text("valueString", "1/80") == "1/80");
  CHECK(text("valueBoolean", true) == "oui");
  CHECK(text("valueRange", {{"low", {{"value", 3}}}, {"high", {{"value", 5}}}}) == "3 - 5");
  CHECK(text("valueRatio", {{"numerator", {{"value", 1}}}, {"denominator", {{"value", 80}}}}) == "1 : 80");

  const auto coded = result(with_value("valueCodeableConcept", {{"coding", {{{"system", "http://snomed.info/sct"},
                                                                           {"code", "112283007"},
                                                                           {"display", "Escherichia coli"}}}}}));
  CHECK(coded.kind == FhirValueKind::coded);
  CHECK(coded.coded.code == "112283007");
  CHECK(coded.value == "Escherichia coli");
  CHECK(met(with_value("valueSampledData", {{"data", "1 2 3"}}), AnomalyCode::fhir_unread_value));
  CHECK(met(with_value("valueQuantity", {{"value", "quatre"}, {"unit", "mmol/L"}}), AnomalyCode::fhir_unread_value));
  CHECK(met(with_value("valueQuantity", {{"value", 4}}), AnomalyCode::fhir_number_without_unit));
  Fhir two;
  two.potassium["valueString"] = "quatre";
  CHECK(met(two, AnomalyCode::fhir_several_values));
  Fhir none;
  none.potassium.erase("valueQuantity");
  CHECK(met(none, AnomalyCode::fhir_no_value));
  none.potassium["dataAbsentReason"] = {{"coding", {{{"code", "error"}}}}};
  CHECK(result(none).absent_reason == "error");
  CHECK_FALSE(met(none, AnomalyCode::fhir_no_value));
}

TEST_CASE("components and members of a panel are results and the empty panel is none") {
  Fhir sample;
  sample.potassium.erase("valueQuantity");
  sample.potassium.erase("interpretation");
  sample.potassium["component"] = {
      {{"code", {{"coding", {{{"system", "http://loinc.org"}, {"code", "718-7"}}}}}}, {"valueQuantity", {{"value", 131}, {"unit", "g/L"}}}},
      {{"code", {{"coding", {{{"system", "http://loinc.org"}, {"code", "777-3"}}}}}}, {"valueQuantity", {{"value", 250}, {"unit", "G/L"}}}}};
  sample.potassium["hasMember"] = {{{"reference", "Observation/m"}}};
  auto member = Fhir().potassium;
  member["id"] = "m";
  member["hasMember"] = {{{"reference", "Observation/k"}}};  // a cycle
  sample.more = {member};
  const auto one = report(sample);
  REQUIRE(one.observations.size() == 3);
  CHECK(one.observations[0].code.codings.at(0).code == "718-7");
  CHECK(one.observations[1].value == "250");
  CHECK(one.observations[2].value == "4.1");
  CHECK(one.observations[2].patient == one.patient);
}

TEST_CASE("references lead through contained resources relative addresses and urns and a broken one is said") {
  Fhir sample;
  auto contained = sample.potassium;
  contained["subject"] = {{"reference", "#p"}};
  auto inside = sample.patient;
  inside["id"] = "p";
  contained["id"] = "o";
  sample.report["contained"] = {contained, inside};
  sample.report["result"] = {{{"reference", "#o"}}};
  sample.report["subject"] = {{"reference", "#p"}};
  sample.potassium = nullptr;
  sample.patient = nullptr;
  const auto document = read(sample.text());
  REQUIRE(document.reports.at(0).observations.size() == 1);
  CHECK_FALSE(document.reports[0].patient_differs);
  CHECK(document.patient(document.reports[0].patient)->birth_family == "PAT-TROIS");

  auto bundle = Fhir().bundle();
  bundle["entry"][1]["fullUrl"] = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
  bundle["entry"][0]["resource"]["subject"]["reference"] = "urn:uuid:0C3151BD-1CBF-4D64-B04D-CD9187A4C6E0";
  bundle["entry"][3]["resource"]["subject"]["reference"] = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
  bundle["entry"][3]["fullUrl"] = "https://labo.example/fhir/Observation/k";
  bundle["entry"][0]["resource"]["result"][0]["reference"] = "https://labo.example/fhir/Observation/k/_history/2";
  CHECK(read(bundle.dump()).reports.at(0).observations.size() == 1);
  CHECK_FALSE(read(bundle.dump()).reports.at(0).patient_differs);
  bundle["entry"][0]["resource"]["result"][0]["reference"] = "https://elsewhere.example/fhir/Observation/k";
  const auto broken = read(bundle.dump());
  CHECK(broken.reports.at(0).observations.empty());
  CHECK(has(broken.reports[0].anomalies, AnomalyCode::fhir_unresolved_reference));
  CHECK(broken.loose_observations.size() == 1);
}

TEST_CASE("a result of another patient than its report is said") {
  Fhir sample;
  auto other = sample.patient;
  other["id"] = "p2";
  sample.more = {other};
  sample.potassium["subject"]["reference"] = "Patient/p2";
  CHECK(report(sample).patient_differs);
  CHECK(met(sample, AnomalyCode::fhir_patient_differs));
  Fhir nobody;
  nobody.report.erase("subject");
  CHECK(met(nobody, AnomalyCode::fhir_no_patient));
}

TEST_CASE("a patient named by number alone has a number and no traits") {
  Fhir sample;
  sample.report["subject"] = {{"identifier", {{"system", "urn:oid:1.2.250.1.213.1.4.10"}, {"value", "279035121518989"}}}};
  const auto document = read(sample.text());
  const auto* patient = document.patient(document.reports.at(0).patient);
  REQUIRE(patient != nullptr);
  CHECK(patient->ins_value == "279035121518989");
  CHECK(patient->birth_family.empty());
  CHECK(document.reports[0].patient_differs);
}

TEST_CASE("names of no stated use are no names of birth and partial dates no dates") {
  Fhir sample;
  sample.patient["name"] = {{{"family", "PAT-TROIS"}, {"given", {"DOMINIQUE"}}}};
  sample.patient["birthDate"] = "1979-03";
  const auto document = read(sample.text());
  const auto* patient = document.patient(document.reports.at(0).patient);
  CHECK(patient->birth_family.empty());
  CHECK(patient->used_family == "PAT-TROIS");
  CHECK(patient->birth_date.empty());
  CHECK(has(document.reports[0].anomalies, AnomalyCode::fhir_partial_date));
  CHECK(has(document.reports[0].anomalies, AnomalyCode::fhir_incomplete_traits));
}

TEST_CASE("ranges apply when there is one in the unit of the result") {
  Fhir sample;
  sample.potassium["referenceRange"][0]["low"]["unit"] = "mEq/L";
  CHECK(met(sample, AnomalyCode::fhir_range_unit_differs));
  sample = Fhir();
  sample.potassium["referenceRange"].push_back({{"low", {{"value", 3}, {"unit", "mmol/L"}}}});
  CHECK(met(sample, AnomalyCode::fhir_several_ranges));
  CHECK_FALSE(result(sample).range);
  sample.potassium["referenceRange"][1]["type"] = {{"coding", {{{"code", "therapeutic"}}}}};
  REQUIRE(result(sample).range);
  CHECK(result(sample).range->low == "3.5");
  sample = Fhir();
  sample.potassium["referenceRange"] = {{{"text", "3,5 - 5,1"}}};
  CHECK(result(sample).range->low == "3,5");
  sample.potassium["valueQuantity"]["value"] = 6.8;
  CHECK(met(sample, AnomalyCode::fhir_flag_contradicts_range));
  sample = Fhir();
  sample.potassium["interpretation"] = {{{"coding", {{{"code", "ZZ"}}}}}};
  CHECK(met(sample, AnomalyCode::fhir_unknown_flag));
}

TEST_CASE("attachments are decoded or said unreadable") {
  Fhir sample;
  const auto form = [&](const Json& attachment) { sample.report["presentedForm"] = {attachment}; };
  form({{"contentType", "application/pdf"}, {"data", "JVBERi0xLjQ="}});
  CHECK(report(sample).attachments.at(0).bytes == "%PDF-1.4");
  form({{"contentType", "application/pdf"}, {"data", "Ym9uam91cg=="}});
  CHECK(met(sample, AnomalyCode::fhir_media_type_mismatch));
  form({{"contentType", "application/pdf"}, {"data", "*"}});
  CHECK(met(sample, AnomalyCode::fhir_unreadable_attachment));
  form({{"contentType", "application/pdf"}, {"url", "https://labo.example/r1.pdf"}});
  CHECK(met(sample, AnomalyCode::fhir_attachment_by_link));
}

TEST_CASE("the narrative loses its tags and keeps its words") {
  Fhir sample;
  sample.report["text"] = {{"status", "generated"}, {"div", "<div xmlns=\"x\"><p>Kaliémie</p><table><tr><td>4,1</td><td>&lt; <b>5,1</b></td></tr></table></div>"}};
  CHECK(report(sample).narrative == "Kaliémie\n4,1 < 5,1");
}

TEST_CASE("conditions and treatments are told with their code or said uncoded and refuted ones are left out") {
  Fhir sample;
  const auto condition = [](const char* id, const char* system, const char* code) {
    return Json{{"resourceType", "Condition"}, {"id", id}, {"subject", {{"reference", "Patient/p1"}}},
                {"code", {{"coding", {{{"system", system}, {"code", code}}}}, {"text", "Maladie"}}}, {"onsetDateTime", "2019-08-11"}};
  };
  auto refuted = condition("c3", "http://hl7.org/fhir/sid/icd-10", "I50");
  refuted["verificationStatus"] = {{"coding", {{{"code", "refuted"}}}}};
  auto over = condition("c4", "http://hl7.org/fhir/sid/icd-10", "N10");
  over["abatementDateTime"] = "2019-09-01";
  Json treatment = {{"resourceType", "MedicationStatement"}, {"id", "m1"}, {"status", "active"},
                    {"subject", {{"reference", "Patient/p1"}}}, {"medicationReference", {{"reference", "Medication/x"}}},
                    {"effectivePeriod", {{"start", "2020-01-01"}}}};
  const Json medication = {{"resourceType", "Medication"}, {"id", "x"},
                           {"code", {{"coding", {{{"system", "http://www.whocc.no/atc"}, {"code", "B01AA03"}}}}}}};
  auto stopped = treatment;
  stopped["id"] = "m2";
  stopped["status"] = "not-taken";
  sample.more = {condition("c1", "http://hl7.org/fhir/sid/icd-10", "N18.3"), condition("c2", "http://snomed.info/sct", "709044004"),
                 refuted, over, treatment, medication, stopped};
  const auto document = read(sample.text());
  REQUIRE(document.contexts.size() == 4);
  CHECK(document.contexts[0].code == "N18.3");
  CHECK(document.contexts[0].from == "2019-08-11");
  CHECK(document.contexts[1].code.empty());
  CHECK(document.contexts[1].written_code == "http://snomed.info/sct|709044004");
  CHECK(document.contexts[1].label == "Maladie");
  CHECK(document.contexts[2].until == "2019-09-01");
  CHECK(document.contexts[3].treatment);
  CHECK(document.contexts[3].code == "B01AA03");
  CHECK(has(document.anomalies, AnomalyCode::fhir_condition_not_icd10));
  CHECK(std::count_if(document.anomalies.begin(), document.anomalies.end(),
                      [](const auto& one) { return one.code == AnomalyCode::fhir_context_refuted; }) == 2);
}

TEST_CASE("what is not read is said and what is asked for is not done") {
  auto bundle = Fhir().bundle();
  bundle["entry"].push_back({{"request", {{"method", "DELETE"}, {"url", "Observation/k"}}}});
  bundle["entry"].push_back({{"resource", {{"resourceType", "AllergyIntolerance"}, {"id", "a"}}}});
  bundle["entry"].push_back({{"resource", {{"resourceType", "Patient"}, {"id", "p1"}}}});
  bundle["entry"].push_back({{"resource", {{"id", "no type"}}}});
  const auto document = read(bundle.dump());
  for (const auto code : {AnomalyCode::fhir_unread_request, AnomalyCode::fhir_unread_resource,
                          AnomalyCode::fhir_duplicate_resource, AnomalyCode::fhir_wrong_type}) {
    INFO(stable_code(code));
    CHECK(has(document.anomalies, code));
  }
  CHECK(document.reports.at(0).observations.size() == 1);
}

TEST_CASE("a document that is no laboratory report tells history and a search finds history outside its reports") {
  Fhir sample;
  sample.type = "document";
  sample.more = {Json{{"resourceType", "Composition"}, {"type", {{"coding", {{{"system", "http://loinc.org"}, {"code", "60591-5"}}}}}}}};
  CHECK(read(sample.text()).tells_history());
  sample.more[0]["type"]["coding"][0]["code"] = "11502-2";
  CHECK_FALSE(read(sample.text()).tells_history());
  sample.type = "searchset";
  CHECK_FALSE(read(sample.text()).tells_history());
  CHECK(read(sample.text()).loose_is_history());
}

TEST_CASE("a resource alone is read like one in a bundle") {
  const auto document = read(Fhir().potassium.dump());
  CHECK(document.loose_observations.size() == 1);
  CHECK(has(document.anomalies, AnomalyCode::fhir_loose_observation));
}

TEST_CASE("what is no FHIR that can be read is refused with its reason") {
  CHECK(refused("{") == relais::Code::ingest_fhir_malformed);
  CHECK(refused("[1]") == relais::Code::ingest_fhir_malformed);
  CHECK(refused(R"({"resourceType":"Claim"})") == relais::Code::ingest_fhir_unsupported_type);
  CHECK(refused(R"({"resourceType":"Bundle","entry":[]})") == relais::Code::ingest_fhir_nothing_read);
  CHECK(refused(std::string(200'000, '[')) == relais::Code::ingest_fhir_too_complex);
  CHECK(refused(std::string(33 * 1024 * 1024, ' ')) == relais::Code::ingest_too_large);
}

TEST_CASE("hostile shapes are read without harm") {
  for (const char* text : {R"({"resourceType":"DiagnosticReport","result":"x","subject":[],"identifier":{"value":{}},"status":7})",
                           R"({"resourceType":"Observation","component":[[]],"value":1,"valueQuantity":[],"code":3,"hasMember":[{"reference":"#"}]})",
                           R"({"resourceType":"Bundle","entry":[1,null,{"resource":[]},{"resource":{"resourceType":"Condition","code":[]}}]})",
                           R"({"resourceType":"Condition","subject":{"reference":"#"},"contained":[{"id":""}]})"}) {
    INFO(text);
    (void)read_fhir(text);
  }
  SUCCEED();
}

TEST_CASE("FHIR is told from other JSON by its resource type") {
  CHECK(detect(Fhir().text()).format == Format::fhir);
  CHECK(detect(R"({"a": 1})").format == Format::unknown);
  CHECK(detect(R"(<Bundle xmlns="http://hl7.org/fhir"/>)").reason.find("JSON") != std::string::npos);
}
