// SPDX-License-Identifier: Apache-2.0
// Addresses of FHIR's code systems and of the French profiles, in one place: they have moved once already (domain note
// "Scheduling", section 2). Private to the formats.
#pragma once

#include <array>
#include <string_view>

namespace relais::scheduling::formats::address {

// One profile under both bases: that of Interop'Santé, which SAS still names, and that of HL7 France, which GAP names.
struct Profile {
  std::string_view resource;
  std::string_view present;
  std::string_view former;
};
inline constexpr std::array<Profile, 3> profiles{{
    {"Schedule", "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule",
     "http://interopsante.org/fhir/StructureDefinition/FrSchedule"},
    {"Slot", "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-slot",
     "http://interopsante.org/fhir/StructureDefinition/FrSlot"},
    {"Appointment", "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-appointment",
     "http://interopsante.org/fhir/StructureDefinition/FrAppointment"},
}};

// TRE_R314: whom a slot is open to (PUBLIC, PRO, SNP, CPTS).
inline constexpr std::string_view slot_kind = "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau";
inline constexpr std::string_view appointment_type = "http://terminology.hl7.org/CodeSystem/v2-0276";
inline constexpr std::string_view act_code = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
inline constexpr std::string_view participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
// IDNPS: RPPS with the prefix 8.
inline constexpr std::string_view professional = "urn:oid:1.2.250.1.71.4.2.1";

}  // namespace relais::scheduling::formats::address
