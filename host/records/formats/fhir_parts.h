// SPDX-License-Identifier: Apache-2.0
// The parts of the FHIR reader, each in its own file. Private to the reader.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "records/formats/fhir_json.h"

namespace relais::formats::fhir {

FhirPatient read_patient(const Resource& resource, Anomalies& anomalies);
// The patient that `reference` names; registers it in `document`. Empty key when it names none.
std::string patient_key(Node reference, const Resource& from, const Resources& resources, FhirDocument& document,
                        Anomalies& anomalies);
// PS_IdNat of a Practitioner or PractitionerRole; empty when it has none.
std::string national_id(Node reference, const Resource& from, const Resources& resources);

// The observation, and each of its components as one of its own. `label_before` names the panel around it.
std::vector<FhirObservation> read_observation(const Resource& resource, const Resources& resources, FhirDocument& document,
                                              Anomalies& anomalies);

// `told` gathers the keys of the observations that reports hold.
FhirReport read_report(const Resource& resource, const Resources& resources, FhirDocument& document,
                       std::set<std::string>& told);

// Condition, MedicationStatement, MedicationRequest; nothing when it is refuted.
std::optional<FhirContext> read_context(const Resource& resource, const Resources& resources, FhirDocument& document);

// Coverage of an affection de longue durée; nothing when it is of another kind, or refuted.
std::optional<FhirRight> read_right(const Resource& resource, const Resources& resources, FhirDocument& document);

// Immunization; nothing when it names no vaccine.
std::optional<ToldImmunization> read_immunization(const Resource& resource, const Resources& resources,
                                                  FhirDocument& document);

}  // namespace relais::formats::fhir
