// SPDX-License-Identifier: Apache-2.0
// biologie.md, section 10, row by row: what the record holds afterwards, and what stands on the list.
#include <algorithm>

#include "practice.h"
#include "records/ingest_notices.h"
#include "worklist_view.h"

namespace relais::records {
namespace {

using practice::InboundState;
using worklist::Category;
using worklist::State;

const worklist::Actor marchand{"marchand", worklist::Role::doctor, {}};

Cda with_value(Cda cda, const std::string& value) {
  cda.value = R"(<value xsi:type="PQ" value=")" + value + R"(" unit="mmol/L"/>)";
  return cda;
}

// Another document, outside the set of the first.
Cda document(const std::string& id, const std::string& set, const std::string& replaces = {}) {
  Cda cda;
  cda.document_id = id;
  cda.set_id = set.empty() ? "" : R"(<setId root=")" + set + R"("/>)";
  if (!replaces.empty()) {
    cda.related = R"(<relatedDocument typeCode="RPLC"><parentDocument><id root=")" + replaces +
                  R"("/></parentDocument></relatedDocument>)";
  }
  return cda;
}

Cda of_stranger(Cda cda) {
  cda.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  return cda;
}

Cda of_rival(Cda cda) {
  cda.laboratory = R"(<id root="1.2.250.1.71.4.2.2" extension="1888888888"/><name>Autre</name>)";
  return cda;
}

// A second result beside the first.
Cda with_sodium(Cda cda) {
  Cda other;
  other.analyte = R"(<code code="2951-2" codeSystem="2.16.840.1.113883.6.1" displayName="Sodium"/>)";
  other.value = R"(<value xsi:type="PQ" value="140" unit="mmol/L"/>)";
  other.range = R"(<low value="135" unit="mmol/L"/><high value="145" unit="mmol/L"/>)";
  cda.entries = R"(<entryRelationship typeCode="COMP">)" + other.observation() + "</entryRelationship>";
  return cda;
}

TEST_CASE("duplicate: the same bytes or document or results again leave the list as it was") {
  Office office;
  auto first = Cda();
  first.prescriber += R"(<participant typeCode="PRF"><functionCode code="PRELV"/><time><high value="20260104080000+0100"/></time>)"
                      R"(<associatedEntity/></participant>)";
  const auto id = office.report_id(first.text());
  office.events();
  const auto changes = office.read([](soci::session& sql) { return practice::WorklistStore::last_change(sql); });
  CHECK(office.report_id(first.text()) == id);
  CHECK(office.report_id(oru(first.text())) == id);
  auto renamed = first;
  renamed.document_id = "1.2.3.4.77";
  renamed.set_id = R"(<setId root="1.2.3.78"/>)";
  CHECK(office.report_id(renamed.text()) == id);
  CHECK(office.events().empty());
  CHECK(office.history("p-1").size() == 1);
  CHECK(notices(office).empty());
  CHECK(office.read([](soci::session& sql) { return practice::WorklistStore::last_change(sql); }) == changes);
}

TEST_CASE("duplicate: one version sent under two document ids with the same results is one report") {
  Office office;
  const auto id = office.report_id(version(2).text());
  office.events();
  auto again = version(2);
  again.document_id = "1.2.3.4.1.22";
  CHECK(office.report_id(again.text()) == id);
  CHECK(office.events().empty());
}

TEST_CASE("addition: a partial report is completed under its own item and nothing counts twice") {
  Office office;
  auto partial = version(1);
  partial.lab_status = "active";
  const auto id = office.report_id(partial.text());
  CHECK(office.report_id(with_sodium(version(2)).text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
  CHECK(office.results(id).size() == 2);
  CHECK(office.history("p-1").size() == 2);
  CHECK(notices(office).empty());
}

TEST_CASE("addition: what is added after a doctor has seen the rest is shown again") {
  Office office;
  auto partial = version(1);
  partial.lab_status = "active";
  const auto id = office.report_id(partial.text());
  validate(office, item_for(office, {id, "p-1", "marchand"}, Category::normal));
  office.report_id(with_sodium(version(2)).text());
  const auto shown = only_notice(office, notice::completed_after_seen);
  CHECK(shown.key.scope.subject == worklist::Subject{id, "p-1", "marchand"});
  CHECK(shown.clinical_task);
}

TEST_CASE("addition: a whole report under another document and another set completes the partial one of its order") {
  Office office;
  auto partial = document("1.2.3.4.50", "1.2.3.50");
  partial.lab_status = "active";
  const auto id = office.report_id(partial.text());
  office.events();
  CHECK(office.report_id(with_sodium(document("1.2.3.4.51", "1.2.3.51")).text()) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
  CHECK(office.history("p-1").size() == 2);
  CHECK(office.events().size() == 1);
}

TEST_CASE("addition: another document of the order that does not tell the partial one again is a report of its own") {
  Office office;
  auto partial = document("1.2.3.4.50", "1.2.3.50");
  partial.lab_status = "active";
  const auto id = office.report_id(partial.text());
  CHECK(office.report_id(with_value(document("1.2.3.4.51", "1.2.3.51"), "5.9").text()) != id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_PARTIAL);
}

TEST_CASE("correction: before anybody has seen the report the doctor is told that it was corrected") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  CHECK(office.report_id(version(2, "6.8").text()) == id);
  const auto shown = only_notice(office, notice::corrected);
  CHECK(shown.finding.category == Category::a_voir);
  CHECK(shown.finding.reasons.at(0).rule == "I3");
  CHECK(shown.key.scope.subject == worklist::Subject{id, "p-1", "marchand"});
  CHECK(worklist::is_clinical(shown));
}

TEST_CASE("correction: after a doctor has validated the report it comes back and says so") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  validate(office, item_for(office, {id, "p-1", "marchand"}, Category::normal));
  CHECK(notices(office).empty());
  office.report_id(version(2, "6.8").text());
  const auto shown = only_notice(office, notice::corrected_after_seen);
  CHECK(office.report(id).replaced_seen());
  // The next version comes before anybody looked, and the one after that once a doctor has.
  office.report_id(version(3, "6.9").text());
  CHECK(only_notice(office, notice::corrected_after_seen).id == shown.id);
  validate(office, shown.id);
  CHECK(notices(office).empty());
  office.report_id(version(4, "7.2").text());
  CHECK(only_notice(office, notice::corrected_after_seen).reopened);
}

TEST_CASE("correction: the item of the replaced report follows the new version and its owner") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  const auto item = item_for(office, {id, "p-1", "marchand"}, Category::aujourdhui);
  auto moved = version(2, "6.8");
  moved.prescriber = Cda::prescriber_with("810000000002");
  CHECK(office.report_id(moved.text()) == id);
  CHECK(only_notice(office, notice::corrected).key.scope.subject.doctor_id == "nguyen");
  const auto again = item_for(office, {id, "p-1", "nguyen"}, Category::aujourdhui);
  CHECK(again != item);
  CHECK(state_of(office, item) == State::retire);
}

TEST_CASE("correction: two tellings with the same results are no correction of the values but stay announced") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  office.report_id(version(2, "4.1").text());
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CORRECTED);
  only_notice(office, notice::corrected);
}

TEST_CASE("cancellation: an unseen report that is cancelled raises an item and leaves the trends") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  CHECK(office.report_id(oru(Cda().text(), "CA", "D")) == id);
  const auto shown = only_notice(office, notice::cancelled);
  CHECK(shown.finding.category == Category::a_voir);
  CHECK(shown.finding.reasons.at(0).rule == "I4");
  CHECK(office.history("p-1").empty());
  CHECK(office.results(office.report(id).replaces_id()).size() == 1);
}

TEST_CASE("cancellation: a report that a doctor had seen is raised for today") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  validate(office, item_for(office, {id, "p-1", "marchand"}, Category::normal));
  office.report_id(oru(Cda().text(), "CA", "D"));
  CHECK(only_notice(office, notice::cancelled_after_seen).finding.category == Category::aujourdhui);
}

TEST_CASE("cancellation: one that comes before its report waits and strikes the report out when it comes") {
  Office office;
  const auto id = office.report_id(oru(Cda().text(), "CA", "D"));
  const auto waiting = only_notice(office, notice::lost_cancellation);
  CHECK(waiting.finding.category == Category::a_classer);
  office.events();
  CHECK(office.report_id(oru(Cda().text())) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CANCELLED);
  CHECK(office.report(id).patient_id() == "p-1");
  CHECK(office.results(office.report(id).replaces_id()).size() == 1);
  CHECK(office.history("p-1").empty());
  CHECK(office.queue().empty());
  CHECK(office.events().size() == 1);
  only_notice(office, notice::cancelled);
  CHECK(state_of(office, waiting.id) == State::retire);
  CHECK(office.report_id(oru(Cda().text(), "NW", "F", "NTE|1||encore\r")) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CANCELLED);
}

TEST_CASE("cancellation: one of an unknown report or for another patient or from another laboratory cancels nothing") {
  Office office;
  const auto id = office.report_id(oru(Cda().text()));
  std::string refused;
  SECTION("unknown report") { refused = oru(document("1.2.3.4.8", "1.2.3.8").text(), "CA", "D"); }
  SECTION("another laboratory") { refused = oru(of_rival(Cda()).text(), "CA", "D"); }
  SECTION("words that disagree") { refused = oru(Cda().text(), "NW", "D"); }
  SECTION("another person than the envelope") { refused = oru(of_stranger(Cda()).text(), "CA", "D"); }
  office.receive(refused);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
  const auto shown = only_notice(office, notice::lost_cancellation);
  CHECK(shown.finding.category == Category::a_classer);
  CHECK(shown.key.scope.subject.patient_id.empty());
  CHECK(office.queue().size() == 1);
}

TEST_CASE("broken chain: a replacement of an unknown report is integrated and says what is missing") {
  Office office;
  const auto id = office.report_id(version(2, "6.8").text());
  CHECK(office.report(id).patient_id() == "p-1");
  CHECK(office.history("p-1").size() == 1);
  const auto shown = only_notice(office, notice::broken_chain);
  CHECK(shown.finding.reasons.at(0).rule == "ingest.broken-chain");
  CHECK(shown.key.scope.subject.doctor_id == "marchand");
  const auto queue = office.queue();
  REQUIRE(queue.size() == 1);
  CHECK(queue[0].state == InboundState::read);
  CHECK(queue[0].reason_code == "ingest.broken-chain");
  CHECK(queue[0].report_id == id);
}

TEST_CASE("broken chain: the original that comes after its replacement mends it without a word more") {
  Office office;
  std::string late;
  std::string id;
  SECTION("of one set") {
    id = office.report_id(version(2, "6.8").text());
    late = version(1, "4.1").text();
  }
  SECTION("known by the document that is replaced") {
    id = office.report_id(with_value(document("1.2.3.4.61", "", "1.2.3.4.60"), "6.8").text());
    late = with_value(document("1.2.3.4.60", ""), "4.1").text();
  }
  only_notice(office, notice::broken_chain);
  CHECK(office.report_id(late) == id);
  CHECK(notices(office).empty());
  CHECK(office.queue().empty());
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 6.8);
  const auto original = office.report(office.report(id).replaces_id());
  CHECK(office.results(original.id()).at(0).value() == 4.1);
}

TEST_CASE("broken chain: what follows a broken one stays broken until the original comes") {
  Office office;
  const auto id = office.report_id(version(2, "6.8").text());
  CHECK(office.report_id(version(3, "6.9").text()) == id);
  notice_of(office, notice::broken_chain);
  notice_of(office, notice::corrected);
  office.report_id(version(1, "4.1").text());
  CHECK(open_notice(office, notice::broken_chain) == nullptr);
  CHECK(office.report(id).version() == 3);
}

TEST_CASE("two successors: the one issued last stands and the other is kept and a doctor is told") {
  Office office;
  const auto id = office.report_id(with_value(document("1.2.3.4.70", ""), "4.1").text());
  CHECK(office.report_id(with_value(document("1.2.3.4.71", "", "1.2.3.4.70"), "6.8").text()) == id);
  CHECK(open_notice(office, notice::two_successors) == nullptr);
  CHECK(office.report_id(with_value(document("1.2.3.4.72", "", "1.2.3.4.70"), "3.0").text()) == id);
  const auto shown = notice_of(office, notice::two_successors);
  CHECK(shown.finding.category == Category::a_voir);
  CHECK(shown.key.scope.subject.item_id == id);
  CHECK(office.report(id).document_id() == "1.2.3.4.72");
  CHECK(office.report(office.report(id).replaces_id()).document_id() == "1.2.3.4.71");
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 3.0);
}

TEST_CASE("two successors: two documents with one version of the set are told apart") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  office.report_id(version(2, "6.8").text());
  auto other = version(2, "3.0");
  other.document_id = "1.2.3.4.1.222";
  CHECK(office.report_id(other.text()) == id);
  notice_of(office, notice::two_successors);
  CHECK(office.history("p-1").size() == 1);
  // The laboratory settles it.
  auto third = version(3, "5.0");
  CHECK(office.report_id(third.text()) == id);
  CHECK(state_of(office, notice_of(office, notice::two_successors).id) == State::a_confirmer);
}

TEST_CASE("two successors: the one issued first that comes last does not take the place") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  office.report_id(version(2, "6.8").text());
  auto earlier = version(2, "3.0");
  earlier.document_id = "1.2.3.4.1.222";
  auto text = earlier.text();
  const std::string issued = R"(<effectiveTime value="20260104120000+0100"/>)";
  text.replace(text.find(issued), issued.size(), R"(<effectiveTime value="20260104110000+0100"/>)");
  CHECK(office.report_id(text) == id);
  notice_of(office, notice::two_successors);
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 6.8);
  bool kept = false;
  for (const auto& one : office.read([&](soci::session& sql) { return rows::chain(sql, id); })) {
    kept = kept || one.document_id() == "1.2.3.4.1.222";
  }
  CHECK(kept);
}

TEST_CASE("older version after a newer one: it is kept and replaces nothing and says 900") {
  Office office;
  office.report_id(version(1, "4.1").text());
  const auto id = office.report_id(version(3, "6.9").text());
  const auto receipt = office.receive(version(2, "5.0").text());
  CHECK(receipt.report_ids == std::vector<std::string>{id});
  const auto shown = notice_of(office, std::string(notice::older_version) + "/" + receipt.message.id);
  CHECK(shown.finding.reasons.at(0).rule == "ingest.older-version");
  CHECK(office.history("p-1").at(0).value() == 6.9);
  CHECK(office.read([&](soci::session& sql) { return Ingest::refusal(sql, receipt.message.id).ans_error; }) == 900);
}

TEST_CASE("replacement for another patient or from another laboratory: quarantined beside what it replaces") {
  Office office;
  const auto id = office.report_id(version(1, "4.1").text());
  std::string refused, code;
  std::string_view kind = notice::quarantine;
  SECTION("another laboratory") {
    refused = of_rival(version(2, "6.8")).text();
    code = "ingest.other-laboratory";
  }
  SECTION("another person known by nobody") {
    refused = of_stranger(version(2, "6.8")).text();
    code = "identity.unknown-patient";
    kind = notice::to_attach;
  }
  SECTION("one document id for two persons") {
    refused = of_stranger(version(1, "6.8")).text();
    code = "ingest.other-patient";
  }
  office.receive(refused);
  const auto shown = only_notice(office, kind);
  CHECK(shown.finding.reasons.at(0).rule == code);
  CHECK(shown.key.scope.subject.item_id != id);
  CHECK(shown.key.scope.subject.patient_id.empty());
  CHECK(office.report(id).version() == 1);
  CHECK(office.history("p-1").size() == 1);
}

TEST_CASE("quarantine: an envelope for another person than the document stands on the list until a human decides") {
  Office office;
  const auto id = office.report_id(oru(of_stranger(Cda()).text()));
  const auto shown = only_notice(office, notice::quarantine);
  CHECK(shown.finding.category == Category::a_classer);
  CHECK(shown.key.scope.subject.doctor_id == "marchand");
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  CHECK(notices(office).empty());
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, id, marchand, "erreur"); });
  only_notice(office, notice::to_attach);
}

TEST_CASE("to attach: the item names the traits and no value and goes once a human has attached the report") {
  Office office;
  auto twin = Cda();
  twin.birth_time = "19790329";
  const auto id = office.report_id(twin.text());
  const auto shown = only_notice(office, notice::to_attach);
  const auto& reason = shown.finding.reasons.at(0);
  CHECK(reason.rule == "identity.discordant");
  CHECK(reason.text.find("date de naissance") != std::string::npos);
  CHECK(reason.text.find("1979") == std::string::npos);
  CHECK(shown.key.scope.task == reception_task);
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, id, "p-1", marchand); });
  CHECK(notices(office).empty());
  CHECK(state_of(office, shown.id) == State::retire);
}

TEST_CASE("to attach: versions that a human attaches one by one are one report with one item") {
  Office office;
  auto first = version(1, "4.1"), second = version(2, "6.8");
  first.birth_time = second.birth_time = "19790329";
  const auto older = office.report_id(first.text());
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, older, "p-1", marchand); });
  const auto item = item_for(office, {older, "p-1", "marchand"}, Category::aujourdhui);
  const auto newer = office.report_id(second.text());
  REQUIRE(newer != older);
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, newer, "p-1", marchand); });
  only_notice(office, notice::corrected);
  item_for(office, {newer, "p-1", "marchand"}, Category::aujourdhui);
  CHECK(state_of(office, item) == State::retire);
  // Taken away again, the first one stands on its own.
  office.events();
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, newer, marchand, "erreur"); });
  CHECK(office.events().size() == 2);
  CHECK(item_for(office, {older, "p-1", "marchand"}, Category::aujourdhui) == item);
  CHECK(state_of(office, item) == State::a_traiter);
}

TEST_CASE("to attach: an older version that a human attaches last goes under the newer one") {
  Office office;
  auto first = version(1, "4.1"), second = version(2, "6.8");
  first.birth_time = "19790329";
  const auto newer = office.report_id(second.text());
  const auto older = office.report_id(first.text());
  REQUIRE(newer != older);
  office.events();
  office.write([&](Transaction& tx) { return office.ingest.attach(tx, older, "p-1", marchand); });
  REQUIRE(office.history("p-1").size() == 1);
  CHECK(office.history("p-1")[0].value() == 6.8);
  CHECK(office.report(newer).replaces_id() == older);
  CHECK(notices(office).empty());
  const auto events = office.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].item_id == newer);
  office.write([&](Transaction& tx) { return office.ingest.detach(tx, older, marchand, "erreur"); });
  CHECK(office.report(newer).replaces_id().empty());
  CHECK(office.history("p-1").size() == 1);
}

TEST_CASE("a message that replaces without saying what says that its chain is broken") {
  Office office;
  const auto id = office.report_id(oru(Cda().text(), "RO", "C"));
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CORRECTED);
  only_notice(office, notice::broken_chain);
}

TEST_CASE("unreadable: the message has its own item for every doctor and only one") {
  Office office;
  const auto receipt = office.receive("bonjour");
  const auto shown = only_notice(office, notice::unreadable);
  CHECK(shown.key.scope.subject == worklist::Subject{receipt.message.id, "", ""});
  CHECK(shown.finding.reasons.at(0).rule == "ingest.unknown-format");
  office.receive("bonjour");
  CHECK(notices(office).size() == 1);
  CHECK(office.queue().size() == 1);
}

TEST_CASE("unreadable: a message that fails for another reason than its content stands on the list too") {
  Office office;
  const auto receipt = office.receive(Cda().text());
  office.write([&](Transaction& tx) -> Result<int> {
    auto aside = office.ingest.set_unreadable(tx, receipt.message.id, "store.failed");
    REQUIRE(aside);
    return 0;
  });
  CHECK(only_notice(office, notice::unreadable).finding.reasons.at(0).rule == "store.failed");
}

TEST_CASE("what the notices say counts neither as seen nor as a category of the report") {
  Office office;
  const auto id = office.report_id(version(2, "6.8").text());
  validate(office, only_notice(office, notice::broken_chain).id);
  office.report_id(version(3, "6.9").text());
  CHECK_FALSE(office.report(id).replaced_seen());
  CHECK(office.report(id).replaced_category() == v1::CATEGORY_UNSPECIFIED);
}

TEST_CASE("no title of a notice names a patient and no patient reaches the ledger") {
  Office office;
  office.receive(oru(of_stranger(Cda()).text()));
  office.receive(version(2, "6.8").text());
  office.receive(oru(Cda().text(), "CA", "D"));
  for (const auto& item : notices(office)) {
    for (const auto* trait : {"PAT-TROIS", "DOMINIQUE", "2790351"}) {
      CHECK(item.finding.title.find(trait) == std::string::npos);
      CHECK(item.finding.reasons.at(0).text.find(trait) == std::string::npos);
    }
  }
  CHECK(office.ledger->verify().value().ok());
}

}  // namespace
}  // namespace relais::records
