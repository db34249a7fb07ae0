// SPDX-License-Identifier: Apache-2.0
// Writes the CDA R2 CR-BIO file that a laboratory would send: header, participants, one section, one battery.
#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "scenario.h"

namespace demo {
namespace {

constexpr auto loinc = "2.16.840.1.113883.6.1";
constexpr auto interpretation = "2.16.840.1.113883.5.83";

pugi::xml_node element(pugi::xml_node parent, const char* name,
                       std::initializer_list<std::pair<const char*, std::string>> attributes = {}) {
  auto node = parent.append_child(name);
  for (const auto& [key, value] : attributes) node.append_attribute(key) = value.c_str();
  return node;
}

void text(pugi::xml_node parent, const char* name, const std::string& value) {
  parent.append_child(name).text() = value.c_str();
}

std::string compact(std::string iso) {
  iso.erase(std::remove(iso.begin(), iso.end(), '-'), iso.end());
  return iso;
}

void write_patient(pugi::xml_node root, const DemoPatient& patient, const DemoReport& report) {
  auto role = element(element(root, "recordTarget"), "patientRole");
  const bool unknown = report.unknown_patient;
  element(role, "id", {{"root", "1.2.250.1.213.1.4.10"}, {"extension", unknown ? "201015121500191" : patient.ins}});
  auto person = element(role, "patient");
  auto name = element(person, "name");
  auto given_all = element(name, "given");
  given_all.text() = patient.given.c_str();
  auto given = element(name, "given", {{"qualifier", "BR"}});
  given.text() = patient.given.c_str();
  auto family = element(name, "family", {{"qualifier", "BR"}});
  family.text() = unknown ? "FICTIF-INCONNU" : patient.family.c_str();
  element(person, "administrativeGenderCode",
          {{"code", patient.female ? "F" : "M"}, {"codeSystem", "2.16.840.1.113883.5.1"}});
  element(person, "birthTime", {{"value", compact(patient.birth_date)}});
  auto address = element(element(element(person, "birthplace"), "place"), "addr");
  text(address, "county", report.foreign_birth_place ? "63220" : patient.birth_place);
}

void write_person(pugi::xml_node parent, const DemoDoctor& doctor) {
  auto entity = element(parent, "associatedEntity", {{"classCode", "PROV"}});
  element(entity, "id", {{"root", "1.2.250.1.71.4.2.1"}, {"extension", doctor.national_id}});
  auto name = element(element(entity, "associatedPerson"), "name");
  const auto space = doctor.name.rfind(' ');
  text(name, "given", doctor.name.substr(3, space - 3));
  text(name, "family", doctor.name.substr(space + 1));
}

void write_result(pugi::xml_node organizer, const DemoResult& result, const std::string& collected) {
  auto component = element(organizer, "component");
  auto observation = element(component, "observation", {{"classCode", "OBS"}, {"moodCode", "EVN"}});
  element(observation, "templateId", {{"root", "1.3.6.1.4.1.19376.1.3.1.6"}});
  element(observation, "templateId", {{"root", "1.2.250.1.213.1.1.3.80"}});
  element(observation, "code", {{"code", result.code}, {"codeSystem", loinc}, {"displayName", result.label}});
  element(observation, "statusCode", {{"code", "completed"}});
  element(observation, "effectiveTime", {{"value", collected}});
  element(observation, "value",
          {{"xsi:type", "PQ"}, {"value", fmt::format("{:g}", result.value)}, {"unit", result.unit}});
  if (!result.flag.empty())
    element(observation, "interpretationCode", {{"code", result.flag}, {"codeSystem", interpretation}});
  auto range =
      element(element(element(observation, "referenceRange"), "observationRange"), "value", {{"xsi:type", "IVL_PQ"}});
  element(range, "low", {{"value", fmt::format("{:g}", result.low)}, {"unit", result.unit}});
  element(range, "high", {{"value", fmt::format("{:g}", result.high)}, {"unit", result.unit}});
}

void write_comment(pugi::xml_node entry_act, const std::string& comment) {
  auto act = element(element(entry_act, "entryRelationship", {{"typeCode", "COMP"}}), "act",
                     {{"classCode", "ACT"}, {"moodCode", "EVN"}});
  element(act, "templateId", {{"root", "1.3.6.1.4.1.19376.1.5.3.1.4.2"}});
  element(act, "templateId", {{"root", "1.2.250.1.213.1.1.3.32"}});
  element(act, "code", {{"code", "48767-8"}, {"codeSystem", loinc}, {"displayName", "Commentaire"}});
  text(act, "text", comment);
  element(act, "statusCode", {{"code", "completed"}});
}

void write_body(pugi::xml_node root, const DemoReport& report, const std::string& collected) {
  auto component = element(root, "component");
  if (report.pdf_only) {
    auto body = element(component, "nonXMLBody");
    auto content = element(body, "text", {{"mediaType", "application/pdf"}, {"representation", "B64"}});
    content.text() = "JVBERi0xLjQKJSBkZW1vbnN0cmF0aW9uCg==";  // "%PDF-1.4" and a comment line
    return;
  }
  auto section = element(element(element(component, "structuredBody"), "component"), "section");
  element(section, "templateId", {{"root", "1.3.6.1.4.1.19376.1.3.3.2.1"}});
  element(section, "templateId", {{"root", "1.2.250.1.213.1.1.2.70"}});
  element(section, "code", {{"code", "18719-5"}, {"codeSystem", loinc}, {"displayName", "Biochimie"}});
  text(section, "title", "Biochimie");
  auto act =
      element(element(section, "entry", {{"typeCode", "DRIV"}}), "act", {{"classCode", "ACT"}, {"moodCode", "EVN"}});
  element(act, "templateId", {{"root", "1.2.250.1.213.1.1.3.21"}});
  element(act, "code", {{"code", "18719-5"}, {"codeSystem", loinc}});
  element(act, "statusCode", {{"code", report.partial ? "active" : "completed"}});
  auto organizer = element(element(act, "entryRelationship", {{"typeCode", "COMP"}}), "organizer",
                           {{"classCode", "BATTERY"}, {"moodCode", "EVN"}});
  element(organizer, "templateId", {{"root", "1.3.6.1.4.1.19376.1.3.1.4"}});
  element(organizer, "statusCode", {{"code", "completed"}});
  for (const auto& result : report.results) write_result(organizer, result, collected);
  if (!report.comment.empty()) write_comment(act, report.comment);
}

}  // namespace

std::string write_cda(const Scenario& scenario, const DemoReport& report, const std::string& today) {
  const auto day = compact(today);
  pugi::xml_document document;
  auto root = element(document, "ClinicalDocument",
                      {{"xmlns", "urn:hl7-org:v3"},
                       {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"},
                       {"xmlns:lab", "urn:oid:1.3.6.1.4.1.19376.1.3.2"}});
  element(root, "realmCode", {{"code", "FR"}});
  element(root, "typeId", {{"root", "2.16.840.1.113883.1.3"}, {"extension", "POCD_HD000040"}});
  element(root, "templateId", {{"root", "1.2.250.1.213.1.1.1.55"}});
  element(root, "id", {{"root", report.document_id}});
  element(root, "code", {{"code", "11502-2"}, {"codeSystem", loinc}, {"displayName", "CR d'examens biologiques"}});
  text(root, "title", "Compte rendu d'examens biologiques");
  element(root, "effectiveTime", {{"value", day + "150000+0100"}});
  element(root, "confidentialityCode", {{"code", "N"}, {"codeSystem", "2.16.840.1.113883.5.25"}});
  element(root, "languageCode", {{"code", "fr-FR"}});
  element(root, "setId", {{"root", report.set_id}});
  element(root, "versionNumber", {{"value", std::to_string(report.version)}});
  write_patient(root, scenario.patients.at(report.patient), report);
  auto custodian =
      element(element(element(root, "custodian"), "assignedCustodian"), "representedCustodianOrganization");
  element(custodian, "id", {{"root", "1.2.250.1.71.4.2.2"}, {"extension", "1000000001"}});
  text(custodian, "name", "Laboratoire de démonstration");
  for (const auto& doctor : scenario.doctors)
    if (doctor.id == report.prescriber) write_person(element(root, "participant", {{"typeCode", "REF"}}), doctor);
  element(element(element(root, "inFulfillmentOf"), "order"), "id",
          {{"root", "1.2.250.1.213.1.1.9"}, {"extension", report.set_id.substr(report.set_id.rfind('.') + 1)}});
  auto event = element(element(root, "documentationOf"), "serviceEvent");
  element(event, "code", {{"code", "18719-5"}, {"codeSystem", loinc}});
  element(event, "lab:statusCode", {{"code", report.partial ? "active" : "completed"}});
  if (!report.replaces.empty()) {
    auto parent = element(element(root, "relatedDocument", {{"typeCode", "RPLC"}}), "parentDocument");
    element(parent, "id", {{"root", report.replaces}});
    element(parent, "setId", {{"root", report.set_id}});
  }
  write_body(root, report, day + "073000+0100");
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  auto xml = out.str();
  // A file cut in transit: what a broken transfer leaves.
  if (report.damaged) xml.resize(xml.size() / 2);
  return xml;
}

}  // namespace demo
