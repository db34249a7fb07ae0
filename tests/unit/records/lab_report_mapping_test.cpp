// SPDX-License-Identifier: Apache-2.0
#include "records/lab_report_mapping.h"

#include <catch2/catch.hpp>

using namespace relais::records;
namespace f = relais::formats;
namespace v1 = relais::v1;

namespace {

const date::time_zone& paris() { return *date::locate_zone("Europe/Paris"); }

f::CdaResult result(const char* code, const char* value, const char* unit) {
  f::CdaResult r;
  r.analyte = {code, "2.16.840.1.113883.6.1", "Examen"};
  r.value.emplace();
  r.value->type = "PQ";
  r.value->value = value;
  r.value->unit = unit;
  r.status = "completed";
  return r;
}

f::CdaDocument document() {
  f::CdaDocument d;
  d.type = f::CdaCode{"11502-2", "2.16.840.1.113883.6.1", {}};
  d.document_id = f::CdaId{"1.2.3", "doc-1"};
  d.set_id = f::CdaId{"1.2.3", "set-1"};
  d.version = 1;
  d.effective_time = "20261120101500+0100";
  d.collected = "20261120080000+0100";
  d.patient.ins = f::CdaIns{"INS-NIR-TEST", "1.2.250.1.213.1.4.10", "279035121518989"};
  d.patient.ids = {{"1.2.250.1.213.1.4.10", "279035121518989"}, {"1.2.250.9", "IPP-7"}};
  d.patient.birth_family = "PAT-TROIS";
  d.patient.birth_date = "19790328";
  d.patient.sex = "F";
  d.prescriber = f::CdaPerson{f::CdaId{"1.2.250.1.71.4.2.1", "810000000001"}, {}, {}, {}, {}};
  d.results = {result("2823-3", "4.1", "mmol/L")};
  return d;
}

}  // namespace

TEST_CASE("an HL7 timestamp is an instant with its own zone or the practice's") {
  using std::chrono::sys_days;
  const auto day = relais::Instant{date::sys_days{date::year{2026} / 7 / 1}};
  CHECK(hl7_instant("20260701120000+0200", paris()) == day + std::chrono::hours{10});
  CHECK(hl7_instant("20260701120000", paris()) == day + std::chrono::hours{10});
  CHECK(hl7_instant("20260701120000-0330", paris()) == day + std::chrono::minutes{15 * 60 + 30});
  CHECK(hl7_instant("20260701", paris()) == day - std::chrono::hours{2});
  CHECK_FALSE(hl7_instant("20092012081500+0100", paris()));
  CHECK_FALSE(hl7_instant("2026", paris()));
  CHECK_FALSE(hl7_instant("", paris()));
}

TEST_CASE("the header of a report becomes a report with ids traits and prescriber") {
  const auto mapped = map_cda(document(), paris());
  CHECK(mapped.is_report);
  CHECK(mapped.report.document_id() == "1.2.3^doc-1");
  CHECK(mapped.report.set_id() == "1.2.3^set-1");
  CHECK(mapped.report.written_ins().oid() == "1.2.250.1.213.1.4.10");
  CHECK(mapped.report.written_traits().birth_date() == "1979-03-28");
  CHECK(mapped.report.written_traits().sex() == v1::SEX_FEMALE);
  CHECK(mapped.report.prescriber_national_id() == "810000000001");
  CHECK(mapped.report.status() == v1::REPORT_STATUS_FINAL);
  CHECK(mapped.laboratory_patient_ids == std::vector<std::string>{"1.2.250.9^IPP-7"});
  CHECK_FALSE(mapped.report.uncoded_content());
}

TEST_CASE("an active act makes a partial report and a parent or a version makes a corrected one") {
  auto partial = document();
  partial.lab_status = {"completed", "active"};
  CHECK(map_cda(partial, paris()).report.status() == v1::REPORT_STATUS_PARTIAL);
  auto second = document();
  second.version = 2;
  CHECK(map_cda(second, paris()).report.status() == v1::REPORT_STATUS_CORRECTED);
  auto replacing = document();
  replacing.replaces = {{"RPLC", {"1.2.3", "doc-0"}}};
  CHECK(map_cda(replacing, paris()).report.status() == v1::REPORT_STATUS_CORRECTED);
  CHECK(map_cda(replacing, paris()).parent_ids == std::vector<std::string>{"1.2.3^doc-0"});
}

TEST_CASE("a report whose results are not all coded says so") {
  auto level_one = document();
  level_one.level = 1;
  auto attached = document();
  attached.attachments.push_back({"application/pdf", "%PDF", true, "101792-0", true});
  auto unread = document();
  unread.attachments.push_back({"application/pdf", "", false, {}, false});
  auto empty = document();
  empty.results.clear();
  for (const auto& d : {level_one, attached, unread, empty}) CHECK(map_cda(d, paris()).report.uncoded_content());
  auto copy = document();
  copy.attachments.push_back({"application/pdf", "%PDF", true, "55108-5", false});
  CHECK_FALSE(map_cda(copy, paris()).report.uncoded_content());
}

TEST_CASE("a number keeps its unit its written form and its inclusive range") {
  auto d = document();
  d.results[0].reference.emplace();
  d.results[0].reference->low = f::CdaBound{"3.5", "mmol/L", {}};
  d.results[0].reference->high = f::CdaBound{"5.0", "mmol/L", "false"};
  d.results[0].all_flags = {"N", "HH", "H"};
  d.results[0].flag = "N";
  const auto o = map_cda(d, paris()).observations.at(0);
  CHECK(o.code() == "2823-3");
  CHECK(o.code_system() == "loinc");
  CHECK(o.value() == 4.1);
  CHECK(o.value_text() == "4.1");
  CHECK(o.unit() == "mmol/L");
  CHECK(o.low() == 3.5);
  CHECK(o.high() < 5.0);
  CHECK(o.high() > 4.999999);
  CHECK(o.flag() == "HH");
  CHECK(o.value_type() == v1::VALUE_TYPE_NUMERIC);
}

TEST_CASE("a bound in another unit than the result is not compared with it") {
  auto d = document();
  d.results[0].reference.emplace();
  d.results[0].reference->low = f::CdaBound{"0.7", "g/L", {}};
  const auto o = map_cda(d, paris()).observations.at(0);
  CHECK_FALSE(o.has_low());
}

TEST_CASE("an interval with one bound is a number with its comparator") {
  auto d = document();
  auto& v = *d.results[0].value;
  v = {};
  v.type = "IVL_PQ";
  v.high = f::CdaBound{"1.0", "mg/L", {}};
  v.comparator = "<=";
  const auto o = map_cda(d, paris()).observations.at(0);
  CHECK(o.comparator() == v1::COMPARATOR_LE);
  CHECK(o.value() == 1.0);
  CHECK(o.unit() == "mg/L");
}

TEST_CASE("text coded and absent values are told apart and a false number stays text") {
  auto d = document();
  d.results.assign(4, result("5778-6", "x", ""));
  d.results[0].value->value = "douze";
  d.results[1].value = f::CdaValue{};
  d.results[1].value->type = "CD";
  d.results[1].value->code = "260373001";
  d.results[1].value->label = "Détecté";
  d.results[2].value = f::CdaValue{};
  d.results[2].value->type = "ED";
  d.results[2].value->text = "<1.0 mg/L";
  d.results[3].value.reset();
  const auto mapped = map_cda(d, paris());
  CHECK(mapped.observations.at(0).value_type() == v1::VALUE_TYPE_TEXT);
  CHECK(mapped.observations.at(0).value_text() == "douze");
  CHECK(mapped.observations.at(1).value_type() == v1::VALUE_TYPE_CODED);
  CHECK(mapped.observations.at(1).value_text() == "Détecté");
  CHECK(mapped.observations.at(2).value_type() == v1::VALUE_TYPE_TEXT);
  CHECK_FALSE(mapped.observations.at(2).has_value());
  CHECK(mapped.observations.at(3).value_type() == v1::VALUE_TYPE_UNSPECIFIED);
}

TEST_CASE("a local code is kept as local and a LOINC translation is preferred to it") {
  auto d = document();
  d.results[0].analyte = {{}, {}, {}};
  d.results[0].original_text = "CRP";
  d.results[0].translations = {{"CRP-LOC", "1.2.9", "Protéine C réactive"}};
  CHECK(map_cda(d, paris()).observations.at(0).code_system() == "local");
  CHECK(map_cda(d, paris()).observations.at(0).code() == "CRP-LOC");
  d.results[0].translations.push_back({"1988-5", "2.16.840.1.113883.6.1", "CRP"});
  CHECK(map_cda(d, paris()).observations.at(0).code() == "1988-5");
}

TEST_CASE("a result dated years from its report takes the date of the collection") {
  auto d = document();
  d.results[0].time = "20140520080000+0200";
  const auto mapped = map_cda(d, paris());
  CHECK(mapped.observations.at(0).collected_ms() == mapped.report.collected_ms());
  d.results[0].time = "20261119080000+0100";
  CHECK(map_cda(d, paris()).observations.at(0).collected_ms() != mapped.report.collected_ms());
}

TEST_CASE("a prior result is history and a prior with an impossible date has none") {
  auto d = document();
  f::CdaPrior prior;
  prior.code = "2823-3";
  prior.time = "20092012081500+0100";
  prior.value.type = "PQ";
  prior.value.value = "4.0";
  prior.value.unit = "mmol/L";
  d.results[0].prior = {prior};
  d.priors = {prior};
  const auto mapped = map_cda(d, paris());
  REQUIRE(mapped.history.size() == 1);
  CHECK(mapped.history[0].history());
  CHECK(mapped.history[0].code() == "2823-3");
  CHECK_FALSE(mapped.history[0].has_collected_ms());
  CHECK(mapped.observations.size() == 1);
}

TEST_CASE("results of a document that is not a laboratory report are history only") {
  auto d = document();
  d.type = f::CdaCode{"34133-9", "2.16.840.1.113883.6.1", {}};
  const auto mapped = map_cda(d, paris());
  CHECK_FALSE(mapped.is_report);
  CHECK(mapped.observations.empty());
  CHECK(mapped.history.size() == 1);
  CHECK(mapped.history[0].history());
  CHECK_FALSE(mapped.report.uncoded_content());
  d.type = f::CdaCode{"96173-0", "2.16.840.1.113883.6.1", {}};
  CHECK(map_cda(d, paris()).is_report);
}

TEST_CASE("an aborted result says that it was asked and not rendered") {
  auto d = document();
  d.results[0].status = "aborted";
  CHECK(map_cda(d, paris()).observations.at(0).status() == v1::OBSERVATION_STATUS_ABORTED);
}
