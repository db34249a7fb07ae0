// SPDX-License-Identifier: Apache-2.0
// FHIR bundles of the official test identity, written for these tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace samples {

using Json = nlohmann::json;

struct Fhir {
  std::string type = "collection";
  Json patient = Json::parse(R"({
    "resourceType": "Patient", "id": "p1",
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": {"extension": [
      {"url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code", "valueCoding": {"code": "51215"}}]}}],
    "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}, {"system": "urn:lab", "value": "IPP7"}],
    "name": [{"use": "official", "family": "PAT-TROIS", "given": ["DOMINIQUE", "MARIE-LOUISE"]}],
    "gender": "female", "birthDate": "1979-03-28"})");
  Json laboratory = Json::parse(R"({
    "resourceType": "Organization", "id": "lab", "name": "Labo des Deux Rives",
    "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1999999999"}]})");
  Json potassium = Json::parse(R"({
    "resourceType": "Observation", "id": "k", "status": "final",
    "category": [{"coding": [{"code": "laboratory"}]}],
    "code": {"coding": [{"system": "urn:lab", "code": "K33"}, {"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
    "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2026-11-20T08:00:00+01:00",
    "valueQuantity": {"value": 4.10, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
    "interpretation": [{"coding": [{"code": "N"}]}],
    "referenceRange": [{"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.1, "unit": "mmol/L"}}]})");
  Json report = Json::parse(R"({
    "resourceType": "DiagnosticReport", "id": "r1", "status": "final",
    "identifier": [{"system": "urn:lab:report", "value": "R-1"}],
    "basedOn": [{"identifier": {"system": "urn:lab:order", "value": "F-1"}}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "11502-2"}]},
    "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2026-11-20T08:00:00+01:00", "issued": "2026-11-20T10:00:00Z",
    "performer": [{"reference": "Organization/lab"}], "result": [{"reference": "Observation/k"}]})");
  std::vector<Json> more;

  Json bundle() const {
    Json entries = Json::array();
    const auto add = [&](const Json& resource) {
      if (!resource.is_null()) entries.push_back({{"resource", resource}});
    };
    for (const auto* one : {&report, &patient, &laboratory, &potassium}) add(*one);
    for (const auto& one : more) add(one);
    return {{"resourceType", "Bundle"}, {"type", type}, {"entry", entries}};
  }
  // The decimals as a sender writes them: nlohmann would shorten 4.10.
  std::string text() const { return bundle().dump(1); }
};

}  // namespace samples
