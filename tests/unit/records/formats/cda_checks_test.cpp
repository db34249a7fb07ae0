// SPDX-License-Identifier: Apache-2.0
// Each trap keeps its value and raises its own anomaly.
#include <catch2/catch.hpp>
#include <functional>

#include "records/formats/cda.h"
#include "samples.h"

using namespace relais::formats;
using samples::Report;

namespace {

struct Trap {
  AnomalyCode code;
  std::function<void(Report&)> set;
};

const Trap traps[] = {
    {AnomalyCode::cda_missing_namespace, [](Report& r) { r.root_attributes.clear(); }},
    {AnomalyCode::cda_no_set_id, [](Report& r) { r.set_id.clear(); }},
    {AnomalyCode::cda_invalid_version, [](Report& r) { r.version = "deux"; }},
    {AnomalyCode::cda_replaces_outside_set,
     [](Report& r) {
       r.version = "2";
       r.related = R"(<relatedDocument typeCode="RPLC"><parentDocument><id root="1.9.9"/></parentDocument></relatedDocument>)";
     }},
    {AnomalyCode::cda_replaces_without_version,
     [](Report& r) {
       r.related = R"(<relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3.4.0"/></parentDocument></relatedDocument>)";
     }},
    {AnomalyCode::cda_identifier_not_oid,
     [](Report& r) {
       r.version = "2";
       r.related = R"(<relatedDocument typeCode="RPLC"><parentDocument><id root="8D5E778C-E155-4685-95C6-5FF65A362964"/>)"
                   "</parentDocument></relatedDocument>";
     }},
    {AnomalyCode::cda_several_patients, [](Report& r) { r.related = "<recordTarget><patientRole/></recordTarget>"; }},
    {AnomalyCode::cda_no_ins, [](Report& r) { r.ids = R"(<id root="1.2.250.1.213.1.4.99" extension="279035121518989"/>)"; }},
    {AnomalyCode::cda_several_ins, [](Report& r) { r.ids += R"(<id root="1.2.250.1.213.1.4.8" extension="184127645108946"/>)"; }},
    {AnomalyCode::cda_invalid_date, [](Report& r) { r.birth_time = "19791328"; }},
    {AnomalyCode::cda_no_prescriber, [](Report& r) { r.prescriber.clear(); }},
    {AnomalyCode::cda_unexpected_type, [](Report& r) { r.type = "60591-5"; }},
    {AnomalyCode::cda_results_outside_report, [](Report& r) { r.type = "34133-9"; }},
    {AnomalyCode::cda_partial_report, [](Report& r) { r.lab_status = "active"; }},
    {AnomalyCode::cda_local_code, [](Report& r) { r.analyte = R"(<code><translation code="K" codeSystem="1.2.9"/></code>)"; }},
    {AnomalyCode::cda_no_code, [](Report& r) { r.analyte = R"(<code nullFlavor="UNK"/>)"; }},
    {AnomalyCode::cda_broken_reference,
     [](Report& r) { r.analyte = R"(<code code="2823-3"><originalText><reference value="#absent"/></originalText></code>)"; }},
    {AnomalyCode::cda_label_unrelated,
     [](Report& r) {
       r.analyte = R"(<code code="80383-3" codeSystem="2.16.840.1.113883.6.1" displayName="Influenza virus B Ag [X]">)"
                   R"(<originalText><reference value="#absent"/></originalText></code>)";
       r.value = R"(<value xsi:type="CD" code="260385009"><originalText><reference value="#autre"/></originalText></value>)";
     }},
    {AnomalyCode::cda_no_value, [](Report& r) { r.value.clear(); }},
    {AnomalyCode::cda_several_values, [](Report& r) { r.value += R"(<value xsi:type="PQ" value="4.2" unit="mmol/L"/>)"; }},
    {AnomalyCode::cda_value_as_text, [](Report& r) { r.value = R"(<value xsi:type="ST">4,1</value>)"; }},
    {AnomalyCode::cda_invalid_number, [](Report& r) { r.value = R"(<value xsi:type="PQ" value="4,1" unit="mmol/L"/>)"; }},
    {AnomalyCode::cda_number_without_unit, [](Report& r) { r.value = R"(<value xsi:type="REAL" value="4.1"/>)"; }},
    {AnomalyCode::cda_comparator_contradicts_text,
     [](Report& r) {
       r.narrative = R"(<table><tr><td><content ID="k">CRP</content></td><td>&lt; 1.0 mg/L</td></tr></table>)";
       r.value = R"(<value xsi:type="IVL_PQ"><high value="1.0" unit="mg/L" inclusive="true"/></value>)";
     }},
    {AnomalyCode::cda_no_flag_on_coded_value,
     [](Report& r) {
       r.value = R"(<value xsi:type="CD" code="1269497006" displayName="ADN détecté"/>)";
       r.flag.clear();
     }},
    {AnomalyCode::cda_unknown_flag, [](Report& r) { r.flag = R"(<interpretationCode code="ZZ"/>)"; }},
    {AnomalyCode::cda_several_flags, [](Report& r) { r.flag += R"(<interpretationCode code="U"/>)"; }},
    {AnomalyCode::cda_flag_contradicts_range, [](Report& r) { r.flag = R"(<interpretationCode code="H"/>)"; }},
    {AnomalyCode::cda_degenerate_range, [](Report& r) { r.range = R"(<low value="3.5" unit="mmol/L"/><high value="3.50" unit="mmol/L"/>)"; }},
    {AnomalyCode::cda_inverted_range, [](Report& r) { r.range = R"(<low value="5" unit="mmol/L"/><high value="3" unit="mmol/L"/>)"; }},
    {AnomalyCode::cda_several_ranges, [](Report& r) { r.inside = "<referenceRange/>"; }},
    {AnomalyCode::cda_range_unit_differs, [](Report& r) { r.range = R"(<low value="35" unit="mg/L"/>)"; }},
    {AnomalyCode::cda_value_on_bound, [](Report& r) { r.range = R"(<low value="4.10" unit="mmol/L"/>)"; }},
    {AnomalyCode::cda_time_far_from_report, [](Report& r) { r.time = "20140402145521+0200"; }},
    {AnomalyCode::cda_cancelled_result, [](Report& r) { r.status = "aborted"; }},
    {AnomalyCode::cda_unreadable_attachment,
     [](Report& r) { r.sections = "<component><section><entry><observationMedia><value mediaType=\"application/pdf\" representation=\"B64\">"
                                  "AAAAA</value></observationMedia></entry></section></component>"; }},
    {AnomalyCode::cda_media_type_mismatch,
     [](Report& r) { r.sections = "<component><section><entry><observationMedia><value mediaType=\"application/pdf\" representation=\"B64\">"
                                  "TWFu</value></observationMedia></entry></section></component>"; }},
    {AnomalyCode::cda_same_measure_twice,
     [](Report& r) {
       r.entries = R"(<entryRelationship><observation><templateId root="1.2.250.1.213.1.1.3.80"/>)"
                   R"(<code code="99999-9" codeSystem="2.16.840.1.113883.6.1" displayName="Potassium [Masse/Volume] Sérum"/>)"
                   R"(<effectiveTime value="20260104080000+0100"/><value xsi:type="PQ" value="0.16" unit="g/L"/>)"
                   "</observation></entryRelationship>";
     }},
};

}  // namespace

TEST_CASE("each trap of a document raises its own anomaly") {
  for (const auto& trap : traps) {
    Report report;
    trap.set(report);
    const auto document = read_cda(report.xml());
    CAPTURE(stable_code(trap.code));
    REQUIRE(document);
    CHECK(has(document->anomalies, trap.code));
  }
}

TEST_CASE("a value that contradicts its flag is kept as written") {
  Report r;
  r.flag = R"(<interpretationCode code="H"/>)";
  const auto d = read_cda(r.xml());
  CHECK(d->results[0].value->value == "4.1");
  CHECK(d->results[0].flag == "H");
  CHECK(d->anomalies == Anomalies{{AnomalyCode::cda_flag_contradicts_range, "results[0]"}});
}

TEST_CASE("normal beyond a bound is a contradiction and normal on an included bound is not") {
  const auto contradicts = [](const std::string& value, const std::string& flag, const std::string& range) {
    Report r;
    r.value = "<value xsi:type=\"PQ\" value=\"" + value + "\" unit=\"mmol/L\"/>";
    r.flag = "<interpretationCode code=\"" + flag + "\"/>";
    r.range = range;
    return has(read_cda(r.xml())->anomalies, AnomalyCode::cda_flag_contradicts_range);
  };
  const std::string both = R"(<low value="3.5" unit="mmol/L"/><high value="5" unit="mmol/L"/>)";
  CHECK(contradicts("5.1", "N", both));
  CHECK_FALSE(contradicts("5.1", "H", both));
  CHECK_FALSE(contradicts("5.0", "N", both));
  CHECK(contradicts("3.4", "N", both));
  CHECK(contradicts("3.6", "LL", both));
  CHECK(contradicts("5.0", "N", R"(<high value="5" unit="mmol/L" inclusive="false"/>)"));
  CHECK_FALSE(contradicts("900", "N", R"(<low value="3.5" unit="mmol/L"/>)"));
}

TEST_CASE("an invalid date of a prior result is found there") {
  Report r;
  r.inside = R"(<entryRelationship typeCode="REFR"><observation><effectiveTime value="20092012081500+0100"/></observation>)"
             "</entryRelationship>";
  const auto d = read_cda(r.xml());
  CHECK(d->anomalies == Anomalies{{AnomalyCode::cda_invalid_date, "priors[0].time"}});
  CHECK(d->results[0].prior.at(0).time == "20092012081500+0100");
}
