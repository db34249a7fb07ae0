// SPDX-License-Identifier: Apache-2.0
#include "records/formats/fhir.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <new>

#include "records/formats/fhir_parts.h"

namespace relais::formats {
namespace fhir {
namespace {

constexpr std::size_t max_bytes = std::size_t{32} * 1024 * 1024;
constexpr std::size_t most_immunizations = 2000;

// Read for what refers to them.
constexpr std::array<std::string_view, 13> helpers = {
    "Patient",  "Practitioner", "PractitionerRole", "Organization", "Specimen", "ServiceRequest", "Composition",
    "MessageHeader", "Medication", "Encounter",     "Device",       "Location", "Provenance"};

bool is_context(const std::string& type) {
  return type == "Condition" || type == "MedicationStatement" || type == "MedicationRequest";
}

bool is_laboratory(Node observation) {
  const auto categories = observation.list("category");
  // Without a category it may be anything: a result rather than nothing.
  if (categories.empty()) return true;
  return std::any_of(categories.begin(), categories.end(), [](Node one) { return first_code(one) == "laboratory"; });
}

void read_composition(const Resource& resource, FhirDocument& out) {
  const auto node = resource.node;
  for (const auto& coding : node["type"].list("coding")) {
    if (is_loinc(coding.text("system"))) out.composition_type = coding.text("code");
  }
  if (out.identifier.value.empty()) out.identifier = identifier_of(node["identifier"]);
  for (const auto& relation : node.list("relatesTo")) {
    const auto kind = relation.text("code");
    if (kind != "replaces") continue;
    auto target = identifier_of(relation["targetIdentifier"]);
    if (target.value.empty()) target = identifier_of(relation["targetReference"]["identifier"]);
    out.replaces.push_back(std::move(target));
  }
}

void read_message_header(const Resource& resource, const Resources& resources, FhirDocument& out) {
  for (const auto& destination : resource.node.list("destination")) {
    if (auto id = national_id(destination["receiver"], resource, resources); !id.empty()) {
      out.addressee_national_ids.push_back(std::move(id));
    }
  }
}

Result<FhirDocument> read(std::string_view bytes) {
  if (bytes.size() > max_bytes) return fail(Code::ingest_too_large, "more than 32 MiB");
  const auto json = parse(bytes);
  if (!json) return tl::unexpected(json.error());
  const Node root(*json);
  const auto type = root.type();
  if (type != "Bundle" && type != "DiagnosticReport" && type != "Observation" && type != "Coverage" &&
      type != "Immunization" && !is_context(type)) {
    return fail(Code::ingest_fhir_unsupported_type, "neither a Bundle nor a resource that is read alone", "resourceType");
  }
  FhirDocument out;
  Resources resources;
  if (auto added = resources.add_all(root, out.anomalies); !added) return tl::unexpected(added.error());
  if (type == "Bundle") {
    out.bundle_type = root.text("type");
    out.identifier = identifier_of(root["identifier"]);
  }
  const auto version = root["meta"].text("versionId");
  std::from_chars(version.data(), version.data() + version.size(), out.version);
  std::set<std::string> told;
  for (const auto& resource : resources.all()) {
    if (resource.type == "DiagnosticReport") {
      out.reports.push_back(read_report(resource, resources, out, told));
    } else if (resource.type == "Composition") {
      read_composition(resource, out);
    } else if (resource.type == "MessageHeader") {
      read_message_header(resource, resources, out);
    } else if (is_context(resource.type)) {
      if (auto context = read_context(resource, resources, out)) out.contexts.push_back(std::move(*context));
    } else if (resource.type == "Coverage") {
      if (auto right = read_right(resource, resources, out)) out.rights.push_back(std::move(*right));
    } else if (resource.type == "Immunization") {
      if (out.immunizations.size() >= most_immunizations) {
        out.anomalies.push_back({AnomalyCode::fhir_unread_resource, resource.place});
      } else if (auto act = read_immunization(resource, resources, out)) {
        out.immunizations.push_back(std::move(*act));
      }
    } else if (resource.type != "Observation" && std::find(helpers.begin(), helpers.end(), resource.type) == helpers.end()) {
      out.anomalies.push_back({AnomalyCode::fhir_unread_resource, resource.place});
    }
  }
  for (const auto& resource : resources.all()) {
    if (resource.type != "Observation" || told.contains(resource.key)) continue;
    for (const auto& member : resource.node.list("hasMember")) {
      if (const auto found = resources.resolve(member, resource); !found) {
        out.anomalies.push_back({AnomalyCode::fhir_unresolved_reference, resource.place + ".hasMember"});
      }
    }
    if (!is_laboratory(resource.node)) {
      out.anomalies.push_back({AnomalyCode::fhir_unread_resource, resource.place});
      continue;
    }
    out.anomalies.push_back({AnomalyCode::fhir_loose_observation, resource.place});
    for (auto& one : read_observation(resource, resources, out, out.anomalies)) out.loose_observations.push_back(std::move(one));
  }
  if (out.reports.empty() && out.loose_observations.empty() && out.contexts.empty() && out.rights.empty() &&
      out.immunizations.empty()) {
    return fail(Code::ingest_fhir_nothing_read, "no report, result, condition, treatment, vaccination or right");
  }
  return out;
}

}  // namespace
}  // namespace fhir

std::string label_of(const FhirConcept& words) {
  for (const auto& coding : words.codings) {
    if (!coding.display.empty()) return coding.display;
  }
  return words.text;
}

bool is_loinc(const std::string& system) { return system == "http://loinc.org" || system == "urn:oid:2.16.840.1.113883.6.1"; }

std::string FhirIdentifier::joined() const { return system.empty() || value.empty() ? value : system + "|" + value; }

bool FhirDocument::tells_history() const {
  constexpr std::array<std::string_view, 2> laboratory = {"11502-2", "96173-0"};
  return bundle_type == "document" && std::find(laboratory.begin(), laboratory.end(), composition_type) == laboratory.end() &&
         !composition_type.empty();
}

bool FhirDocument::loose_is_history() const {
  return tells_history() || bundle_type == "searchset" || bundle_type == "history";
}

const FhirPatient* FhirDocument::patient(const std::string& key) const {
  const auto found = std::find_if(patients.begin(), patients.end(), [&](const auto& one) { return one.key == key; });
  return found == patients.end() ? nullptr : &*found;
}

Result<FhirDocument> read_fhir(std::string_view bytes) {
  try {
    return fhir::read(bytes);
  } catch (const std::bad_alloc&) {
    return fail(Code::ingest_fhir_too_complex, "out of memory while reading FHIR");
  } catch (const std::exception& e) {
    return fail(Code::internal, e.what());
  }
}

}  // namespace relais::formats
