// SPDX-License-Identifier: Apache-2.0
// Vaccination notes (CDA) and Immunization resources (FHIR) of the official test identity, written for these tests.
#pragma once

#include <string>
#include <vector>

#include "fhir_samples.h"
#include "samples.h"

namespace samples {

// One act as FR-Vaccination tells it.
struct Vaccination {
  std::string mood = "EVN";
  std::string negation = "false";
  std::string id = R"(<id root="1.2.3.4.77" extension="V1"/>)";
  std::string status = "completed";
  std::string time = R"(<effectiveTime value="20261014103000+0200"/>)";
  std::string material =
      R"(<code code="61402736" displayName="VAXIGRIPTETRA, suspension injectable" codeSystem="1.2.250.1.213.2.3.1">)"
      R"(<translation code="J07BB02" displayName="Grippe" codeSystem="2.16.840.1.113883.6.73"/></code>)"
      "<lotNumberText>U4421</lotNumberText>";
  std::string performer =
      R"(<performer typeCode="PRF"><assignedEntity><id root="1.2.250.1.71.4.2.1" extension="810000000033"/>)"
      R"(<code code="G15_21" displayName="Pharmacien"/><assignedPerson><name><family>BOITEUX</family><given>Anne</given></name>)"
      "</assignedPerson></assignedEntity></performer>";
  std::string more;  // author, informant, entryRelationship

  std::string entry() const {
    return R"(<entry><substanceAdministration classCode="SBADM" moodCode=")" + mood + R"(" negationInd=")" + negation +
           R"("><templateId root="1.2.250.1.213.1.1.3.45"/>)" + id +
           R"(<code code="IMMUNIZ" codeSystem="2.16.840.1.113883.5.4"/><text><reference value="#v"/></text><statusCode code=")" +
           status + R"("/>)" + time +
           R"(<routeCode code="20035000" displayName="voie intramusculaire"/><approachSiteCode code="1" displayName="deltoïde gauche"/>)"
           "<consumable><manufacturedProduct><manufacturedMaterial>" +
           material + "</manufacturedMaterial></manufacturedProduct></consumable>" + performer + more +
           "</substanceAdministration></entry>";
  }
};

inline std::string rank(int number) {
  return R"(<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><code code="30973-2" )"
         R"(codeSystem="2.16.840.1.113883.6.1"/><value xsi:type="INT" value=")" +
         std::to_string(number) + R"("/></observation></entryRelationship>)";
}

struct VaccinationNote : Report {
  std::vector<Vaccination> acts{Vaccination{}};
  std::string title = "Vaccin contre la grippe";
  std::string document_id = "1.2.3.4.1";

  VaccinationNote() {
    type = "11369-6";
    lab_status.clear();
  }
  std::string text() const {
    std::string told;
    for (const auto& one : acts) told += one.entry();
    auto out = xml(R"(<component><structuredBody><component><section><code code="11369-6"/><title>Vaccinations</title>)"
                   R"(<text><content ID="v">)" + title + "</content></text>" + told +
                   "</section></component></structuredBody></component>");
    const std::string own = R"(<id root="1.2.3.4.1"/>)";
    out.replace(out.find(own), own.size(), R"(<id root=")" + document_id + R"("/>)");
    return out;
  }
};

inline Json immunization() {
  return Json::parse(R"({
    "resourceType": "Immunization", "id": "i1", "status": "completed",
    "identifier": [{"system": "urn:pharmacie", "value": "VAC-77"}],
    "vaccineCode": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J07BB02", "display": "grippe"},
                               {"system": "urn:oid:1.2.250.1.213.2.3.1", "code": "61402736", "display": "VAXIGRIPTETRA"}]},
    "patient": {"reference": "Patient/p1"}, "occurrenceDateTime": "2026-10-14", "primarySource": true, "lotNumber": "U4421",
    "site": {"text": "bras gauche"}, "route": {"coding": [{"code": "IM", "display": "intramusculaire"}]},
    "performer": [{"function": {"coding": [{"code": "OP"}]}, "actor": {"display": "Dr Martin"}},
                  {"function": {"coding": [{"code": "AP", "display": "a vacciné"}]}, "actor": {"reference": "Practitioner/ph"}}],
    "protocolApplied": [{"doseNumberPositiveInt": 1, "targetDisease": [{"coding": [{"system": "http://snomed.info/sct", "code": "6142004", "display": "Grippe"}]}]}]})");
}

// A bundle of one act and nothing else.
struct Vaccinations : Fhir {
  explicit Vaccinations(const Json& act = immunization()) {
    report = potassium = laboratory = nullptr;
    more.push_back(act);
    more.push_back(Json::parse(R"({"resourceType": "Practitioner", "id": "ph",
      "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810000000033"}],
      "name": [{"family": "BOITEUX", "given": ["Anne"]}]})"));
  }
};

}  // namespace samples
