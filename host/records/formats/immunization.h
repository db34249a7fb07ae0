// SPDX-License-Identifier: Apache-2.0
// One act of vaccination as a document tells it, whatever the format.
// Sources: CI-SIS template FR-Vaccination as it stands in the official VAC and IPS-FR examples; HL7 FHIR R4
// Immunization; calendrier-vaccinal.md, section 7 (CIS and ATC).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relais::formats {

enum class ToldStatus { unknown, done, not_done, in_error };
enum class ToldProof { unknown, seen, declared };

struct ToldCode {
  std::string system;  // vaccine_system()
  std::string code, display;
  bool operator==(const ToldCode&) const = default;
};

// In all of these an empty text is what the source does not say.
struct ToldImmunization {
  std::vector<ToldCode> codes;     // of the product
  std::vector<ToldCode> diseases;  // it protects from
  std::string label, lot;
  std::string given;  // "YYYY", "YYYY-MM" or "YYYY-MM-DD"
  ToldStatus status = ToldStatus::unknown;
  ToldProof proof = ToldProof::unknown;
  std::string reason;  // of an act not done
  std::string site, route;
  int dose_number = 0;
  std::string performer_name, performer_role, performer_national_id;
  std::string sender_key;  // FHIR: what the sender calls the act, whatever it says of it later; empty elsewhere
  std::string patient;     // key of a patient of the file, where a file has several
};

// "cis", "cip", "ucd", "atc", "cvx", "snomed" for an OID or an address of theirs; any other system as written.
std::string vaccine_system(std::string_view written);

// What an HL7 time (YYYYMMDD…) or a FHIR one (YYYY-MM-DD…) tells of a day: the day, the month or the year; empty when
// it is no moment of the calendar.
std::string partial_day(std::string_view written);

}  // namespace relais::formats
