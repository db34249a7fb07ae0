// SPDX-License-Identifier: Apache-2.0
// Vaccinations. Source: HL7 FHIR R4 (4.0.1) Immunization.
#include <algorithm>
#include <charconv>

#include "records/formats/fhir_parts.h"

namespace relais::formats::fhir {
namespace {

std::vector<ToldCode> vaccine_codes(const FhirConcept& words) {
  std::vector<ToldCode> all;
  for (const auto& coding : words.codings) {
    if (coding.code.empty()) continue;
    ToldCode one{vaccine_system(coding.system), coding.code, coding.display};
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
  }
  return all;
}

std::string words_of(Node concept_node) {
  const auto words = concept_of(concept_node);
  if (!words.text.empty()) return words.text;
  if (auto label = label_of(words); !label.empty()) return label;
  return first_code(concept_node);
}

ToldStatus status_of(const std::string& status) {
  if (status == "completed") return ToldStatus::done;
  if (status == "not-done") return ToldStatus::not_done;
  if (status == "entered-in-error") return ToldStatus::in_error;
  return ToldStatus::unknown;
}

// The primary source, and another provider's or a register's record, were seen; what somebody remembers was not.
ToldProof proof_of(Node node) {
  const auto primary = node.text("primarySource");
  const auto origin = first_code(node["reportOrigin"]);
  if (primary == "true") return ToldProof::seen;
  if (origin == "provider" || origin == "record" || origin == "school") return ToldProof::seen;
  if (origin == "recall") return ToldProof::declared;
  return primary == "false" ? ToldProof::declared : ToldProof::unknown;
}

std::string person_name(Node person) {
  const auto name = person["name"];
  if (const auto own = name.own_text(); !own.empty()) return own;  // of an organisation
  if (const auto text = name.text("text"); !text.empty()) return text;
  const auto given = name["given"].own_text(), family = name.text("family");
  return given.empty() || family.empty() ? given + family : given + " " + family;
}

void take_performer(const Resource& resource, const Resources& resources, ToldImmunization& out) {
  Node chosen;
  for (const auto& performer : resource.node.list("performer")) {
    // AP: who administered it; others ordered it.
    if (!chosen || first_code(performer["function"]) == "AP") chosen = performer;
  }
  if (!chosen) return;
  const auto actor = chosen["actor"];
  out.performer_national_id = national_id(actor, resource, resources);
  out.performer_role = words_of(chosen["function"]);
  auto found = resources.resolve(actor, resource);
  if (found && found->type == "PractitionerRole") {
    if (const auto role = words_of(found->node["code"]); !role.empty()) out.performer_role = role;
    const auto practitioner = found->node["practitioner"];
    out.performer_name = practitioner.text("display");
    found = resources.resolve(practitioner, *found);
  }
  if (found) {
    if (auto name = person_name(found->node); !name.empty()) out.performer_name = std::move(name);
  }
  if (out.performer_name.empty()) out.performer_name = actor.text("display");
}

void take_protocol(Node node, ToldImmunization& out) {
  for (const auto& protocol : node.list("protocolApplied")) {
    for (const auto& disease : protocol.list("targetDisease")) {
      const auto words = concept_of(disease);
      auto codes = vaccine_codes(words);
      if (codes.empty() && !words.text.empty()) codes.push_back({"", "", words.text});
      for (auto& one : codes)
        if (std::find(out.diseases.begin(), out.diseases.end(), one) == out.diseases.end())
          out.diseases.push_back(std::move(one));
    }
    auto rank = protocol.text("doseNumberPositiveInt");
    if (rank.empty()) rank = protocol.text("doseNumberString");
    int number = 0;
    const auto [stop, error] = std::from_chars(rank.data(), rank.data() + rank.size(), number);
    const bool whole = error == std::errc() && stop == rank.data() + rank.size();
    if (whole && number > 0 && number < 100 && out.dose_number == 0) out.dose_number = number;
  }
}

std::string sender_key_of(const Resource& resource) {
  for (const auto& one : resource.node.list("identifier")) {
    const auto identifier = identifier_of(one);
    if (!identifier.system.empty() && !identifier.value.empty()) return "fhir|" + identifier.joined();
  }
  // An address on a server is a name; "Immunization/1" is one on every server.
  return resource.full_url.find("://") != std::string::npos ? "fhir|" + lower(resource.full_url) : std::string();
}

}  // namespace

std::optional<ToldImmunization> read_immunization(const Resource& resource, const Resources& resources,
                                                  FhirDocument& document) {
  const auto node = resource.node;
  auto& anomalies = document.anomalies;
  ToldImmunization out;
  out.patient = patient_key(node["patient"], resource, resources, document, anomalies);
  if (out.patient.empty()) anomalies.push_back({AnomalyCode::fhir_no_patient, resource.place});
  if (!node.list("modifierExtension").empty())
    anomalies.push_back({AnomalyCode::fhir_modifier_extension, resource.place});
  const auto vaccine = concept_of(node["vaccineCode"]);
  out.codes = vaccine_codes(vaccine);
  out.label = vaccine.text.empty() ? label_of(vaccine) : vaccine.text;
  take_protocol(node, out);
  out.status = status_of(node.text("status"));
  out.proof = proof_of(node);
  out.reason = words_of(node["statusReason"]);
  auto written = node.text("occurrenceDateTime");
  if (written.empty()) written = node.text("occurrenceString");
  out.given = partial_day(written);
  out.lot = node.text("lotNumber");
  out.site = words_of(node["site"]);
  out.route = words_of(node["route"]);
  take_performer(resource, resources, out);
  out.sender_key = sender_key_of(resource);
  if (out.codes.empty() && out.label.empty() && out.diseases.empty()) {
    anomalies.push_back({AnomalyCode::fhir_unread_resource, resource.place});
    return std::nullopt;
  }
  if (out.codes.empty()) anomalies.push_back({AnomalyCode::fhir_immunization_not_coded, resource.place});
  if (out.given.empty() && !written.empty()) anomalies.push_back({AnomalyCode::fhir_immunization_date, resource.place});
  return out;
}

}  // namespace relais::formats::fhir
