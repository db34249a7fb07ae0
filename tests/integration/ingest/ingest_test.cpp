// SPDX-License-Identifier: Apache-2.0
#include "practice.h"
#include "worklist_view.h"

namespace relais::records {
namespace {

using practice::InboundState;
using worklist::Category;

const worklist::Actor marchand{"marchand", worklist::Role::doctor, {}};

// Open items that plugins made.
std::vector<worklist::Item> items(Office& office) {
  auto all = office.read([](soci::session& sql) { return practice::WorklistStore::items(sql, {}); });
  std::erase_if(all, [](const auto& item) { return item.key.scope.plugin == practice::reception_plugin; });
  return all;
}

TEST_CASE("a report of a qualified patient is read in one go with its event and its trace") {
  Office office;
  const auto receipt = office.receive(Cda().text());
  CHECK(receipt.message.state == InboundState::read);
  REQUIRE(receipt.report_ids.size() == 1);
  const auto report = office.report(receipt.report_ids[0]);
  CHECK(report.patient_id() == "p-1");
  CHECK(report.identity_match() == v1::IDENTITY_MATCH_UNIQUE);
  CHECK(report.prescriber_id() == "marchand");
  CHECK(report.inbound_id() == receipt.message.id);
  const auto results = office.results(report.id());
  REQUIRE(results.size() == 1);
  CHECK(results[0].code() == "2823-3");
  CHECK(results[0].value() == 4.1);
  const auto events = office.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == "lab_report.available");
  CHECK(events[0].item_id == report.id());
  CHECK(events[0].patient_id == "p-1");
  CHECK(events[0].doctor_id == "marchand");
  CHECK(office.ledger_count("ingest.report") == 1);
  CHECK(office.ledger->verify().value().ok());
}

TEST_CASE("reading a message again after a crash changes nothing") {
  Office office;
  const auto message = office.write(
      [&](Transaction& tx) -> Result<practice::InboundMessage> { return practice::submit(tx, "test", Cda().text()); });
  const auto crashed = office.database->write([&](Transaction& tx) -> Result<int> {
    auto processed = office.ingest.process(tx, message.id);
    REQUIRE(processed);
    return fail(Code::io, "crash before commit");
  });
  CHECK_FALSE(crashed);
  CHECK(office.events().empty());
  CHECK(office.history("p-1").empty());
  const auto first = office.write([&](Transaction& tx) { return office.ingest.process(tx, message.id); });
  const auto again = office.write([&](Transaction& tx) { return office.ingest.process(tx, message.id); });
  CHECK(first.report_ids == again.report_ids);
  CHECK(office.events().size() == 1);
  CHECK(office.history("p-1").size() == 1);
}

TEST_CASE("the doctor of reference is the prescriber then the addressee then the treating doctor") {
  Office office;
  auto external = Cda();
  external.prescriber = Cda::prescriber_with("899999999999");
  CHECK(office.report_id(external.text()) != "");
  CHECK(office.events().at(0).doctor_id == "nguyen");
  auto addressed = external;
  addressed.document_id = "1.2.3.4.2";
  addressed.set_id = R"(<setId root="1.2.3.5"/>)";
  addressed.order.clear();
  addressed.prescriber += R"(<informationRecipient><intendedRecipient><id root="1.2.250.1.71.4.2.1" )"
                          R"(extension="810000000001"/></intendedRecipient></informationRecipient>)";
  office.report_id(addressed.text());
  CHECK(office.events().at(0).doctor_id == "marchand");
}

TEST_CASE("a practitioner outside the practice never answers for a report") {
  Office office;
  auto addressed = Cda();
  addressed.prescriber += R"(<informationRecipient><intendedRecipient><id root="1.2.250.1.71.4.2.1" )"
                          R"(extension="810000000003"/></intendedRecipient></informationRecipient>)"
                          R"(<informationRecipient><intendedRecipient><id root="1.2.250.1.71.4.2.1" )"
                          R"(extension="810000000004"/></intendedRecipient></informationRecipient>)";
  office.write([](Transaction& tx) -> Result<int> {
    put(tx, Office::doctor("cardiologue", "810000000003"));
    put(tx, Office::doctor("perrin", "810000000004"));
    return 0;
  });
  std::string expected;
  SECTION("the addressee of the practice comes after an outside prescriber and an outside addressee") {
    office.outside = {"marchand", "cardiologue"};
    expected = "perrin";
  }
  SECTION("then the treating doctor") {
    office.outside = {"marchand", "cardiologue", "perrin"};
    expected = "nguyen";
  }
  SECTION("then nobody") { office.outside = {"marchand", "cardiologue", "perrin", "nguyen"}; }
  const auto report = office.report(office.report_id(addressed.text()));
  CHECK(office.events().at(0).doctor_id == expected);
  CHECK(report.prescriber_id() == "marchand");
}

TEST_CASE("a human who attaches a report does not give it to a treating doctor outside the practice") {
  Office office;
  office.outside = {"marchand", "nguyen"};
  auto stranger = Cda();
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  const auto id = office.report_id(stranger.text());
  office.events();
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  const auto events = office.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].patient_id == "p-1");
  CHECK(events[0].doctor_id.empty());
}

TEST_CASE("a report nobody can be given waits in the queue and is evaluated all the same") {
  Office office;
  auto stranger = Cda();
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  const auto receipt = office.receive(stranger.text());
  CHECK(receipt.message.state == InboundState::a_rattacher);
  CHECK(receipt.message.error_code == "identity.unknown-patient");
  const auto queue = office.queue();
  REQUIRE(queue.size() == 1);
  CHECK(queue[0].ans_error == 902);
  CHECK(queue[0].candidates == std::vector<std::string>{"p-1"});
  CHECK(queue[0].report_id == receipt.report_ids.at(0));
  const auto events = office.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].patient_id.empty());
  CHECK(events[0].doctor_id == "marchand");
  CHECK(office.history("p-1").empty());
}

TEST_CASE("one differing trait stops the report and is named without its value") {
  Office office;
  auto twin = Cda();
  twin.birth_time = "19790329";
  office.receive(twin.text());
  const auto queue = office.queue();
  REQUIRE(queue.size() == 1);
  CHECK(queue[0].reason_code == "identity.discordant");
  CHECK(queue[0].ans_error == 904);
  CHECK(queue[0].differing_traits == std::vector<std::string>{"date de naissance"});
  CHECK(office.report(queue[0].report_id).identity_match() == v1::IDENTITY_MATCH_DISCORDANT);
}

TEST_CASE("what cannot be read waits as unreadable with its code and its bytes") {
  Office office;
  const std::string bytes = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id";
  const auto receipt = office.receive(bytes);
  CHECK(receipt.message.state == InboundState::unreadable);
  CHECK(receipt.message.error_code == "ingest.cda.malformed");
  CHECK(receipt.report_ids.empty());
  REQUIRE(office.queue().size() == 1);
  CHECK(office.queue()[0].state == InboundState::unreadable);
  CHECK(office.events().empty());
  CHECK(office.read([&](soci::session& sql) { return practice::inbound_bytes(sql, receipt.message.id).value(); }) == bytes);
  CHECK(office.receive("bonjour").message.error_code == "ingest.unknown-format");
  CHECK(office.ledger_count("ingest.unreadable") == 2);
}

TEST_CASE("the same document again or in another envelope brings nothing and no event") {
  Office office;
  const auto id = office.report_id(Cda().text());
  office.events();
  const auto same_bytes = office.receive(Cda().text());
  CHECK_FALSE(same_bytes.message.duplicate_of.empty());
  CHECK(same_bytes.report_ids == std::vector<std::string>{id});
  CHECK(office.report_id(oru(Cda().text())) == id);
  CHECK(office.events().empty());
  CHECK(office.history("p-1").size() == 1);
}

TEST_CASE("the same results of one order under another document id bring nothing") {
  Office office;
  auto first = Cda();
  first.prescriber += R"(<participant typeCode="PRF"><functionCode code="PRELV"/><time><high value="20260104080000+0100"/></time>)"
                      R"(<associatedEntity/></participant>)";
  const auto id = office.report_id(first.text());
  office.events();
  auto again = first;
  again.document_id = "1.2.3.4.77";
  again.set_id = R"(<setId root="1.2.3.78"/>)";
  CHECK(office.report_id(again.text()) == id);
  CHECK(office.events().empty());
  auto other = again;
  other.document_id = "1.2.3.4.79";
  other.set_id = R"(<setId root="1.2.3.79"/>)";
  other.value = R"(<value xsi:type="PQ" value="6.9" unit="mmol/L"/>)";
  CHECK(office.report_id(other.text()) != id);
  CHECK(office.events().size() == 1);
}

TEST_CASE("one document id for two people is for a human to look at") {
  Office office;
  office.report_id(Cda().text());
  auto other = Cda();
  other.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  office.receive(other.text());
  REQUIRE(office.queue().size() == 1);
  CHECK(office.queue()[0].reason_code == "ingest.other-patient");
}

TEST_CASE("a higher version of the set replaces the report under its own id and keeps the former") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  const auto item = item_for(office, {id, "p-1", "marchand"}, Category::normal);
  REQUIRE(office.worklist.act(item, 0, [](const worklist::Item& one, Instant now) { return validate(one, marchand, now); }));
  office.events();
  CHECK(office.report_id(version(2, "6.8").text()) == id);
  const auto now_held = office.report(id);
  CHECK(now_held.version() == 2);
  CHECK(now_held.status() == v1::REPORT_STATUS_CORRECTED);
  CHECK(now_held.replaced_category() == v1::CATEGORY_NORMAL);
  CHECK(now_held.replaced_seen());
  REQUIRE_FALSE(now_held.replaces_id().empty());
  const auto former = office.report(now_held.replaces_id());
  CHECK(former.version() == 1);
  CHECK(office.results(former.id()).at(0).value() == 4.1);
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 6.8);
  CHECK(office.events().size() == 1);
  CHECK(office.report_id(version(3, "6.9").text()) == id);
  CHECK(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 6.9);
}

TEST_CASE("an older version that comes late is kept and replaces nothing") {
  Office office;
  const auto id = office.report_id(version(3, "6.9").text());
  office.events();
  CHECK(office.report_id(version(1, "4.1").text()) == id);
  CHECK(office.report_id(version(2, "5.0").text()) == id);
  CHECK(office.events().empty());
  CHECK(office.report(id).version() == 3);
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 6.9);
  const auto second = office.report(office.report(id).replaces_id());
  CHECK(second.version() == 2);
  CHECK(office.report(second.replaces_id()).version() == 1);
}

TEST_CASE("a partial report that grows is completed and not corrected") {
  Office office;
  auto partial = version(1, "4.1");
  partial.lab_status = "active";
  const auto id = office.report_id(partial.text());
  CHECK(office.report(id).status() == v1::REPORT_STATUS_PARTIAL);
  CHECK(office.report_id(version(2, "4.1").text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
}

TEST_CASE("a replacement of a report the practice never had is read and says that the chain is broken") {
  Office office;
  const auto report = office.report(office.report_id(version(2).text()));
  bool told = false;
  for (const auto& anomaly : report.anomalies()) told = told || anomaly.code() == "ingest.broken-chain";
  CHECK(told);
  CHECK(report.replaces_id().empty());
}

TEST_CASE("a replacement for another patient or from another laboratory replaces nothing") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  auto stranger = version(2, "6.8");
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  CHECK(office.report_id(stranger.text()) != id);
  auto rival = version(3, "6.9");
  rival.laboratory = R"(<id root="1.2.250.1.71.4.2.2" extension="1888888888"/><name>Autre</name>)";
  CHECK(office.report_id(rival.text()) != id);
  CHECK(office.report(id).version() == 1);
  const auto queue = office.queue();
  REQUIRE(queue.size() == 2);
  CHECK(queue[1].reason_code == "ingest.other-laboratory");
  CHECK(queue[1].ans_error == 901);
  CHECK(office.history("p-1").size() == 1);
}

TEST_CASE("a cancellation strikes out the report keeps its words and raises it") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  item_for(office, {id, "p-1", "marchand"}, Category::aujourdhui);
  office.events();
  CHECK(office.report_id(oru(Cda().text(), "CA", "D")) == id);
  const auto cancelled = office.report(id);
  CHECK(cancelled.status() == v1::REPORT_STATUS_CANCELLED);
  CHECK(cancelled.replaced_category() == v1::CATEGORY_AUJOURDHUI);
  CHECK(office.results(id).empty());
  CHECK(office.results(cancelled.replaces_id()).size() == 1);
  CHECK(office.history("p-1").empty());
  CHECK(office.events().size() == 1);
  CHECK(items(office).size() == 1);
  CHECK(office.report_id(oru(Cda().text(), "CA", "D", "NTE|1||rappel\r")) == id);
  CHECK(office.events().empty());
}

TEST_CASE("a cancellation whose target patient or words do not agree cancels nothing") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  auto unknown = Cda();
  unknown.document_id = "1.2.3.4.8";
  unknown.set_id = R"(<setId root="1.2.3.8"/>)";
  office.receive(oru(unknown.text(), "CA", "D"));
  office.receive(oru(Cda().text(), "NW", "D"));
  auto stranger = Cda();
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  office.receive(oru(stranger.text(), "CA", "D"));
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
  CHECK(office.history("p-1").size() == 1);
  std::vector<std::string> codes;
  for (const auto& entry : office.queue()) codes.push_back(entry.reason_code);
  CHECK(codes == std::vector<std::string>{"ingest.cancels-unknown-report", "ingest.action-disagrees",
                                          "identity.envelope-mismatch"});
  CHECK(office.events().size() == 4);
}

TEST_CASE("an envelope for another person than the document quarantines it") {
  Office office;
  auto stranger = Cda();
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  office.receive(oru(stranger.text()));
  const auto queue = office.queue();
  REQUIRE(queue.size() == 1);
  CHECK(queue[0].reason_code == "identity.envelope-mismatch");
  CHECK(queue[0].ans_error == 904);
  CHECK(office.report(queue[0].report_id).patient_id().empty());
}

TEST_CASE("a sentence instead of a document is a report whose content nobody coded") {
  Office office;
  const auto report = office.report(office.report_id(oru("Document médical au format CDA")));
  CHECK(report.uncoded_content());
  CHECK(report.patient_id() == "p-1");
  CHECK(office.results(report.id()).empty());
  CHECK(office.events().size() == 1);
}

TEST_CASE("a document whose announcement is reserved says so") {
  Office office;
  const auto id = office.report_id(oru(Cda().text(), "NW", "F", "OBX|2|CE|INVISIBLE_PATIENT||Y||||||F\r"));
  CHECK(office.report(id).announcement_reserved());
}

TEST_CASE("a document that is only a PDF is a report with uncoded content") {
  Office office;
  const auto pdf = R"(<component><nonXMLBody><text mediaType="application/pdf" representation="B64">)" +
                   samples::base64("%PDF-1.4") + "</text></nonXMLBody></component>";
  CHECK(office.report(office.report_id(Cda().text(pdf))).uncoded_content());
}

// The same report as an image: another document, no coded result.
Cda image_of(Cda cda) {
  cda.document_id = "1.2.3.4.100";
  cda.set_id = R"(<setId root="1.2.3.4.200"/>)";
  return cda;
}

std::string image_text(const Cda& cda) {
  return cda.text(R"(<component><nonXMLBody><text mediaType="application/pdf" representation="B64">)" +
                  samples::base64("%PDF-1.4") + "</text></nonXMLBody></component>");
}

// A further document of a message.
std::string obx(const std::string& bytes, const std::string& subtype = "XML", const std::string& set_id = "2") {
  return "OBX|" + set_id + "|ED|11502-2^CR^LN||^TEXT^" + subtype + "^Base64^" + samples::base64(bytes) + "||||||F|\r";
}

TEST_CASE("the image of a coded report in the same message is not a second report") {
  Office office;
  auto image = image_of(Cda());
  SECTION("under two ids with the same person instant and order") {}
  SECTION("of the same set") {
    image.set_id = Cda().set_id;
    image.order.clear();
  }
  const auto receipt = office.receive(oru(Cda().text(), "NW", "F", obx(image_text(image))));
  REQUIRE(receipt.report_ids.size() == 1);
  CHECK_FALSE(office.report(receipt.report_ids[0]).uncoded_content());
  CHECK(office.events().size() == 1);
}

TEST_CASE("an image that is not that of the coded report beside it is a report of its own") {
  Office office;
  auto image = image_of(Cda());
  bool quarantined = false;
  SECTION("another order") {
    image.order = R"(<inFulfillmentOf><order><id root="1.2.3.9" extension="F2"/></order></inFulfillmentOf>)";
  }
  SECTION("no order to compare") { image.order.clear(); }
  SECTION("another version of the set") {
    image.set_id = Cda().set_id;
    image.version = "2";
  }
  SECTION("another person") {
    image.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
    quarantined = true;
  }
  office.receive(oru(Cda().text(), "NW", "F", obx(image_text(image))));
  const auto events = office.events();
  REQUIRE(events.size() == 2);
  CHECK(office.report(events[1].item_id).uncoded_content());
  REQUIRE(office.queue().size() == (quarantined ? 1 : 0));
  if (quarantined) CHECK(office.queue()[0].reason_code == "identity.envelope-mismatch");
}

TEST_CASE("what cannot be read beside a coded report is a report of its own") {
  Office office;
  const auto more = obx("%PDF-1.4 a", "PDF") + obx("%PDF-1.4 b", "PDF", "3") + obx("%PDF-1.4 b", "PDF", "4");
  const auto receipt = office.receive(oru(Cda().text(), "NW", "F", more));
  REQUIRE(receipt.report_ids.size() == 3);
  int uncoded = 0;
  for (const auto& id : receipt.report_ids) uncoded += office.report(id).uncoded_content() ? 1 : 0;
  CHECK(uncoded == 2);
  CHECK(office.events().size() == 3);
}

TEST_CASE("results of a document that is not a laboratory report are history and never an event") {
  Office office;
  auto synthesis = Cda();
  synthesis.type = "34133-9";
  const auto receipt = office.receive(synthesis.text());
  CHECK(receipt.message.state == InboundState::read);
  CHECK(office.events().empty());
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].history());
  CHECK(office.history("p-1")[0].report_id().empty());
}

TEST_CASE("a prior result told twice is one row of history") {
  Office office;
  auto first = Cda();
  first.inside = R"(<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN"><code code="2823-3" )"
                 R"(codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/><effectiveTime value="20250104080000+0100"/>)"
                 R"(<value xsi:type="PQ" value="3.9" unit="mmol/L"/></observation></entryRelationship>)";
  office.receive(first.text());
  CHECK(office.history("p-1").size() == 2);
  auto second = first;
  second.document_id = "1.2.3.4.9";
  second.set_id = R"(<setId root="1.2.3.99"/>)";
  second.order.clear();
  office.receive(second.text());
  CHECK(office.history("p-1").size() == 3);
}

TEST_CASE("a human attaches a report and may undo it and both are evaluated again") {
  Office office;
  auto twin = Cda();
  twin.birth_time = "19790329";
  twin.prescriber.clear();
  const auto id = office.report_id(twin.text());
  item_for(office, {id, "", ""}, Category::aujourdhui);
  office.events();
  const auto attached = office.write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  CHECK(attached.patient_id() == "p-1");
  CHECK(attached.identity_match() == v1::IDENTITY_MATCH_UNIQUE);
  CHECK(office.queue().empty());
  CHECK(office.history("p-1").size() == 1);
  const auto events = office.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].patient_id == "p-1");
  CHECK(events[0].doctor_id == "nguyen");
  CHECK(items(office).size() == 1);
  item_for(office, {id, "p-1", "nguyen"}, Category::normal);
  REQUIRE(items(office).size() == 1);
  CHECK(items(office)[0].key.scope.subject.patient_id == "p-1");
  const auto twice = office.database->write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  CHECK(twice.error().code == Code::ingest_already_attached);

  const auto blank = office.database->write([&](Transaction& tx) { return office.ingest.detach(tx, id, marchand, " "); });
  CHECK(blank.error().code == Code::worklist_reason_needed);
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, id, marchand, "mauvaise personne"); });
  CHECK(office.report(id).patient_id().empty());
  CHECK(office.history("p-1").empty());
  REQUIRE(office.queue().size() == 1);
  CHECK(office.queue()[0].reason_code == "ingest.detached");
  CHECK(office.events().size() == 1);
  CHECK(office.ledger_count("ingest.attach") == 1);
  CHECK(office.ledger_count("ingest.detach") == 1);
  CHECK(office.ledger->verify().value().ok());
}

TEST_CASE("once a human accepted the patient id of a laboratory its reports without INS follow on traits") {
  Office office;
  const auto without_ins = [](int number) {
    auto cda = Cda();
    cda.ids.clear();
    cda.local_id = R"(<id root="1.2.250.9.1" extension="IPP-7"/>)";
    cda.document_id = "1.2.3.4.2" + std::to_string(number);
    cda.set_id = R"(<setId root="1.2.3.2)" + std::to_string(number) + R"("/>)";
    cda.order.clear();
    return cda.text();
  };
  const auto first = office.report_id(without_ins(1));
  CHECK(office.report(first).patient_id().empty());
  CHECK(office.queue().at(0).reason_code == "identity.no-ins");
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, first, "p-1", marchand); });
  CHECK(office.report(office.report_id(without_ins(2))).patient_id() == "p-1");
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, first, marchand, "erreur"); });
  CHECK(office.report(office.report_id(without_ins(3))).patient_id().empty());
}

TEST_CASE("a history that came without a patient joins the file when a human attaches it and leaves with it") {
  Office office;
  auto synthesis = Cda();
  synthesis.type = "34133-9";
  synthesis.birth_time = "19790329";
  const auto id = office.report_id(synthesis.text());
  CHECK(office.history("p-1").empty());
  CHECK_FALSE(office.queue().at(0).is_report);
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  CHECK(office.history("p-1").size() == 1);
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, id, marchand, "erreur"); });
  CHECK(office.history("p-1").empty());
  CHECK(office.events().empty());
}

TEST_CASE("two versions attached by hand to one patient count once") {
  Office office;
  auto first = version(1, "4.1");
  auto second = version(2, "6.8");
  first.birth_time = second.birth_time = "19790329";
  const auto old_id = office.report_id(first.text());
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, old_id, "p-1", marchand); });
  const auto new_id = office.report_id(second.text());
  CHECK(new_id != old_id);
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, new_id, "p-1", marchand); });
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 6.8);
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, new_id, marchand, "erreur"); });
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 4.1);
}

TEST_CASE("no trait of a patient reaches the ledger") {
  Office office;
  office.receive(Cda().text());
  auto twin = Cda();
  twin.birth_time = "19790329";
  twin.document_id = "1.2.3.4.4";
  office.receive(twin.text());
  REQUIRE(office.ledger->export_lines([](const std::string& line) -> Result<void> {
    // The year with its month, for the dates of both: a year alone stands in one hexadecimal hash in a thousand.
    for (const auto* trait : {"PAT-TROIS", "DOMINIQUE", "279035121518989", "197903", "1979-03", "03/1979"}) {
      CHECK(line.find(trait) == std::string::npos);
    }
    return {};
  }));
}

}  // namespace
}  // namespace relais::records
