// SPDX-License-Identifier: Apache-2.0
// One report in the format in which its laboratory sends it.
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenario.h"

namespace demo {
namespace {

using nlohmann::ordered_json;

std::string compact(std::string iso) {
  iso.erase(std::remove(iso.begin(), iso.end(), '-'), iso.end());
  return iso;
}

std::string base64(const std::string& bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // its final zero
  return out;
}

std::string order_of(const DemoReport& report) { return report.set_id.substr(report.set_id.rfind('.') + 1); }

// HL7 v2.5 ORU^R01 that carries the CDA, as the Ségur volet writes it. A cancellation carries the document it cancels.
std::string write_hl7v2(const Scenario& scenario, const DemoReport& report, const std::string& today) {
  const auto& patient = scenario.patients.at(report.patient);
  const auto day = compact(today);
  const auto order = order_of(report);
  const auto name = patient.family + '^' + patient.given + '^' + patient.given;
  const auto code = "11502-2^CR d'examens biologiques^LN";
  return fmt::format("MSH|^~\\&|SIL|laboratoire|LPS|cabinet|{0}1500||ORU^R01^ORU_R01|{1}|P|2.5|||||FRA|UNICODE "
                     "UTF-8|||2.1^CISIS_CDA_HL7_V2\r",
                     day, order + '-' + std::to_string(report.version)) +
         fmt::format("PID|||{}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS||{}^^^^L||{}|{}|||^^^^^^BDL^^{}\r",
                     patient.ins, name, compact(patient.birth_date), patient.female ? "F" : "M", patient.birth_place) +
         fmt::format("ORC|{}|{}|{}\r", report.cancels ? "CA" : report.version > 1 ? "RO" : "NW", order, order) +
         fmt::format("OBR|1|{0}|{0}|{1}|||||||||||||||||||||{2}\r", order, code, report.cancels ? "X" : "F") +
         fmt::format("OBX|1|ED|{}||^TEXT^XML^Base64^{}||||||{}\r", code, base64(write_cda(scenario, report, today)),
                     report.cancels ? 'D' : report.version > 1 ? 'C' : 'F');
}

// H.PR.I.M. Médecins: twelve lines of header, the text for people, the coded block. No INS, local codes only.
std::string write_hprim(const Scenario& scenario, const DemoReport& report, const std::string& today) {
  const auto& patient = scenario.patients.at(report.patient);
  const auto french = [](const std::string& iso) {
    return fmt::format("{}/{}/{}", iso.substr(8, 2), iso.substr(5, 2), iso.substr(0, 4));
  };
  std::string prescriber;
  for (const auto& doctor : scenario.doctors)
    if (doctor.id == report.prescriber) prescriber = doctor.name;
  std::string lines = fmt::format("LABO{}\r\n{}\r\n{}\r\n1 PLACE DE LA FICTION\r\n\r\n99999 VILLETEST\r\n{}\r\n{} {}\r\n{}\r\n{}"
                                  "\r\nLABORATOIRE DE DEMONSTRATION\r\n{}\r\n",
                                  patient.id, patient.family, patient.given, french(patient.birth_date),
                                  patient.ins.substr(0, 13), patient.ins.substr(13), order_of(report), french(today),
                                  prescriber);
  std::string text, coded;
  for (const auto& one : report.results) {
    text += fmt::format("{:<24}{:>10g} {} ({:g} - {:g})\r\n", one.label, one.value, one.unit, one.low, one.high);
    coded += fmt::format("RES|{}|{}|N|{:g}|{}|{:g}|{:g}|{}|F\r\n", one.label, one.code.substr(0, one.code.find('-')),
                         one.value, one.unit, one.low, one.high, one.flag);
  }
  const auto utf8 = lines + text + "****LAB****\r\n" + coded + "****FIN****\r\n****FINFICHIER****\r\n";
  // ISO-8859-1, which is what the format is: everything written here is in its range.
  std::string latin1;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80U)
      latin1 += utf8[i];
    else
      latin1 += static_cast<char>(((byte & 0x03U) << 6U) | (static_cast<unsigned char>(utf8[++i]) & 0x3FU));
  }
  return latin1;
}

ordered_json coding(const std::string& system, const std::string& code, const std::string& display) {
  return {{"coding", {{{"system", system}, {"code", code}, {"display", display}}}}};
}

ordered_json quantity(double value, const std::string& unit) {
  return {{"value", value}, {"unit", unit}, {"system", "http://unitsofmeasure.org"}, {"code", unit}};
}

ordered_json fhir_patient(const DemoPatient& patient) {
  return {{"resourceType", "Patient"},
          {"id", patient.id},
          {"extension",
           {{{"url", "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"},
             {"valueAddress",
              {{"extension",
                {{{"url", "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"},
                  {"valueCoding", {{"code", patient.birth_place}}}}}}}}}}},
          {"identifier", {{{"system", "urn:oid:1.2.250.1.213.1.4.10"}, {"value", patient.ins}}}},
          {"name", {{{"use", "official"}, {"family", patient.family}, {"given", {patient.given}}}}},
          {"gender", patient.female ? "female" : "male"},
          {"birthDate", patient.birth_date}};
}

// A FHIR R4 Bundle: the report, its results, who it is about, who asked for it.
std::string write_fhir(const Scenario& scenario, const DemoReport& report, const std::string& today) {
  const auto& patient = scenario.patients.at(report.patient);
  const auto taken = today + "T07:30:00+01:00";
  const auto reference = [](const std::string& to) { return ordered_json{{"reference", to}}; };
  ordered_json entries = ordered_json::array();
  const auto add = [&](ordered_json resource) {
    const auto url = resource["resourceType"].get<std::string>() + "/" + resource["id"].get<std::string>();
    entries.push_back({{"fullUrl", "https://laboratoire.invalid/" + url}, {"resource", std::move(resource)}});
  };
  ordered_json results = ordered_json::array();
  for (std::size_t i = 0; i < report.results.size(); ++i) results.push_back(reference(fmt::format("Observation/o{}", i)));
  add({{"resourceType", "DiagnosticReport"},
       {"id", "r" + order_of(report)},
       {"identifier", {{{"system", "urn:ietf:rfc:3986"}, {"value", "urn:oid:" + report.document_id}}}},
       {"basedOn", {reference("ServiceRequest/demande")}},
       {"status", "final"},
       {"code", coding("http://loinc.org", "11502-2", "CR d'examens biologiques")},
       {"subject", reference("Patient/" + patient.id)},
       {"effectiveDateTime", taken},
       {"issued", today + "T15:00:00+01:00"},
       {"performer", {reference("Organization/labo")}},
       {"result", results}});
  add(fhir_patient(patient));
  add({{"resourceType", "Organization"},
       {"id", "labo"},
       {"identifier", {{{"system", "urn:oid:1.2.250.1.71.4.2.2"}, {"value", "1000000001"}}}},
       {"name", "Laboratoire de démonstration"}});
  for (const auto& doctor : scenario.doctors) {
    if (doctor.id != report.prescriber) continue;
    add({{"resourceType", "Practitioner"},
         {"id", doctor.id},
         {"identifier", {{{"system", "urn:oid:1.2.250.1.71.4.2.1"}, {"value", doctor.national_id}}}}});
  }
  add({{"resourceType", "ServiceRequest"},
       {"id", "demande"},
       {"identifier", {{{"value", order_of(report)}}}},
       {"status", "completed"},
       {"intent", "order"},
       {"subject", reference("Patient/" + patient.id)},
       {"requester", reference("Practitioner/" + report.prescriber)}});
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const auto& one = report.results[i];
    ordered_json observation{{"resourceType", "Observation"},
                             {"id", fmt::format("o{}", i)},
                             {"status", "final"},
                             {"code", coding("http://loinc.org", one.code, one.label)},
                             {"subject", reference("Patient/" + patient.id)},
                             {"effectiveDateTime", taken},
                             {"valueQuantity", quantity(one.value, one.unit)},
                             {"referenceRange",
                              {{{"low", quantity(one.low, one.unit)}, {"high", quantity(one.high, one.unit)}}}}};
    if (!one.flag.empty())
      observation["interpretation"] = {
          coding("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", one.flag, one.flag)};
    add(std::move(observation));
  }
  return ordered_json{{"resourceType", "Bundle"}, {"type", "collection"}, {"entry", entries}}.dump(2);
}

}  // namespace

std::string write_report(const Scenario& scenario, const DemoReport& report, const std::string& today) {
  switch (report.format) {
    case DemoFormat::hl7v2:
      return write_hl7v2(scenario, report, today);
    case DemoFormat::hprim:
      return write_hprim(scenario, report, today);
    case DemoFormat::fhir:
      return write_fhir(scenario, report, today);
    case DemoFormat::cda:
      break;
  }
  return write_cda(scenario, report, today);
}

}  // namespace demo
