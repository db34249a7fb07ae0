// SPDX-License-Identifier: Apache-2.0
// Conditions and treatments. Source: biologie.md section 6, contexte-clinique.csv (ICD-10 and ATC).
#include <string_view>

#include "records/formats/fhir_parts.h"

namespace relais::formats::fhir {
namespace {

bool is_icd10(const std::string& system) {
  const auto name = lower(system);
  if (name.find("icd-10-cm") != std::string::npos || name.find("icd-10-pcs") != std::string::npos) return false;
  return name.find("icd-10") != std::string::npos || name.find("cim-10") != std::string::npos ||
         name.find("cim10") != std::string::npos || name == "urn:oid:2.16.840.1.113883.6.3";
}

bool is_atc(const std::string& system) {
  const auto name = lower(system);
  return name == "http://www.whocc.no/atc" || name == "urn:oid:2.16.840.1.113883.6.73" ||
         name.find("terminologie-atc") != std::string::npos;
}

void take_code(const FhirConcept& words, bool (*wanted)(const std::string&), FhirContext& out) {
  out.label = words.text.empty() ? label_of(words) : words.text;
  for (const auto& coding : words.codings) {
    if (coding.code.empty()) continue;
    if (wanted(coding.system)) {
      if (out.code.empty()) out.code = coding.code;
    } else if (out.written_code.empty()) {
      out.written_code = FhirIdentifier{coding.system, coding.code}.joined();
    }
  }
  if (!out.code.empty()) out.written_code.clear();
}

// The day of the first of these elements that has one.
std::string first_day(Node node, const std::vector<std::pair<const char*, const char*>>& elements) {
  for (const auto& [element, part] : elements) {
    const auto written = *part == '\0' ? node.text(element) : node[element].text(part);
    if (auto day = whole_day(written); !day.empty()) return day;
  }
  return {};
}

std::optional<FhirContext> read_condition(const Resource& resource, FhirContext out, Anomalies& anomalies) {
  const auto node = resource.node;
  const auto verified = first_code(node["verificationStatus"]);
  if (verified == "refuted" || verified == "entered-in-error") {
    anomalies.push_back({AnomalyCode::fhir_context_refuted, resource.place});
    return std::nullopt;
  }
  take_code(concept_of(node["code"]), is_icd10, out);
  if (out.code.empty()) anomalies.push_back({AnomalyCode::fhir_condition_not_icd10, resource.place});
  out.from = first_day(node, {{"onsetDateTime", ""}, {"onsetPeriod", "start"}});
  out.until = first_day(node, {{"abatementDateTime", ""}, {"abatementPeriod", "end"}, {"abatementPeriod", "start"}});
  const auto clinical = first_code(node["clinicalStatus"]);
  const bool over = clinical == "resolved" || clinical == "inactive" || clinical == "remission";
  // Over since a day nobody tells: at the latest when it was recorded.
  if (over && out.until.empty()) out.until = first_day(node, {{"recordedDate", ""}});
  return out;
}

std::optional<FhirContext> read_treatment(const Resource& resource, const Resources& resources, FhirContext out,
                                          Anomalies& anomalies) {
  const auto node = resource.node;
  const auto status = node.text("status");
  if (status == "not-taken" || status == "entered-in-error" || status == "cancelled" || status == "draft" ||
      node.text("doNotPerform") == "true") {
    anomalies.push_back({AnomalyCode::fhir_context_refuted, resource.place});
    return std::nullopt;
  }
  out.treatment = true;
  auto product = node["medicationCodeableConcept"];
  if (const auto reference = node["medicationReference"]) {
    const auto medication = resources.resolve(reference, resource);
    if (medication) product = medication->node["code"];
    if (!medication) {
      anomalies.push_back({AnomalyCode::fhir_unresolved_reference, resource.place + ".medication"});
      out.label = reference.text("display");
    }
  }
  if (product) take_code(concept_of(product), is_atc, out);
  if (out.code.empty()) anomalies.push_back({AnomalyCode::fhir_treatment_not_atc, resource.place});
  out.from = first_day(node, {{"effectiveDateTime", ""}, {"effectivePeriod", "start"}, {"authoredOn", ""}});
  out.until = first_day(node, {{"effectivePeriod", "end"}});
  const bool over = status == "stopped" || status == "completed";
  if (over && out.until.empty()) out.until = first_day(node, {{"dateAsserted", ""}});
  return out;
}

}  // namespace

std::optional<FhirContext> read_context(const Resource& resource, const Resources& resources, FhirDocument& document) {
  FhirContext out;
  auto& anomalies = document.anomalies;
  out.patient = patient_key(resource.node["subject"], resource, resources, document, anomalies);
  if (out.patient.empty()) anomalies.push_back({AnomalyCode::fhir_no_patient, resource.place});
  if (!resource.node.list("modifierExtension").empty()) {
    anomalies.push_back({AnomalyCode::fhir_modifier_extension, resource.place});
  }
  if (resource.type == "Condition") return read_condition(resource, std::move(out), anomalies);
  return read_treatment(resource, resources, std::move(out), anomalies);
}

}  // namespace relais::formats::fhir
