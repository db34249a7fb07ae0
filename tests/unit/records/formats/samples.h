// SPDX-License-Identifier: Apache-2.0
// Small documents and messages written for these tests. The person is the official test identity of identity.md.
#pragma once

#include <sodium.h>

#include <string>
#include <string_view>

namespace samples {

// What a test changes in a CR-BIO; the rest is right and raises no anomaly.
struct Report {
  std::string declaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";
  std::string root_attributes = R"(xmlns="urn:hl7-org:v3")";
  std::string type = "11502-2";
  std::string set_id = R"(<setId root="1.2.3.4"/>)";
  std::string version = "1";
  std::string related;
  std::string ids = R"(<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>)";
  std::string birth_time = "19790328";
  std::string prescriber =
      R"(<participant typeCode="REF"><associatedEntity><id root="1.2.250.1.71.4.2.1" extension="899700218896"/>)"
      R"(<associatedPerson><name><given>Ève</given><family>MARTIN</family></name></associatedPerson></associatedEntity>)"
      R"(</participant>)";
  std::string lab_status = "completed";
  std::string narrative = R"(<table><tr><td><content ID="k">Potassium</content></td><td>4,1 mmol/L</td></tr></table>)";
  std::string analyte =
      R"(<code code="2823-3" codeSystem="2.16.840.1.113883.6.1" displayName="Potassium [Moles/Volume] Sérum">)"
      R"(<originalText><reference value="#k"/></originalText></code>)";
  std::string status = "completed";
  std::string time = "20260104080000+0100";
  std::string value = R"(<value xsi:type="PQ" value="4.1" unit="mmol/L"/>)";
  std::string flag = R"(<interpretationCode code="N"/>)";
  std::string range = R"(<low value="3.5" unit="mmol/L"/><high value="5.0" unit="mmol/L"/>)";
  std::string inside;    // inside the result observation
  std::string entries;   // beside it
  std::string sections;  // beside its section

  std::string observation() const {
    return R"(<observation classCode="OBS" moodCode="EVN"><templateId root="1.3.6.1.4.1.19376.1.3.1.6"/>)" + analyte +
           R"(<statusCode code=")" + status + R"("/><effectiveTime value=")" + time + R"("/>)" + value + flag +
           (range.empty() ? ""
                          : R"(<referenceRange><observationRange><value xsi:type="IVL_PQ">)" + range +
                                "</value></observationRange></referenceRange>") +
           inside + "</observation>";
  }

  std::string body() const {
    return R"(<component><structuredBody><component><section><code code="18719-5" displayName="Biochimie"/>)"
           "<title>Biochimie</title><text>" +
           narrative + R"(</text><entry><act><entryRelationship typeCode="COMP">)" + observation() + "</entryRelationship>" +
           entries + "</act></entry></section></component>" + sections + "</structuredBody></component>";
  }

  std::string xml() const { return xml(body()); }

  std::string xml(const std::string& chosen_body) const {
    return declaration + "<ClinicalDocument " + root_attributes +
           R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2">)"
           R"(<id root="1.2.3.4.1"/><code code=")" +
           type + R"(" codeSystem="2.16.840.1.113883.6.1" displayName="CR"/><effectiveTime value="20260104120000+0100"/>)" +
           set_id + R"(<versionNumber value=")" + version + R"("/><recordTarget><patientRole>)" + ids +
           R"(<patient><name><family qualifier="BR">PAT-TROIS</family><given>DOMINIQUE MARIE-LOUISE</given>)"
           R"(<given qualifier="BR">DOMINIQUE</given></name><administrativeGenderCode code="F"/><birthTime value=")" +
           birth_time +
           R"("/><birthplace><place><addr><county>51215</county></addr></place></birthplace></patient></patientRole>)"
           "</recordTarget>" +
           prescriber + related + R"(<documentationOf><serviceEvent><lab:statusCode code=")" + lab_status +
           R"("/></serviceEvent></documentationOf>)" + chosen_body + "</ClinicalDocument>";
  }
};

inline std::string base64(std::string_view bytes, bool padded = true) {
  const int variant = padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), variant);
  out.resize(out.find('\0') == std::string::npos ? out.size() : out.find('\0'));
  return out;
}

// What a test changes in a message that carries one CDA.
struct Message {
  std::string end = "\r";
  std::string type = "ORU^R01^ORU_R01";
  std::string control_id = "LABO-2026-000417";
  std::string charset = "UNICODE UTF-8";
  std::string pid_ins = "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS";
  std::string pid_name = "PAT-TROIS^DOMINIQUE^^^^^L";
  std::string pid_sex = "F";
  std::string control = "NW";
  std::string document = base64(Report{}.xml());
  std::string obx_status = "F";
  std::string more;  // further segments

  std::string text() const {
    return "MSH|^~\\&|SIL|labo|CABINET|cab|20260104||" + type + "|" + control_id + "|P|2.5|||||FRA|" + charset + end +
           "PID|||" + pid_ins + "||" + pid_name + "||19790328|" + pid_sex + "|||rue^^PARIS^^75007^FRA^H~^^^^^^BDL^^51215" +
           end + "ORC|" + control + "|P1|F1" + end + "OBR|1|P1|F1|11502-2^CR d'examens biologiques^LN" + end +
           "OBX|1|ED|11502-2^CR^LN||^TEXT^XML^Base64^" + document + "||||||" + obx_status + "|" + end + more;
  }
};

}  // namespace samples
