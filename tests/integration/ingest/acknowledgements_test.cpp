// SPDX-License-Identifier: Apache-2.0
// What others say of what was sent: ACK, and ZAM of the DMP and of MSSanté.
#include "practice.h"
#include "records/ingest_notices.h"
#include "worklist_view.h"

namespace relais::records {
namespace {

using practice::InboundState;

// The message that is spoken of: from SIL|labo to CABINET|cab under LABO-2026-000417.
constexpr auto known = "LABO-2026-000417";

std::string ack(const std::string& code, const std::string& about, const std::string& to = "SIL|labo") {
  return "MSH|^~\\&|CABINET|cab|" + to + "|202601041200||ACK^R01^ACK|A-" + code + about + "|P|2.5\rMSA|" + code + "|" +
         about + "\r";
}

std::string zam(const std::string& trigger, const std::string& code, const std::string& value, const std::string& about,
                const std::string& error = {}) {
  return "MSH|^~\\&|CABINET|cab|SIL|labo|202601041200||ZAM^" + trigger + "^ZAM_Z01|Z-" + value + about + "|P|2.6\r" +
         "EVN||20260104\rOBX|1|CWE|" + code + "^Accusé^AckMetierZAM|" + about +
         "|" + value + "^^expandedYes-NoIndicator||||||F|\r" + error;
}

constexpr auto dmp_closed =
    "ERR|||207^Application internal error^messageErrorCondition|E|DMPClosed^DMP fermé^DMPERRORCODE\r";

std::size_t said(Office& office, const std::string& report) {
  return static_cast<std::size_t>(office.read([&](soci::session& sql) {
    long long rows = 0;
    sql << "SELECT COUNT(*) FROM ingest_acknowledgement WHERE report_id = :report", soci::use(report), soci::into(rows);
    return rows;
  }));
}

TEST_CASE("an accepting acknowledgement is kept with what it speaks of and asks nothing of anybody") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  office.events();
  const auto code = GENERATE("AA", "CA");
  const auto receipt = office.receive(ack(code, known));
  CHECK(receipt.message.state == InboundState::read);
  CHECK(receipt.report_ids.empty());
  CHECK(said(office, id) == 1);
  CHECK(notices(office).empty());
  CHECK(office.events().empty());
  CHECK(office.ledger_count("ingest.acknowledged-positive") == 1);
}

TEST_CASE("a refusing acknowledgement becomes an item of the doctor of the report it speaks of") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  const auto code = GENERATE("AE", "AR", "CE", "CR");
  office.receive(ack(code, known));
  const auto shown = only_notice(office, "accuse-negatif-message");
  CHECK(shown.key.scope.subject == worklist::Subject{id, "p-1", "marchand"});
  CHECK(shown.finding.category == worklist::Category::a_voir);
  // The sending succeeds at the second try: nobody may let the failure go without looking.
  office.receive(ack("AA", known));
  CHECK(notice_of(office, "accuse-negatif-message").state == worklist::State::a_confirmer);
}

TEST_CASE("an acknowledgement that says neither yes nor no is shown as such") {
  Office office;
  office.report_id(oru(Cda().text()));
  office.receive(ack("ZZ", known));
  only_notice(office, "accuse-incertain-message");
}

TEST_CASE("business acknowledgements of the DMP and of MSSanté speak of the report that was sent") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  SECTION("the DMP refused it: the reason is told") {
    office.receive(zam("Z01", "ACK_RECEPTION_DMP", "N", known, dmp_closed));
    const auto shown = only_notice(office, "accuse-negatif-dmp");
    CHECK(shown.finding.reasons.at(0).text.find("DMP fermé (DMPClosed)") != std::string::npos);
    CHECK(shown.key.scope.subject.item_id == id);
  }
  SECTION("MSSanté delivered it") {
    office.receive(zam("Z02", "ACK_RECEPTION_MSS", "Y", known));
    CHECK(notices(office).empty());
  }
  SECTION("MSSanté could not deliver it") {
    office.receive(zam("Z02", "ACK_RECEPTION_MSS", "N", known));
    only_notice(office, "accuse-negatif-mss-reception");
  }
  SECTION("its reader has read it") {
    office.receive(zam("Z03", "ACK_LECTURE_MSS", "Y", known));
    CHECK(notices(office).empty());
  }
  SECTION("its reader has not") {
    office.receive(zam("Z03", "ACK_LECTURE_MSS", "N", known));
    only_notice(office, "accuse-negatif-mss-lecture");
  }
  CHECK(said(office, id) == 1);
}

TEST_CASE("each statement of one acknowledgement counts") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  auto both = zam("Z02", "ACK_RECEPTION_MSS", "Y", known);
  both += "OBX|2|CWE|ACK_RECEPTION_DMP^Accusé^AckMetierZAM|" + std::string(known) + "|N^^x||||||F|\r";
  office.receive(both);
  CHECK(said(office, id) == 2);
  only_notice(office, "accuse-negatif-dmp");
}

TEST_CASE("an acknowledgement may name the document instead of the message") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  office.receive(zam("Z01", "ACK_RECEPTION_DMP", "N", Cda().document_id, dmp_closed));
  CHECK(only_notice(office, "accuse-negatif-dmp").key.scope.subject.item_id == id);
}

TEST_CASE("an acknowledgement of nothing known is kept in sight and joins what it speaks of when that comes") {
  Office office;
  const auto receipt = office.receive(ack("AE", known));
  const auto waiting = only_notice(office, "accuse-sans-objet-message");
  CHECK(waiting.key.scope.subject == worklist::Subject{receipt.message.id, "", ""});
  REQUIRE(office.queue().size() == 1);
  CHECK(office.queue()[0].state == InboundState::read);
  CHECK(office.queue()[0].reason_code == "ingest.ack-unknown");
  CHECK(office.queue()[0].inbound_id == receipt.message.id);
  const auto id = office.report_id(oru(Cda().text()));
  CHECK(state_of(office, waiting.id) == worklist::State::retire);
  CHECK(only_notice(office, "accuse-negatif-message").key.scope.subject.item_id == id);
}

TEST_CASE("an acknowledgement of nothing known that is positive is kept in sight too") {
  Office office;
  const auto text = GENERATE(std::string(ack("AA", "015")), zam("Z03", "ACK_LECTURE_MSS", "Y", "015"), ack("AA", ""));
  office.receive(text);
  CHECK(notices(office).size() == 1);
}

TEST_CASE("a number that two messages bear chooses neither of them") {
  Office office;
  office.report_id(oru(version(1, "4.1").text()));
  auto other = Cda();
  other.document_id = "1.2.3.4.90";
  other.set_id = R"(<setId root="1.2.3.90"/>)";
  other.order.clear();
  office.report_id(oru(other.text()));
  office.receive(ack("AE", known));
  const auto shown = only_notice(office, "accuse-sans-objet-message");
  CHECK(shown.finding.reasons.at(0).rule == "ingest.ack-ambiguous");
}

TEST_CASE("the number of another sender is another number") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  office.receive(ack("AE", known, "AUTRE|ailleurs"));
  CHECK(said(office, id) == 0);
  only_notice(office, "accuse-sans-objet-message");
}

TEST_CASE("a refusal of a message that brought no report stands beside that message") {
  Office office;
  samples::Message sentence;
  sentence.type = "MDM^T02^MDM_T02";
  const auto unreadable = office.receive("MSH|^~\\&|SIL|labo|CABINET|cab|20260104||ORU^R01^ORU_R01|VIDE-000001|P|2.5\r");
  office.receive(ack("AR", "VIDE-000001"));
  bool told = false;
  for (const auto& item : notices(office)) told = told || item.key.kind.starts_with("accuse-");
  CHECK(told);
  CHECK(office.ledger->verify().value().ok());
}

TEST_CASE("the same acknowledgement again changes nothing") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  office.receive(ack("AE", known));
  office.receive(ack("AE", known));
  CHECK(said(office, id) == 1);
  only_notice(office, "accuse-negatif-message");
}

TEST_CASE("the words of a refusal never reach the ledger") {
  Office office;
  office.report_id(oru(Cda().text()));
  office.receive(zam("Z01", "ACK_RECEPTION_DMP", "N", known, dmp_closed));
  REQUIRE(office.ledger->export_lines([](const std::string& line) -> Result<void> {
    CHECK(line.find("DMP fermé") == std::string::npos);
    return {};
  }));
}

}  // namespace
}  // namespace relais::records
