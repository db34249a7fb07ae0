// SPDX-License-Identifier: Apache-2.0
// Rights of long-term conditions. Source: FHIR R4 Coverage; ald.md, section 2, for what a right holds.
#include "records/formats/fhir_parts.h"

namespace relais::formats::fhir {

std::optional<FhirRight> read_right(const Resource& resource, const Resources& resources, FhirDocument& document) {
  const auto node = resource.node;
  auto& anomalies = document.anomalies;
  FhirRight right;
  for (const auto& one : node.list("class")) {
    if (lower(first_code(one["type"])) != "ald" || one.text("value").empty()) continue;
    right.number = one.text("value");
    right.label = one.text("name");
  }
  if (right.number.empty()) {
    anomalies.push_back({AnomalyCode::fhir_unread_resource, resource.place});
    return std::nullopt;
  }
  const auto status = node.text("status");
  if (status != "active") {
    anomalies.push_back({AnomalyCode::fhir_context_refuted, resource.place});
    return std::nullopt;
  }
  right.patient = patient_key(node["beneficiary"], resource, resources, document, anomalies);
  if (right.patient.empty()) anomalies.push_back({AnomalyCode::fhir_no_patient, resource.place});
  right.from = whole_day(node["period"].text("start"));
  right.until = whole_day(node["period"].text("end"));
  return right;
}

}  // namespace relais::formats::fhir
