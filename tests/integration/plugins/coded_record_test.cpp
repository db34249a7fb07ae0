// SPDX-License-Identifier: Apache-2.0
// From ICD-10 and ATC codes in a record, through the slice builder, to the rules of context of the shipped plugin.
#include <catch2/catch.hpp>

#include "app/package_finder.h"
#include "shipped_worker.h"
#include "unit/records/slice_world.h"

namespace {

using relais::test::SliceWorld;
namespace v1 = relais::v1;

class CodedRecord {
 public:
  CodedRecord() : package_(*relais::app::find_package(BIO_TRIAGE_SOURCE, RELAIS_WORKER)) {
    world_.manifest = package_.manifest;
  }

  CodedRecord& condition(const std::string& icd10, const std::string& until = {}) {
    v1::Condition row;
    row.set_code(icd10);
    row.set_label("libellé");
    row.set_until(until);
    world_.write([&](relais::practice::Transaction& tx) { return relais::records::put(tx, world_.patient, row); });
    return *this;
  }
  CodedRecord& treatment(const std::string& atc) {
    v1::MedicationStatement row;
    row.set_code(atc);
    row.set_label("libellé");
    world_.write([&](relais::practice::Transaction& tx) { return relais::records::put(tx, world_.patient, row); });
    return *this;
  }
  template <class Row>
  CodedRecord& doctor(const Row& row) {
    world_.write([&](relais::practice::Transaction& tx) { return relais::records::put(tx, world_.patient, row); });
    return *this;
  }
  CodedRecord& earlier(int days, const std::string& loinc, double value, const std::string& unit) {
    const auto report = relais::test::report_of(world_.patient, world_.clock.now() - std::chrono::days(days));
    put(report, loinc, value, unit, {});
    return *this;
  }

  // The rules and the category of one flagged result.
  relais::worker::v1::Finding triage(const std::string& loinc, double value, const std::string& unit,
                                     const std::string& flag) {
    const auto report = relais::test::report_of(world_.patient, world_.clock.now());
    const std::string id = put(report, loinc, value, unit, flag);
    const auto slice = world_.try_build(world_.request(id, world_.patient));
    REQUIRE(slice.has_value());
    const auto answer = relais::test::in_worker(package_, {*slice});
    REQUIRE(answer.has_value());
    REQUIRE(answer->front().findings_size() == 1);
    return answer->front().findings(0);
  }

 private:
  std::string put(v1::LabReport report, const std::string& loinc, double value, const std::string& unit,
                  const std::string& flag) {
    auto observation = relais::test::result(loinc, value);
    observation.set_unit(unit);
    observation.set_flag(flag);
    observation.set_collected_ms(report.collected_ms());
    return world_.write([&](relais::practice::Transaction& tx) {
      report.set_id(relais::records::put(tx, report));
      relais::records::put(tx, report, observation);
      return report.id();
    });
  }

  SliceWorld world_;
  relais::plugins::Package package_;
};

bool has(const relais::worker::v1::Finding& finding, const std::string& rule) {
  for (const auto& reason : finding.reasons()) {
    if (reason.rule() == rule) return true;
  }
  return false;
}

std::string said(const relais::worker::v1::Finding& finding, const std::string& rule) {
  for (const auto& reason : finding.reasons()) {
    if (reason.rule() == rule) return reason.text();
  }
  return {};
}

}  // namespace

TEST_CASE("a coded dialysis leaves creatinine to its flag") {
  const auto finding = CodedRecord().condition("Z99.2").triage("14682-9", 720, "umol/L", "H");
  CHECK(has(finding, "X1"));
  CHECK_FALSE(has(finding, "C-CREA"));
  CHECK(finding.category() == v1::CATEGORY_A_VOIR);
}

TEST_CASE("a coded pregnancy makes low platelets critical and an ended one does not") {
  const auto expecting = CodedRecord().condition("Z34.9").triage("777-3", 92, "10*9/L", "L");
  CHECK(has(expecting, "X5"));
  CHECK(said(expecting, "X5").find("terme inconnu") != std::string::npos);
  CHECK(expecting.category() == v1::CATEGORY_CRITIQUE);
  const auto ended = CodedRecord().condition("Z34.9", "2020-01-01").triage("777-3", 92, "10*9/L", "L");
  CHECK_FALSE(has(ended, "X5"));
  CHECK(ended.category() == v1::CATEGORY_A_VOIR);
}

TEST_CASE("coded conditions and treatments make a potassium of five and a half urgent") {
  CHECK(has(CodedRecord().condition("N18.3").triage("2823-3", 5.7, "mmol/L", "H"), "X7"));
  CHECK(has(CodedRecord().condition("E11.9").treatment("C09AA05").triage("2823-3", 5.7, "mmol/L", "H"), "X7"));
  CHECK_FALSE(has(CodedRecord().condition("E11.9").triage("2823-3", 5.7, "mmol/L", "H"), "X7"));
  CHECK_FALSE(has(CodedRecord().condition("J45").triage("2823-3", 5.7, "mmol/L", "H"), "X7"));
  const auto digoxin = CodedRecord().treatment("C01AA05").triage("2823-3", 3.4, "mmol/L", "L");
  CHECK(digoxin.category() == v1::CATEGORY_CRITIQUE);
}

TEST_CASE("a condition without a code leaves the ground unknown and doubt goes up") {
  const auto finding = CodedRecord().condition("").triage("2823-3", 5.7, "mmol/L", "H");
  CHECK(said(finding, "X7").find("terrain inconnu") != std::string::npos);
  CHECK(finding.category() == v1::CATEGORY_AUJOURDHUI);
  const auto quiet = CodedRecord().condition("").triage("2823-3", 4.2, "mmol/L", "N");
  CHECK(quiet.category() == v1::CATEGORY_NORMAL);
}

TEST_CASE("a target of the record is honoured until its last day") {
  v1::Target target;
  target.set_analyte("LDL");
  target.set_high(2.6);
  target.set_set_by("martin");
  const auto inside = CodedRecord().doctor(target).triage("22748-8", 2.4, "mmol/L", "H");
  CHECK(has(inside, "X3"));
  CHECK(inside.category() == v1::CATEGORY_NORMAL);
  target.set_until("2020-01-01");
  const auto over = CodedRecord().doctor(target).triage("22748-8", 2.4, "mmol/L", "H");
  CHECK_FALSE(has(over, "X3"));
  CHECK(over.category() == v1::CATEGORY_A_VOIR);
}

TEST_CASE("a known anomaly of the record is honoured until its last day") {
  v1::KnownAnomaly known;
  known.set_analyte("HB");
  known.set_direction(v1::DIRECTION_LOW);
  known.set_set_by("martin");
  const auto triage = [&](const char* until) {
    known.set_until(until);
    return CodedRecord().doctor(known).earlier(40, "718-7", 79, "g/L").earlier(80, "718-7", 77, "g/L").triage(
        "718-7", 78, "g/L", "L");
  };
  const auto holds = triage("2099-12-31");
  CHECK(has(holds, "X2"));
  CHECK(holds.category() == v1::CATEGORY_A_VOIR);
  const auto over = triage("2020-01-01");
  CHECK_FALSE(has(over, "X2"));
  CHECK(over.category() == v1::CATEGORY_AUJOURDHUI);
}
