// SPDX-License-Identifier: Apache-2.0
// Syntheses (VSM) of the official test identity, written for these tests.
#pragma once

#include <string>

#include "samples.h"

namespace samples {

inline std::string problem(const std::string& value, const std::string& period = R"(<low value="20190811"/>)",
                           const std::string& attributes = {}) {
  return R"(<entry><act classCode="ACT" moodCode="EVN"><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.5.2"/>)"
         R"(<statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" )" +
         attributes + R"(><templateId root="1.2.250.1.213.1.1.3.37"/><text><reference value="#pb"/></text>)"
         "<effectiveTime>" + period + "</effectiveTime>" + value + "</observation></entryRelationship></act></entry>";
}

inline std::string icd10(const std::string& code) {
  return R"(<value xsi:type="CD" code=")" + code + R"(" displayName="Maladie )" + code +
         R"(" codeSystem="2.16.840.1.113883.6.3"/>)";
}

inline std::string treatment(const std::string& material, const std::string& mood = "EVN", const std::string& attributes = {}) {
  return R"(<entry><substanceAdministration classCode="SBADM" moodCode=")" + mood + "\" " + attributes +
         R"(><templateId root="1.2.250.1.213.1.1.3.42"/><effectiveTime xsi:type="IVL_TS"><low value="20200101"/>)"
         R"(<high nullFlavor="UNK"/></effectiveTime><effectiveTime xsi:type="PIVL_TS" operator="A"><period value="1" unit="d"/>)"
         "</effectiveTime><consumable><manufacturedProduct><manufacturedMaterial>" +
         material + "</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>";
}

// A product named by CIS, with the class of its substance when there is one.
inline std::string product(const std::string& atc) {
  const std::string named = R"(<code code="63245753" displayName="COUMADINE 5mg" codeSystem="1.2.250.1.213.2.3.1"/>)";
  if (atc.empty()) return named;
  return named + R"(<pharm:asSpecializedKind xmlns:pharm="urn:hl7-org:pharm"><pharm:generalizedMedicineClass><pharm:code code=")" +
         atc + R"(" codeSystem="2.16.840.1.113883.6.73"/></pharm:generalizedMedicineClass></pharm:asSpecializedKind>)";
}

struct Synthesis : Report {
  std::string problems = problem(icd10("N18.3"));
  std::string treatments = treatment(product("B01AA02"));

  Synthesis() {
    type = "11490-0";
    lab_status.clear();
  }
  std::string text() const {
    return xml(R"(<component><structuredBody><component><section><code code="11450-4"/><title>Pathologies</title>)"
               R"(<text><content ID="pb">Insuffisance rénale</content></text>)" + problems +
               R"(</section></component><component><section><code code="10160-0"/><title>Traitements</title><text>Liste</text>)" +
               treatments + "</section></component></structuredBody></component>");
  }
};

}  // namespace samples
