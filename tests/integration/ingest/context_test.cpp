// SPDX-License-Identifier: Apache-2.0
// FHIR, and the conditions and treatments of syntheses, from their bytes to the record and to words of context.
#include <algorithm>
#include <set>

#include "practice.h"
#include "records/context_map.h"
#include "unit/records/formats/fhir_samples.h"
#include "unit/records/formats/synthesis_samples.h"

namespace relais::records {
namespace {

using practice::InboundState;
using samples::Fhir;
using samples::Json;
using samples::Synthesis;

const worklist::Actor marchand{"marchand", worklist::Role::doctor, {}};

std::vector<v1::Condition> conditions(Office& office) {
  return office.read([&](soci::session& sql) {
    return SqlRecordReader(sql).conditions({"p-1", office.clock.now(), std::nullopt}).value().rows;
  });
}

std::vector<v1::MedicationStatement> treatments(Office& office) {
  return office.read([&](soci::session& sql) {
    return SqlRecordReader(sql).medications({"p-1", office.clock.now(), std::nullopt}).value().rows;
  });
}

std::vector<std::string> codes(Office& office) {
  std::vector<std::string> all;
  for (const auto& one : conditions(office)) all.push_back(one.code());
  std::sort(all.begin(), all.end());
  return all;
}

using Codes = std::vector<std::string>;

// The same synthesis, next version.
Synthesis version(int number, const std::string& problems) {
  Synthesis sample;
  sample.version = std::to_string(number);
  sample.problems = problems;
  return sample;
}

std::string with_id(Synthesis sample, const std::string& id) {
  auto text = sample.text();
  const std::string own = R"(<id root="1.2.3.4.1"/>)";
  text.replace(text.find(own), own.size(), R"(<id root=")" + id + R"("/>)");
  return text;
}

TEST_CASE("a synthesis brings conditions and treatments with their source and raises no item") {
  Office office;
  const auto receipt = office.receive(Synthesis().text());
  CHECK(receipt.message.state == InboundState::read);
  // What is true of the patient changed; there is no report to sort.
  const auto events = office.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == "patient.changed");
  REQUIRE(receipt.report_ids.size() == 1);
  const auto told = conditions(office);
  REQUIRE(told.size() == 1);
  CHECK(told[0].code() == "N18.3");
  CHECK(told[0].from() == "2019-08-11");
  CHECK(told[0].source_id() == receipt.report_ids[0]);
  CHECK(ContextMap::built_in().words_of_icd10(told[0].code()) == Codes{"irc"});
  const auto taken = treatments(office);
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].code() == "B01AA02");
  CHECK(ContextMap::built_in().words_of_atc(taken[0].code()) == Codes{"avk"});
}

TEST_CASE("the next version of a synthesis replaces what the former one told and an older one tells nothing") {
  Office office;
  office.receive(with_id(version(1, samples::problem(samples::icd10("N18.3")) + samples::problem(samples::icd10("I50"))), "1.1"));
  CHECK(codes(office) == Codes{"I50", "N18.3"});
  office.receive(with_id(version(3, samples::problem(samples::icd10("N18.4"))), "1.3"));
  CHECK(codes(office) == Codes{"N18.4"});
  CHECK(treatments(office).size() == 1);
  office.receive(with_id(version(2, samples::problem(samples::icd10("E11.9"))), "1.2"));
  CHECK(codes(office) == Codes{"N18.4"});
  // The same version in other bytes.
  office.receive(with_id(version(3, samples::problem(samples::icd10("N18.4"))), "1.3") + "\n");
  CHECK(codes(office) == Codes{"N18.4"});
}

TEST_CASE("what a synthesis told leaves with it and what it had replaced comes back") {
  Office office;
  office.receive(with_id(version(1, samples::problem(samples::icd10("N18.3"))), "1.1"));
  const auto second = office.report_id(with_id(version(2, samples::problem(samples::icd10("I50"))), "1.2"));
  CHECK(codes(office) == Codes{"I50"});
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, second, marchand, "erreur de patient"); });
  CHECK(codes(office) == Codes{"N18.3"});
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, second, "p-1", marchand); });
  CHECK(codes(office) == Codes{"I50"});
}

TEST_CASE("a synthesis of nobody tells nobody until a human attaches it") {
  Office office;
  Synthesis stranger;
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  const auto id = office.report_id(stranger.text());
  CHECK(conditions(office).empty());
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  CHECK(codes(office) == Codes{"N18.3"});
}

TEST_CASE("a FHIR bundle becomes a report of its patient with results and a chain of versions") {
  Office office;
  Fhir sample;
  const auto receipt = office.receive(sample.text());
  CHECK(receipt.message.state == InboundState::read);
  REQUIRE(receipt.report_ids.size() == 1);
  const auto id = receipt.report_ids[0];
  const auto report = office.report(id);
  CHECK(report.patient_id() == "p-1");
  CHECK(report.source_format() == "fhir");
  CHECK(report.status() == v1::REPORT_STATUS_FINAL);
  CHECK(report.laboratory() == "Labo des Deux Rives");
  CHECK(report.collected_ms() == 1'795'158'000'000);
  CHECK_FALSE(report.uncoded_content());
  const auto results = office.results(id);
  REQUIRE(results.size() == 1);
  CHECK(results[0].code() == "2823-3");
  CHECK(results[0].code_system() == "loinc");
  CHECK(results[0].value() == 4.1);
  CHECK(results[0].high() == 5.1);
  CHECK(results[0].flag() == "N");
  CHECK(office.events().size() == 1);

  sample.type = "message";  // the same words in another envelope
  CHECK(office.report_id(sample.text()) == id);
  CHECK(office.events().empty());
  sample.report["status"] = "corrected";
  sample.potassium["status"] = "corrected";
  sample.potassium["valueQuantity"]["value"] = 5.9;
  sample.potassium["interpretation"][0]["coding"][0]["code"] = "H";
  CHECK(office.report_id(sample.text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CORRECTED);
  CHECK(office.results(id).at(0).value() == 5.9);
  CHECK(office.results(id).at(0).status() == v1::OBSERVATION_STATUS_CORRECTED);
  CHECK(office.results(office.report(id).replaces_id()).at(0).value() == 4.1);
  sample.report["status"] = "entered-in-error";
  CHECK(office.report_id(sample.text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CANCELLED);
  CHECK(office.history("p-1").empty());
}

TEST_CASE("a FHIR report whose result is of somebody else stops for a human") {
  Office office;
  Fhir sample;
  auto other = sample.patient;
  other["id"] = "p2";
  sample.more = {other};
  sample.potassium["subject"]["reference"] = "Patient/p2";
  const auto receipt = office.receive(sample.text());
  CHECK(receipt.message.error_code == "identity.envelope-mismatch");
  CHECK(office.report(receipt.report_ids.at(0)).patient_id().empty());
}

TEST_CASE("a FHIR report without coded result must be read and a result without report becomes one") {
  Office office;
  Fhir sample;
  sample.report["result"] = Json::array();
  sample.report["presentedForm"] = {{{"contentType", "application/pdf"}, {"data", "JVBERi0xLjQ="}}};
  const auto receipt = office.receive(sample.text());
  REQUIRE(receipt.report_ids.size() == 2);
  CHECK(office.report(receipt.report_ids[0]).uncoded_content());
  CHECK(office.results(receipt.report_ids[0]).empty());
  CHECK(office.results(receipt.report_ids[1]).size() == 1);
  CHECK(office.report(receipt.report_ids[1]).patient_id() == "p-1");
}

TEST_CASE("conditions and treatments of a FHIR bundle stand in the record beside its report") {
  Office office;
  Fhir sample;
  sample.more = {Json::parse(R"({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p1"},
                                 "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I50.0"}], "text": "IC"},
                                 "onsetDateTime": "2021-05-04"})"),
                 Json::parse(R"({"resourceType": "MedicationStatement", "id": "m", "status": "active",
                                 "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept":
                                 {"coding": [{"system": "http://www.whocc.no/atc", "code": "C01AA05", "display": "digoxine"}]}})")};
  const auto receipt = office.receive(sample.text());
  REQUIRE(receipt.report_ids.size() == 2);
  std::multiset<std::string> kinds;
  for (const auto& event : office.events()) kinds.insert(event.kind);
  CHECK(kinds == std::multiset<std::string>{"lab_report.available", "patient.changed"});
  CHECK(codes(office) == Codes{"I50.0"});
  CHECK(conditions(office)[0].source_id() == receipt.report_ids[1]);
  CHECK(conditions(office)[0].from() == "2021-05-04");
  REQUIRE(treatments(office).size() == 1);
  CHECK(treatments(office)[0].code() == "C01AA05");
  CHECK(ContextMap::built_in().words_of_atc("C01AA05") == Codes{"digoxine"});
}

TEST_CASE("a FHIR coverage of an ALD stands in the record as what the caisse notified and leaves with its document") {
  Office office;
  Fhir sample;
  sample.report = sample.potassium = nullptr;
  auto right = Json::parse(R"({"resourceType": "Coverage", "id": "ald", "status": "active",
                               "beneficiary": {"reference": "Patient/p1"}, "payor": [{"display": "Caisse"}],
                               "period": {"start": "2017-05-02", "end": "2027-05-01"},
                               "class": [{"type": {"coding": [{"code": "ald"}]}, "value": "8", "name": "Diabète"}]})");
  auto other = right;
  other["id"] = "mutuelle";
  other["class"][0]["type"]["coding"][0]["code"] = "plan";
  auto ended = right;
  ended["id"] = "annule";
  ended["status"] = "cancelled";
  auto undated = right;
  undated["id"] = "sans-fin";
  undated["period"].erase("end");
  undated["class"][0]["value"] = "31";
  sample.more = {right, other, ended, undated};
  const auto id = office.report_id(sample.text());
  const auto rights = [&] {
    return office.read([&](soci::session& sql) {
      return SqlRecordReader(sql).long_term_conditions({"p-1", office.clock.now(), std::nullopt}).value().rows;
    });
  };
  const auto told = rights();
  REQUIRE(told.size() == 2);
  CHECK(told[0].number() == "8");
  CHECK(told[0].label() == "Diabète");
  CHECK(told[0].from() == "2017-05-02");
  CHECK(told[0].until() == "2027-05-01");
  CHECK(told[0].until_source() == "notified");
  CHECK(told[0].kind() == v1::LONG_TERM_CONDITION_KIND_LISTED);
  CHECK(told[0].source_id() == id);
  CHECK(told[1].until_source() == "unknown");
  CHECK(told[1].kind() == v1::LONG_TERM_CONDITION_KIND_UNLISTED);
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, id, marchand, "erreur de patient"); });
  CHECK(rights().empty());
}

TEST_CASE("results of a FHIR synthesis are history and make no report") {
  Office office;
  Fhir sample;
  sample.type = "document";
  sample.more = {Json::parse(R"({"resourceType": "Composition", "id": "comp",
                                 "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]}})")};
  CHECK(office.receive(sample.text()).report_ids.size() == 1);
  CHECK(office.events().empty());
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].history());
}

TEST_CASE("a FHIR file that holds nothing to read waits as unreadable") {
  Office office;
  const auto receipt = office.receive(R"({"resourceType": "Bundle", "type": "collection", "entry": []})");
  CHECK(receipt.message.state == InboundState::unreadable);
  CHECK(receipt.message.error_code == "ingest.fhir.nothing-read");
}

}  // namespace
}  // namespace relais::records
