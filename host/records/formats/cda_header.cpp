// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "records/formats/cda_parts.h"

namespace relais::formats {
namespace {

using xml::attribute;
using xml::folded_text;

// Source: identity.md section 2. An unknown OID is not an INS, nor is the old calculated number (INS-C): both stay in ids.
struct InsKind {
  std::string_view oid, kind;
};
constexpr InsKind ins_kinds[] = {{"1.2.250.1.213.1.4.8", "INS-NIR"},
                                 {"1.2.250.1.213.1.4.9", "INS-NIA"},
                                 {"1.2.250.1.213.1.4.10", "INS-NIR-TEST"},
                                 {"1.2.250.1.213.1.4.11", "INS-NIR-DEMO"}};

Text child_text(pugi::xml_node node, const char* name) {
  const auto child = node.child(name);
  if (!child || child.attribute("nullFlavor")) return std::nullopt;
  auto text = folded_text(child);
  if (text.empty()) return std::nullopt;
  return text;
}

// Strict traits carry their qualifier: an unqualified family name is never taken for a birth name.
Text qualified(pugi::xml_node patient, const char* element, std::initializer_list<std::string_view> qualifiers) {
  for (const auto& wanted : qualifiers) {
    for (const auto& name : patient.children("name")) {
      for (const auto& part : name.children(element)) {
        if (wanted == part.attribute("qualifier").value()) return folded_text(part);
      }
    }
  }
  return std::nullopt;
}

Text all_given(pugi::xml_node patient) {
  std::string all;
  for (const auto& name : patient.children("name")) {
    for (const auto& given : name.children("given")) {
      if (given.attribute("qualifier")) continue;
      if (!all.empty()) all += ' ';
      all += folded_text(given);
    }
  }
  if (all.empty()) return std::nullopt;
  return all;
}

CdaPatient read_patient(pugi::xml_node role, Anomalies& anomalies) {
  CdaPatient out;
  for (const auto& id : role.children("id")) {
    out.ids.push_back(xml::id_of(id));
    for (const auto& known : ins_kinds) {
      if (!out.ids.back().root || *out.ids.back().root != known.oid || !out.ids.back().extension) continue;
      const CdaIns ins{std::string(known.kind), std::string(known.oid), *out.ids.back().extension};
      if (out.ins && *out.ins != ins) anomalies.push_back({AnomalyCode::cda_several_ins, "patient.ids"});
      if (!out.ins) out.ins = ins;
    }
  }
  const auto patient = role.child("patient");
  out.birth_family = qualified(patient, "family", {"BR"});
  out.birth_given_first = qualified(patient, "given", {"BR"});
  out.birth_given_all = all_given(patient);
  out.used_family = qualified(patient, "family", {"CL", "SP"});
  out.used_given = qualified(patient, "given", {"CL"});
  out.sex = attribute(patient.child("administrativeGenderCode"), "code");
  out.birth_date = attribute(patient.child("birthTime"), "value");
  out.birth_place_insee = child_text(patient.child("birthplace").child("place").child("addr"), "county");
  return out;
}

Text mail_of(pugi::xml_node node) {
  for (const auto& telecom : node.children("telecom")) {
    const std::string_view value = telecom.attribute("value").value();
    if (value.starts_with("mailto:")) return std::string(value.substr(7));
  }
  return std::nullopt;
}

CdaPerson person_of(pugi::xml_node entity, const char* person, const char* organisation) {
  CdaPerson out;
  const auto id = entity.child("id");
  if (id && id.attribute("root")) out.id = xml::id_of(id);
  const auto name = entity.child(person).child("name");
  out.family = child_text(name, "family");
  out.given = child_text(name, "given");
  out.organisation = child_text(entity.child(organisation), "name");
  out.mail = mail_of(entity);
  return out;
}

void read_participants(pugi::xml_node root, CdaDocument& out) {
  for (const auto& participant : root.children("participant")) {
    const std::string_view type = participant.attribute("typeCode").value();
    const std::string_view function = participant.child("functionCode").attribute("code").value();
    const auto entity = participant.child("associatedEntity");
    if (type == "REF" && !out.prescriber) out.prescriber = person_of(entity, "associatedPerson", "scopingOrganization");
    if (function == "PCP" && !out.treating_doctor) {
      out.treating_doctor = person_of(entity, "associatedPerson", "scopingOrganization");
    }
    if (function == "PRELV" && !out.collected) {
      const auto time = participant.child("time");
      out.collected = attribute(time.child("high"), "value");
      if (!out.collected) out.collected = xml::time_of(time);
    }
  }
  for (const auto& recipient : root.children("informationRecipient")) {
    out.intended_recipients.push_back(
        person_of(recipient.child("intendedRecipient"), "informationRecipient", "receivedOrganization"));
  }
}

std::optional<int> version_of(pugi::xml_node node) {
  const std::string_view text = node.attribute("value").value();
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 0) return std::nullopt;
  return version;
}

void read_relations(pugi::xml_node root, CdaDocument& out) {
  for (const auto& related : root.children("relatedDocument")) {
    const std::string type = related.attribute("typeCode").value();
    auto id = related.child("parentDocument").child("id");
    // A relation without identifier still says that a document is replaced.
    do {
      out.replaces.push_back({type, xml::id_of(id)});
      id = id.next_sibling("id");
    } while (id);
  }
  for (const auto& fulfilled : root.children("inFulfillmentOf")) {
    for (const auto& id : fulfilled.child("order").children("id")) out.order_ids.push_back(xml::id_of(id));
  }
  for (const auto& documentation : root.children("documentationOf")) {
    const auto event = documentation.child("serviceEvent");
    const auto chapter = xml::code_of(event.child("code"));
    out.chapters.push_back({chapter.code, std::nullopt, chapter.label});
    for (const auto& status : event.children("{urn:oid:1.3.6.1.4.1.19376.1.3.2}statusCode")) {
      out.lab_status.emplace_back(status.attribute("code").value());
    }
  }
}

}  // namespace

void read_header(const xml::Tree& tree, CdaDocument& out) {
  const auto root = tree.clinical_document;
  if (const auto id = root.child("id")) out.document_id = xml::id_of(id);
  if (const auto id = root.child("setId")) out.set_id = xml::id_of(id);
  out.version = version_of(root.child("versionNumber"));
  if (const auto code = root.child("code")) out.type = xml::code_of(code);
  out.title = child_text(root, "title");
  out.effective_time = attribute(root.child("effectiveTime"), "value");
  out.confidentiality = attribute(root.child("confidentialityCode"), "code");
  read_relations(root, out);
  const auto target = root.child("recordTarget");
  out.patient = read_patient(target.child("patientRole"), out.anomalies);
  if (target.next_sibling("recordTarget")) out.anomalies.push_back({AnomalyCode::cda_several_patients, "patient"});
  read_participants(root, out);
  const auto organisation =
      root.child("custodian").child("assignedCustodian").child("representedCustodianOrganization");
  if (organisation) {
    out.custodian.emplace();
    if (const auto id = organisation.child("id")) out.custodian->id = xml::id_of(id);
    out.custodian->name = child_text(organisation, "name");
  }
}

}  // namespace relais::formats
