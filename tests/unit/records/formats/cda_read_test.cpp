// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "records/formats/cda.h"
#include "samples.h"

using namespace relais::formats;
using samples::Report;

namespace {

CdaDocument read(const std::string& xml) {
  auto document = read_cda(xml);
  if (!document) FAIL(relais::stable_code(document.error().code) << ": " << document.error().detail);
  return std::move(*document);
}

}  // namespace

TEST_CASE("a right report is read whole and raises nothing") {
  const auto d = read(Report{}.xml());
  CHECK(d.anomalies.empty());
  CHECK(d.is_lab_report());
  CHECK(d.document_id->root == "1.2.3.4.1");
  CHECK(d.version == 1);
  CHECK(d.patient.ins->kind == "INS-NIR-TEST");
  CHECK(d.patient.ins->value == "279035121518989");
  CHECK(d.patient.birth_family == "PAT-TROIS");
  CHECK(d.patient.birth_given_first == "DOMINIQUE");
  CHECK(d.patient.birth_given_all == "DOMINIQUE MARIE-LOUISE");
  CHECK(d.patient.birth_place_insee == "51215");
  CHECK(d.prescriber->given == "Ève");
  CHECK(d.lab_status == std::vector<std::string>{"completed"});
  REQUIRE(d.results.size() == 1);
  const auto& r = d.results[0];
  CHECK(r.analyte.code == "2823-3");
  CHECK(r.original_text == "Potassium");
  CHECK(r.value->value == "4.1");
  CHECK(r.value->unit == "mmol/L");
  CHECK(r.flag == "N");
  CHECK(r.reference->low->value == "3.5");
  CHECK(r.reference->high->value == "5.0");
  CHECK(r.section->label == "Biochimie");
  CHECK(d.sections[0].narrative == "Potassium 4,1 mmol/L");
}

TEST_CASE("prefixes do not matter and an XSLT envelope is opened") {
  auto xml = Report{}.xml();
  xml.erase(0, xml.find("<Clin"));
  // Every element and xsi:type value moves under the prefix c.
  std::string prefixed;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    prefixed += xml[i];
    if (xml[i] == '<' && xml.compare(i, 5, "<lab:") != 0) prefixed += xml[i + 1] == '/' ? (++i, "/c:") : "c:";
  }
  prefixed.replace(prefixed.find("xmlns=\""), 6, "xmlns:c=");
  const auto lab_end = prefixed.find("</c:lab:");
  if (lab_end != std::string::npos) prefixed.erase(lab_end + 2, 2);
  prefixed.replace(prefixed.find("\"PQ\""), 4, "\"c:PQ\"");
  const auto d = read("<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><data xmlns=\"urn:x\">" + prefixed +
                      "</data></xsl:stylesheet>");
  CHECK(d.wrapper == "stylesheet");
  CHECK(has(d.anomalies, AnomalyCode::cda_wrapped_in_stylesheet));
  REQUIRE(d.results.size() == 1);
  CHECK(d.results[0].value->type == "PQ");
  CHECK(d.lab_status.size() == 1);
}

TEST_CASE("an element of another namespace is never taken for CDA") {
  Report r;
  r.entries = R"(<entryRelationship><x:observation xmlns:x="urn:other"><x:templateId root="1.3.6.1.4.1.19376.1.3.1.6"/>)"
              "</x:observation></entryRelationship>";
  CHECK(read(r.xml()).results.size() == 1);
  CHECK(read_cda("<x:ClinicalDocument xmlns:x='urn:other'/>").error().code == relais::Code::ingest_cda_not_cda);
}

TEST_CASE("a prior result is history and never a result of the day") {
  Report r;
  r.inside = R"(<entryRelationship typeCode="REFR"><observation><code code="2823-3"/><effectiveTime value="20250101"/>)"
             R"(<value xsi:type="PQ" value="3.9" unit="mmol/L"/></observation></entryRelationship>)"
             R"(<entryRelationship typeCode="REFR"><observation><templateId root="1.2.250.1.213.1.1.3.80"/>)"
             R"(<code code="2823-3"/></observation></entryRelationship>)";
  const auto d = read(r.xml());
  REQUIRE(d.results.size() == 1);
  REQUIRE(d.results[0].prior.size() == 2);
  CHECK(d.results[0].prior[0].value.value == "3.9");
  CHECK(d.results[0].prior[0].time == "20250101");
  CHECK(d.priors[1].lab_template);
}

TEST_CASE("each value type keeps its written form") {
  const auto value = [](const std::string& xml) {
    Report r;
    r.value = xml;
    r.range.clear();
    return *read(r.xml()).results[0].value;
  };
  CHECK(value(R"(<value xsi:type="REAL" value="2.0"/>)").value == "2.0");
  CHECK(value(R"(<value xsi:type="INT" value="12"/>)").type == "INT");
  CHECK(value(R"(<value xsi:type="BL" value="true"/>)").value == "true");
  CHECK(value(R"(<value xsi:type="TS" value="20260104"/>)").value == "20260104");
  CHECK(value(R"(<value xsi:type="ST">trace</value>)").text == "trace");
  CHECK(value(R"(<value xsi:type="ED">&lt;1.0 mg/L</value>)").text == "<1.0 mg/L");
  CHECK(value(R"(<value xsi:type="ED"><reference value="#k"/></value>)").text == "Potassium");
  CHECK(value(R"(<value xsi:type="PQ" nullFlavor="NA"/>)").null_flavor == "NA");
  const auto coded = value(R"(<value xsi:type="CD" code="260385009" codeSystem="2.16.840.1.113883.6.96" displayName="négatif"/>)");
  CHECK(coded.code == "260385009");
  CHECK(coded.label == "négatif");
  const auto ratio = value(R"(<value xsi:type="RTO_PQ_PQ"><numerator value="1" unit="mL"/><denominator value="80" unit="mL"/></value>)");
  CHECK(ratio.value == "1/80");
}

TEST_CASE("an interval with one bound is a comparison and its inclusion is kept") {
  const auto comparator = [](const std::string& bounds) {
    Report r;
    r.value = R"(<value xsi:type="IVL_PQ">)" + bounds + "</value>";
    return read(r.xml()).results[0].value->comparator;
  };
  CHECK(comparator(R"(<high value="1" unit="g/L"/>)") == "<=");
  CHECK(comparator(R"(<high value="1" inclusive="false"/>)") == "<");
  CHECK(comparator(R"(<low value="1" inclusive="true"/>)") == ">=");
  CHECK(comparator(R"(<low value="1" inclusive="false"/><high nullFlavor="PINF"/>)") == ">");
  CHECK_FALSE(comparator(R"(<low value="1"/><high value="2"/>)"));
}

TEST_CASE("the range of a result is that of normal values") {
  const auto reference = [](const std::string& ranges) {
    Report r;
    r.range.clear();
    r.inside = ranges;
    return read(r.xml()).results[0].reference;
  };
  const auto range = [](const std::string& low, const std::string& more) {
    return "<referenceRange><observationRange><value xsi:type=\"IVL_PQ\"><low value=\"" + low + "\"/></value>" + more +
           "</observationRange></referenceRange>";
  };
  const std::string high = R"(<interpretationCode code="H"/>)", normal = R"(<interpretationCode code="N"/>)";
  CHECK(reference(range("5.2", high) + range("3.5", normal))->low->value == "3.5");
  CHECK(reference(range("3.5", "") + range("5.2", high))->low->value == "3.5");
  CHECK_FALSE(reference(range("5.2", high)));
  const std::string words = "<referenceRange><observationRange><text>selon âge</text></observationRange></referenceRange>";
  CHECK(reference(words + range("3.5", ""))->low->value == "3.5");
  CHECK(reference(words)->text == "selon âge");
}

TEST_CASE("a level 1 document of text keeps its lines and one that is not there is said") {
  const auto attachment = [](const std::string& text) {
    const auto d = read(Report{}.xml("<component><nonXMLBody>" + text + "</nonXMLBody></component>"));
    REQUIRE(d.attachments.size() == 1);
    CHECK(d.attachments[0].decoded == !has(d.anomalies, AnomalyCode::cda_unreadable_attachment));
    return d.attachments[0];
  };
  CHECK(attachment("<text mediaType=\"text/plain\">Sodium\n  118 !</text>").bytes == "Sodium\n  118 !");
  CHECK_FALSE(attachment("<text mediaType=\"application/pdf\"><reference value=\"CR.PDF\"/></text>").decoded);
  CHECK_FALSE(attachment("<text mediaType=\"application/pdf\" representation=\"B64\"> </text>").decoded);
}

TEST_CASE("a level 1 document gives its PDF and says that nothing is coded") {
  const std::string pdf = "%PDF-1.4 test";
  const auto d = read(Report{}.xml("<component><nonXMLBody><text mediaType=\"application/pdf\" representation=\"B64\">" +
                                   samples::base64(pdf) + "</text></nonXMLBody></component>"));
  CHECK(d.level == 1);
  REQUIRE(d.attachments.size() == 1);
  CHECK(d.attachments[0].bytes == pdf);
  CHECK(has(d.anomalies, AnomalyCode::cda_no_structured_result));
}

TEST_CASE("a PDF of results that are not coded marks the document as partly readable") {
  Report r;
  r.sections = "<component><section><code code=\"101792-0\"/><entry><observationMedia><value mediaType=\"application/pdf\" "
               "representation=\"B64\">" + samples::base64("%PDF-1.4") +
               "</value></observationMedia></entry></section></component>";
  const auto d = read(r.xml());
  CHECK(has(d.anomalies, AnomalyCode::cda_uncoded_attachment));
  REQUIRE(d.attachments.size() == 1);
  CHECK(d.attachments[0].holds_uncoded_results);
}

TEST_CASE("a comment is tied to its result and to the document") {
  Report r;
  r.inside = R"(<entryRelationship typeCode="SUBJ"><act><templateId root="1.2.250.1.213.1.1.3.32"/>)"
             "<text>Traitement immédiat</text></act></entryRelationship>";
  const auto d = read(r.xml());
  CHECK(d.results[0].comments == std::vector<std::string>{"Traitement immédiat"});
  CHECK(d.comments.size() == 1);
  CHECK(has(d.anomalies, AnomalyCode::cda_comment_to_read));
}

TEST_CASE("declared Latin encodings are read") {
  Report r;
  r.declaration = R"(<?xml version="1.0" encoding="ISO-8859-15"?>)";
  auto xml = r.xml();
  for (std::size_t at; (at = xml.find("è")) != std::string::npos;) xml.replace(at, 2, "\xE8");
  for (std::size_t at; (at = xml.find("é")) != std::string::npos;) xml.replace(at, 2, "\xE9");
  for (std::size_t at; (at = xml.find("È")) != std::string::npos;) xml.replace(at, 2, "\xC8");
  const auto d = read(xml);
  CHECK(d.prescriber->given == "Ève");
  CHECK(d.anomalies.empty());
}

TEST_CASE("treating doctor and recipients and collection time are read") {
  Report r;
  r.related = R"(<informationRecipient><intendedRecipient><telecom value="mailto:a@b.mssante.fr"/><informationRecipient>)"
              R"(<name><family>BLUE</family></name></informationRecipient></intendedRecipient></informationRecipient>)"
              R"(<participant typeCode="INF"><functionCode code="PCP"/><associatedEntity><associatedPerson><name>)"
              R"(<family>ROUX</family></name></associatedPerson></associatedEntity></participant>)"
              R"(<participant typeCode="PRF"><functionCode code="PRELV"/><time><high value="202601040735+0100"/></time></participant>)";
  const auto d = read(r.xml());
  CHECK(d.intended_recipients.at(0).mail == "a@b.mssante.fr");
  CHECK(d.treating_doctor->family == "ROUX");
  CHECK(d.collected == "202601040735+0100");
}
