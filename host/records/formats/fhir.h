// SPDX-License-Identifier: Apache-2.0
// Reader of FHIR R4 JSON: a Bundle of any type, or one DiagnosticReport, Observation, Condition, medication, Immunization
// or Coverage alone.
// Read: DiagnosticReport, Observation, Patient, Condition, MedicationStatement, MedicationRequest, Immunization and Coverage, and of Practitioner,
// Organization, ServiceRequest, Specimen, Medication, Composition and MessageHeader what those refer to.
// Not supported: FHIR XML, attachments by address, and requests to delete or patch. Nothing is fetched.
// Source: HL7 FHIR R4 (4.0.1) and FR Core as summed up in biologie.md section 6 and identity.md section 2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "records/formats/anomaly.h"
#include "records/formats/immunization.h"

namespace relais::formats {

// In all of these an empty text is an absent element.
struct FhirCoding {
  std::string system, code, display;
};

struct FhirConcept {
  std::vector<FhirCoding> codings;
  std::string text;
};

// Display of a coding, else the text.
std::string label_of(const FhirConcept& words);
bool is_loinc(const std::string& system);

struct FhirIdentifier {
  std::string system, value;
  // "system|value", or the value alone.
  std::string joined() const;
};

struct FhirPatient {
  std::string key;  // of the resource in the file; equal keys are one patient
  std::vector<FhirIdentifier> identifiers;  // without the INS
  std::string ins_oid, ins_value;
  std::string birth_family, birth_given_first, birth_given_all, used_family, used_given;
  std::string sex;         // "F" or "M"
  std::string birth_date;  // YYYY-MM-DD; empty when it is not a whole day
  std::string birth_place_insee;
};

struct FhirRange {
  std::string low, high, unit, text;
};

enum class FhirValueKind { none, quantity, text, coded };

struct FhirObservation {
  FhirConcept code;
  std::string status;
  FhirValueKind kind = FhirValueKind::none;
  std::string value;       // a number as written, or a text
  std::string comparator;  // <, <=, >=, >
  std::string unit;        // the UCUM code when there is one, else the unit for people
  FhirCoding coded;
  std::string absent_reason;
  std::vector<std::string> flags;
  std::optional<FhirRange> range;  // the one range that applies
  std::string collected;           // YYYYMMDD…±zzzz, as HL7 v2 writes it
  std::string specimen;
  std::vector<std::string> comments;
  std::string patient;  // key; empty when it names none
};

struct FhirAttachment {
  std::string media_type, title, bytes;
  bool decoded = true;
};

struct FhirReport {
  std::string key;  // fullUrl, or Type/id; empty when the resource has neither
  std::vector<FhirIdentifier> identifiers;
  int version = 0;  // meta.versionId when it is a number
  std::string status;
  FhirConcept code;
  std::string patient;  // key
  bool patient_differs = false;
  std::string collected, issued;
  std::string laboratory, laboratory_id, prescriber_national_id;
  std::vector<std::string> order_ids;
  std::vector<std::string> comments;
  std::string narrative;
  std::vector<FhirAttachment> attachments;
  std::vector<FhirObservation> observations;  // panels opened, in the order in which the report names them
  Anomalies anomalies;
};

// A condition or a treatment.
struct FhirContext {
  bool treatment = false;
  std::string code;          // ICD-10 or ATC
  std::string written_code;  // "system|code" of another system when there is no such code
  std::string label;
  std::string from, until;   // YYYY-MM-DD
  std::string patient;       // key
};

// An affection de longue durée, as a Coverage whose class is of the type "ald": its value is the number, its name the
// label. There is no official French profile of it: this one is Relais' own, and what the payor tells is notified.
struct FhirRight {
  std::string number, label;
  std::string from, until;  // YYYY-MM-DD
  std::string patient;      // key
};

struct FhirDocument {
  std::string bundle_type;       // empty when the file is one resource
  std::string composition_type;  // LOINC of a document
  FhirIdentifier identifier;     // of the Bundle, else of its Composition
  int version = 0;
  std::vector<FhirIdentifier> replaces;  // Composition.relatesTo
  std::vector<std::string> addressee_national_ids;
  std::vector<FhirPatient> patients;
  std::vector<FhirReport> reports;
  std::vector<FhirObservation> loose_observations;  // in no report
  std::vector<FhirContext> contexts;
  std::vector<FhirRight> rights;
  std::vector<ToldImmunization> immunizations;  // `patient` is a key
  Anomalies anomalies;

  // A synthesis: all of its results are history.
  bool tells_history() const;
  // Results outside its reports are history: those of a synthesis, and what a search found.
  bool loose_is_history() const;
  const FhirPatient* patient(const std::string& key) const;
};

// Reads one file. Errors: ingest_too_large (32 MiB), ingest_fhir_malformed, ingest_fhir_too_complex (depth, number of
// resources), ingest_fhir_unsupported_type, ingest_fhir_nothing_read. What is wrong in a readable file is told in the
// anomalies of its report, or of the document. Thread-safe; never throws.
Result<FhirDocument> read_fhir(std::string_view bytes);

}  // namespace relais::formats
