// SPDX-License-Identifier: Apache-2.0
// Reports that no document id names, as the formats before CDA send them: the laboratory, its order, the person and the
// day tell which report is which. biologie.md, sections 2, 3 and 10.
#include "practice.h"
#include "records/ingest_notices.h"
#include "worklist_view.h"

namespace relais::records {
namespace {

using worklist::Category;

struct Result2 {
  std::string code, value;
};

// A report without document id, set or version.
std::string nameless(const std::vector<Result2>& results, const std::string& status = "completed",
                     const std::string& day = "20260104", const std::string& order = "F1") {
  Cda cda;
  cda.lab_status = status;
  cda.set_id.clear();
  cda.order = R"(<inFulfillmentOf><order><id root="1.2.3.9" extension=")" + order + R"("/></order></inFulfillmentOf>)";
  cda.prescriber += R"(<participant typeCode="PRF"><functionCode code="PRELV"/><time><high value=")" + day +
                    R"(080000+0100"/></time><associatedEntity/></participant>)";
  const auto of = [](const Result2& one) {
    Cda each;
    each.analyte = R"(<code code=")" + one.code + R"(" codeSystem="2.16.840.1.113883.6.1" displayName="x"/>)";
    each.value = R"(<value xsi:type="PQ" value=")" + one.value + R"(" unit="mmol/L"/>)";
    return each;
  };
  const auto first = of(results.front());
  cda.analyte = first.analyte;
  cda.value = first.value;
  for (std::size_t i = 1; i < results.size(); ++i) {
    cda.entries += R"(<entryRelationship typeCode="COMP">)" + of(results[i]).observation() + "</entryRelationship>";
  }
  auto text = cda.text();
  const std::string named = R"(<id root="1.2.3.4.1"/>)";
  text.erase(text.find(named), named.size());
  return text;
}

const Result2 potassium{"2823-3", "4.1"}, sodium{"2951-2", "140"};

TEST_CASE("a nameless report is recognised by laboratory order person and day") {
  Office office;
  const auto id = office.report_id(nameless({potassium}));
  REQUIRE(office.report(id).document_id().empty());
  office.events();
  CHECK(office.report_id(nameless({potassium}) + " ") == id);
  CHECK(office.events().empty());
  CHECK(office.report_id(nameless({{"2823-3", "4.4"}}, "completed", "20260104", "F2")) != id);
  CHECK(office.report_id(nameless({{"2823-3", "4.4"}}, "completed", "20260204")) != id);
  CHECK(notices(office).empty());
}

TEST_CASE("a nameless addition of the new results only completes the report and keeps the others") {
  Office office;
  const auto id = office.report_id(nameless({potassium}, "active"));
  CHECK(office.report_id(nameless({sodium})) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
  CHECK(office.results(id).size() == 2);
  CHECK(office.history("p-1").size() == 2);
  CHECK(notices(office).empty());
}

TEST_CASE("a nameless report with another value is a correction and the former value stays readable") {
  Office office;
  const auto id = office.report_id(nameless({potassium, sodium}));
  validate(office, item_for(office, {id, "p-1", "marchand"}, Category::normal));
  CHECK(office.report_id(nameless({{"2823-3", "6.8"}})) == id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_CORRECTED);
  CHECK(office.results(id).size() == 2);
  CHECK(office.results(office.report(id).replaces_id()).size() == 2);
  only_notice(office, notice::corrected_after_seen);
  CHECK(office.history("p-1").size() == 2);
}

TEST_CASE("a nameless partial report that comes after the whole one replaces nothing") {
  Office office;
  const auto id = office.report_id(nameless({potassium, sodium}));
  const auto late = office.receive(nameless({potassium}, "active"));
  CHECK(late.report_ids == std::vector<std::string>{id});
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
  CHECK(office.results(id).size() == 2);
  notice_of(office, std::string(notice::older_version) + "/" + late.message.id);
  CHECK(office.history("p-1").size() == 2);
}

TEST_CASE("a result taken back inside a nameless report is a correction") {
  Office office;
  const auto id = office.report_id(nameless({potassium}));
  auto aborted = nameless({potassium});
  const std::string status = R"(<statusCode code="completed"/><effectiveTime)";
  REQUIRE(aborted.find(status) != std::string::npos);
  aborted.replace(aborted.find(status), status.size(), R"(<statusCode code="aborted"/><effectiveTime)");
  CHECK(office.report_id(aborted) == id);
  only_notice(office, notice::corrected);
}

TEST_CASE("a nameless report of another person on the same order is a report of its own") {
  Office office;
  const auto id = office.report_id(nameless({potassium}));
  auto other = nameless({{"2823-3", "6.8"}});
  const std::string number = "279035121518989";
  other.replace(other.find(number), number.size(), "277076322082910");
  CHECK(office.report_id(other) != id);
  CHECK(office.report(id).status() == v1::REPORT_STATUS_FINAL);
}

}  // namespace
}  // namespace relais::records
