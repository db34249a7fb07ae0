// SPDX-License-Identifier: Apache-2.0
// HPRIM files from their bytes to the record: identity, additions, corrections, cancellations.
#include <algorithm>

#include "practice.h"
#include "unit/records/formats/hprim_samples.h"

namespace relais::records {
namespace {

using practice::InboundState;
using samples::Medecin;
using samples::Sante;

const worklist::Actor marchand{"marchand", worklist::Role::doctor, {}};

// A human has given one report of this laboratory to the file.
void accept(Office& office, const std::string& report_id) {
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, report_id, "p-1", marchand); });
}

bool told(const v1::LabReport& report, const std::string& code) {
  return std::any_of(report.anomalies().begin(), report.anomalies().end(), [&](const auto& one) { return one.code() == code; });
}

TEST_CASE("a file of HPRIM Médecin waits for a human once and is attached on traits afterwards") {
  Office office;
  const auto first = office.receive(Medecin().text());
  CHECK(first.message.state == InboundState::a_rattacher);
  CHECK(first.message.error_code == "identity.no-ins");
  REQUIRE(office.queue().size() == 1);
  CHECK(office.queue()[0].candidates == std::vector<std::string>{"p-1"});
  const auto report = office.report(first.report_ids.at(0));
  CHECK(report.source_format() == "hprim");
  CHECK(report.laboratory() == "LABO DES DEUX RIVES");
  CHECK(report.narrative() == "Potassium 4,1 mmol/l (3,5 - 5,1)");
  CHECK(report.written_ins().value().empty());
  const auto results = office.results(report.id());
  REQUIRE(results.size() == 1);
  CHECK(results[0].code() == "K");
  CHECK(results[0].code_system() == "local");
  CHECK(results[0].value() == 4.1);
  CHECK(results[0].low() == 3.5);
  CHECK(results[0].high() == 5.1);
  CHECK(results[0].flag() == "N");
  accept(office, report.id());
  Medecin next;
  next.header[8] = "D-2";
  next.header[9] = "21/11/2026";
  const auto second = office.receive(next.text());
  CHECK(second.message.state == InboundState::read);
  CHECK(office.report(second.report_ids.at(0)).patient_id() == "p-1");
}

TEST_CASE("several patients of one file are as many reports with an event each") {
  Office office;
  Medecin first, second;
  first.end = "****FIN****\r\n";
  second.header[1] = "ESSAI-BERNARDOT";
  second.header[7] = "";
  second.header[8] = "D-2";
  second.block = {"RES|Potassium|K|N|6.8|mmol/l|3.5|5.1|HH|F"};
  const auto receipt = office.receive(first.text() + second.text());
  REQUIRE(receipt.report_ids.size() == 2);
  CHECK(office.events().size() == 2);
  CHECK(office.report(receipt.report_ids[0]).written_traits().birth_family() == "PAT-TROIS");
  CHECK(office.report(receipt.report_ids[1]).written_traits().birth_family() == "ESSAI-BERNARDOT");
  CHECK(office.results(receipt.report_ids[1]).at(0).flag() == "HH");
  accept(office, receipt.report_ids[0]);
  CHECK(office.history("p-1").size() == 1);
}

TEST_CASE("the same file number again is a duplicate with the same words and a correction with others") {
  Office office;
  const auto first = office.report_id(Medecin().text());
  accept(office, first);
  office.events();
  auto again = Medecin();
  again.header[11] = "DR NGUYEN";
  CHECK(office.report_id(again.text()) == first);
  CHECK(office.events().empty());
  auto corrected = Medecin();
  corrected.text_lines = {"Potassium 5,9 mmol/l (3,5 - 5,1)"};
  corrected.block = {"RES|Potassium|K|N|5.9|mmol/l|3.5|5.1|H|C"};
  CHECK(office.report_id(corrected.text()) == first);
  CHECK(office.events().size() == 1);
  const auto report = office.report(first);
  CHECK(report.status() == v1::REPORT_STATUS_CORRECTED);
  CHECK_FALSE(report.replaces_id().empty());
  CHECK(office.results(first).at(0).value() == 5.9);
  CHECK(office.results(report.replaces_id()).at(0).value() == 4.1);
}

TEST_CASE("the same file number of another patient or day is another report") {
  Office office;
  const auto first = office.report_id(Medecin().text());
  auto other = Medecin();
  other.header[2] = "CLAIRE";
  CHECK(office.report_id(other.text()) != first);
  auto later = Medecin();
  later.header[9] = "22/11/2026";
  CHECK(office.report_id(later.text()) != first);
}

TEST_CASE("a year of two digits names candidates and attaches nothing") {
  Office office;
  accept(office, office.report_id(Medecin().text()));
  Medecin sample;
  sample.header[6] = "28/03/79";
  sample.header[8] = "D-9";
  const auto receipt = office.receive(sample.text());
  CHECK(receipt.message.state == InboundState::a_rattacher);
  const auto report = office.report(receipt.report_ids.at(0));
  CHECK(report.written_traits().birth_date().empty());
  REQUIRE(report.birth_date_candidates_size() == 1);
  CHECK(report.birth_date_candidates(0) == "1979-03-28");
  CHECK(office.queue().at(0).candidates == std::vector<std::string>{"p-1"});
}

TEST_CASE("a social security number of another birth stops the attachment on traits") {
  Office office;
  accept(office, office.report_id(Medecin().text()));
  Medecin sample;
  sample.header[7] = "1510351215189 10";
  sample.header[8] = "D-9";
  const auto receipt = office.receive(sample.text());
  CHECK(receipt.message.error_code == "identity.discordant");
  CHECK(office.queue().at(0).differing_traits == std::vector<std::string>{"numéro de sécurité sociale"});
  CHECK(told(office.report(receipt.report_ids.at(0)), "hprim.nss-contradicts-traits"));
}

TEST_CASE("a text without coded results is a report that somebody must read") {
  Office office;
  Medecin sample;
  sample.lab = false;
  sample.text_lines = {"Sérologie de Lyme : négative", "Appel au cabinet sans réponse"};
  const auto report = office.report(office.report_id(sample.text()));
  CHECK(report.uncoded_content());
  CHECK(report.narrative() == "Sérologie de Lyme : négative\nAppel au cabinet sans réponse");
  CHECK(report.comment() == "Appel au cabinet sans réponse");
  CHECK(office.events().size() == 1);
}

TEST_CASE("a partial order is completed by the same order and a corrected one replaces what it says") {
  Office office;
  Sante partial;
  partial.status = "P";
  partial.results = {"OBX|1|NM|HB~Hemoglobine~L||12.8|g/dl|12.0 - 16.0|N|||F", "OBX|2|ST|TSH~TSH~L||EN COURS||||||I"};
  const auto id = office.report_id(partial.text());
  accept(office, id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_PARTIAL);
  CHECK(office.results(id).at(1).status() == v1::OBSERVATION_STATUS_PENDING);
  Sante complete;
  complete.results = {partial.results[0], "OBX|2|NM|TSH~TSH~L||0.02|mUI/l|0.40 - 4.00|LL|||F"};
  CHECK(office.report_id(complete.text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
  CHECK(office.results(id).size() == 2);
  CHECK(office.history("p-1").size() == 2);
  Sante corrected;
  corrected.status = "C";
  corrected.results = {partial.results[0], "OBX|2|NM|TSH~TSH~L||2.0|mUI/l|0.40 - 4.00|N|||C"};
  CHECK(office.report_id(corrected.text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CORRECTED);
  CHECK(office.results(id).at(1).value() == 2.0);
  CHECK(office.results(id).at(1).status() == v1::OBSERVATION_STATUS_CORRECTED);
}

TEST_CASE("an order that is taken back is struck out and leaves the history") {
  Office office;
  const auto id = office.report_id(Sante().text());
  accept(office, id);
  CHECK(office.history("p-1").size() == 1);
  Sante cancelled;
  cancelled.status = "X";
  CHECK(office.report_id(cancelled.text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CANCELLED);
  CHECK(office.history("p-1").empty());
  CHECK(office.results(office.report(id).replaces_id()).size() == 1);
}

TEST_CASE("a correction of an order that nobody has is integrated with its broken chain") {
  Office office;
  Sante corrected;
  corrected.status = "C";
  const auto report = office.report(office.report_id(corrected.text()));
  CHECK(report.status() == v1::REPORT_STATUS_CORRECTED);
  CHECK(told(report, "ingest.broken-chain"));
}

TEST_CASE("a value that is not validated keeps its value and leaves the report partial") {
  Office office;
  Sante sample;
  sample.results = {"OBX|1|NM|K~Potassium~L||6.9|mmol/L|3.5 - 5.1|HH|||R"};
  const auto id = office.report_id(sample.text());
  CHECK(office.report(id).status() == v1::REPORT_STATUS_PARTIAL);
  CHECK(office.results(id).at(0).value() == 6.9);
  CHECK(office.results(id).at(0).status() == v1::OBSERVATION_STATUS_UNSPECIFIED);
}

TEST_CASE("two orders of one patient are two reports") {
  Office office;
  Sante first, second;
  second.order = "F-2";
  auto bytes = first.text();
  bytes.insert(bytes.find("L|1"), second.request() + "\r\n" + second.results[0] + "\r\n");
  CHECK(office.receive(bytes).report_ids.size() == 2);
}

TEST_CASE("a file without a readable header waits as unreadable") {
  Office office;
  const auto receipt = office.receive("Bonjour,\r\n****FIN****\r\n");
  CHECK(receipt.message.state == InboundState::unreadable);
  CHECK(receipt.message.error_code == "ingest.hprim.no-header");
}

}  // namespace
}  // namespace relais::records
