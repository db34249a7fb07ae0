// SPDX-License-Identifier: Apache-2.0
// Who a FHIR file is about, and who acts in it. Source: FR Core, identity.md section 2.
#include <algorithm>
#include <array>
#include <string_view>

#include "records/formats/fhir_parts.h"

namespace relais::formats::fhir {
namespace {

constexpr std::string_view oid_prefix = "urn:oid:";
constexpr std::array<std::string_view, 4> ins_oids = {"1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10",
                                                      "1.2.250.1.213.1.4.11"};

std::string oid_of(const std::string& system) {
  if (system.starts_with(oid_prefix)) return system.substr(oid_prefix.size());
  return system;
}

bool is_ins(const std::string& oid) { return std::find(ins_oids.begin(), ins_oids.end(), oid) != ins_oids.end(); }

void take_identifier(Node node, FhirPatient& out, const std::string& place, Anomalies& anomalies) {
  const auto identifier = identifier_of(node);
  const auto oid = oid_of(identifier.system);
  if (!is_ins(oid) || identifier.value.empty()) {
    if (!identifier.value.empty()) out.identifiers.push_back(identifier);
    return;
  }
  if (!out.ins_value.empty() && (out.ins_value != identifier.value || out.ins_oid != oid)) {
    anomalies.push_back({AnomalyCode::fhir_several_ins, place});
    return;
  }
  out.ins_oid = oid;
  out.ins_value = identifier.value;
}

std::string joined_given(Node name) {
  std::string all;
  for (const auto& given : name.list("given")) {
    if (!all.empty()) all += ' ';
    all += given.own_text();
  }
  return all;
}

std::string extension_text(Node node, std::string_view url_end, const char* value) {
  for (const auto& extension : node.list("extension")) {
    if (extension.text("url").ends_with(url_end)) return extension.text(value);
  }
  return {};
}

void take_names(Node node, FhirPatient& out) {
  Node official, maiden, usual;
  for (const auto& name : node.list("name")) {
    const auto use = name.text("use");
    if (use == "official" && !official) official = name;
    if (use == "maiden" && !maiden) maiden = name;
    if ((use == "usual" || use.empty()) && !usual) usual = name;
  }
  // A name of no stated use is never taken for the name of birth.
  out.birth_family = maiden ? maiden.text("family") : official.text("family");
  const auto given = official ? official : maiden;
  if (const auto all = given.list("given"); !all.empty()) out.birth_given_first = all.front().own_text();
  out.birth_given_all = extension_text(given, "birth-list-given-name", "valueString");
  if (out.birth_given_all.empty()) out.birth_given_all = extension_text(node, "birth-list-given-name", "valueString");
  if (out.birth_given_all.empty()) out.birth_given_all = joined_given(given);
  out.used_family = usual.text("family");
  out.used_given = joined_given(usual);
  if (maiden && official && out.used_family.empty()) out.used_family = official.text("family");
}

void take_birth_place(Node node, FhirPatient& out) {
  for (const auto& extension : node.list("extension")) {
    if (!extension.text("url").ends_with("patient-birthPlace")) continue;
    for (const auto& part : extension["valueAddress"].list("extension")) {
      if (part.text("url").find("insee") == std::string::npos) continue;
      out.birth_place_insee = part["valueCoding"].text("code");
      if (out.birth_place_insee.empty()) out.birth_place_insee = part.text("valueString");
      if (out.birth_place_insee.empty()) out.birth_place_insee = part.text("valueCode");
    }
  }
}

std::string of_identifiers(Node node) {
  for (const auto& one : node.list("identifier")) {
    const auto identifier = identifier_of(one);
    const auto oid = oid_of(identifier.system);
    const bool digits = !identifier.value.empty() && std::all_of(identifier.value.begin(), identifier.value.end(),
                                                                 [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) continue;
    if (oid == "1.2.250.1.71.4.2.1") return identifier.value;
    constexpr std::size_t rpps = 11;
    // The bare RPPS: PS_IdNat puts the digit of its kind before it.
    if (identifier.system.find("rpps") != std::string::npos && identifier.value.size() == rpps) return "8" + identifier.value;
  }
  return {};
}

}  // namespace

FhirPatient read_patient(const Resource& resource, Anomalies& anomalies) {
  FhirPatient out;
  const auto node = resource.node;
  out.key = resource.key;
  for (const auto& identifier : node.list("identifier")) take_identifier(identifier, out, resource.place, anomalies);
  take_names(node, out);
  take_birth_place(node, out);
  const auto gender = node.text("gender");
  out.sex = gender == "female" ? "F" : gender == "male" ? "M" : "";
  const auto born = node.text("birthDate");
  out.birth_date = whole_day(born);
  if (out.birth_date.empty() && !born.empty()) {
    constexpr std::size_t day = 10;
    anomalies.push_back({born.size() < day ? AnomalyCode::fhir_partial_date : AnomalyCode::fhir_invalid_date, resource.place});
  }
  if (out.ins_value.empty()) anomalies.push_back({AnomalyCode::fhir_no_ins, resource.place});
  if (out.birth_family.empty() || out.birth_given_first.empty() || out.birth_date.empty() || out.sex.empty() ||
      out.birth_place_insee.empty()) {
    anomalies.push_back({AnomalyCode::fhir_incomplete_traits, resource.place});
  }
  return out;
}

std::string patient_key(Node reference, const Resource& from, const Resources& resources, FhirDocument& document,
                        Anomalies& anomalies) {
  const auto place = from.place + ".subject";
  if (!reference) return {};
  if (const auto found = resources.resolve(reference, from)) {
    if (found->type != "Patient") {
      anomalies.push_back({AnomalyCode::fhir_no_patient, place});
      return {};
    }
    if (document.patient(found->key) == nullptr) document.patients.push_back(read_patient(*found, anomalies));
    return found->key;
  }
  // The patient is named by a number alone, or stands elsewhere.
  FhirPatient named;
  take_identifier(reference["identifier"], named, place, anomalies);
  named.key = "identifier:" + (named.ins_value.empty() && !named.identifiers.empty() ? named.identifiers.front().joined()
                                                                                     : named.ins_oid + "|" + named.ins_value);
  if (named.ins_value.empty() && named.identifiers.empty()) {
    anomalies.push_back({AnomalyCode::fhir_unresolved_reference, place});
    const auto address = reference.text("reference");
    if (address.empty()) return {};
    named.key = "address:" + address;
  }
  if (document.patient(named.key) == nullptr) document.patients.push_back(named);
  return named.key;
}

std::string national_id(Node reference, const Resource& from, const Resources& resources) {
  if (!reference) return {};
  if (const auto identifier = reference["identifier"]) {
    const Json alone = {{"identifier", *identifier.raw()}};
    if (auto id = of_identifiers(Node(alone)); !id.empty()) return id;
  }
  auto found = resources.resolve(reference, from);
  if (found && found->type == "PractitionerRole") {
    if (auto own = of_identifiers(found->node); !own.empty()) return own;
    found = resources.resolve(found->node["practitioner"], *found);
  }
  return found && found->type == "Practitioner" ? of_identifiers(found->node) : std::string();
}

}  // namespace relais::formats::fhir
