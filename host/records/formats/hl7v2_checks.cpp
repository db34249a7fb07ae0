// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include "records/formats/hl7v2_parts.h"

namespace relais::formats {
namespace {

// Letter case alone does not make another person; anything else does, accents and hyphens included.
bool same_name(const Text& a, const Text& b) {
  const auto fold = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
  };
  return a && b && fold(*a) == fold(*b);
}

std::vector<std::string> differences(const Hl7Patient& pid, const CdaPatient& cda) {
  std::vector<std::string> out;
  const Text pid_ins = pid.ins ? Text(pid.ins->value) : Text{};
  const Text pid_oid = pid.ins ? Text(pid.ins->oid) : Text{};
  const Text cda_ins = cda.ins ? Text(cda.ins->value) : Text{};
  const Text cda_oid = cda.ins ? Text(cda.ins->oid) : Text{};
  if (pid_ins != cda_ins) out.emplace_back("INS");
  if (pid_oid != cda_oid) out.emplace_back("OID");
  if (!same_name(pid.family, cda.birth_family)) out.emplace_back("nom");
  if (!same_name(pid.given, cda.birth_given_first)) out.emplace_back("prénom");
  // Either side may add a time of birth; the day is the trait.
  const auto day = [](const Text& date) { return date ? Text(date->substr(0, 8)) : Text{}; };
  if (day(pid.birth_date) != day(cda.birth_date)) out.emplace_back("date de naissance");
  if (pid.sex != cda.sex) out.emplace_back("sexe");
  if (pid.birth_place_insee != cda.birth_place_insee) out.emplace_back("lieu de naissance");
  return out;
}

std::optional<Hl7Action> of_status(const Text& status) {
  if (status == "D" || status == "X" || status == "W") return Hl7Action::remove;
  if (status == "C") return Hl7Action::replace;
  if (status) return Hl7Action::initial;
  return std::nullopt;
}

std::optional<Hl7Action> of_control(const Text& control) {
  if (control == "NW") return Hl7Action::initial;
  if (control == "RO") return Hl7Action::replace;
  if (control == "CA") return Hl7Action::remove;
  return std::nullopt;
}

std::optional<Hl7Action> of_trigger(const Text& trigger) {
  if (trigger == "T02") return Hl7Action::initial;
  if (trigger == "T10") return Hl7Action::replace;
  if (trigger == "T04") return Hl7Action::remove;
  return std::nullopt;
}

void check_action(Hl7Message& m) {
  const bool mdm = m.message.type == "MDM";
  if (!mdm && m.message.type != "ORU") return;
  // Mail bodies keep the status F whatever the message does: only documents announced as such speak.
  std::optional<Hl7Action> document;
  bool documents_agree = true;
  for (const auto& d : m.documents) {
    if (!d.subtype && !d.cda) continue;
    const auto each = of_status(d.status);
    if (document && each != document) documents_agree = false;
    if (!document) document = each;
  }
  m.action = mdm && of_trigger(m.message.trigger) ? of_trigger(m.message.trigger) : document;
  const bool trigger_agrees = !mdm || !document || of_trigger(m.message.trigger) == document;
  const bool control_agrees = !m.order || !m.order->control || of_control(m.order->control) == m.action;
  if (!documents_agree || !trigger_agrees || !control_agrees) {
    m.anomalies.push_back({AnomalyCode::hl7v2_order_control_disagrees, "ORC-1"});
  }
  if (!document) m.anomalies.push_back({AnomalyCode::hl7v2_no_document, "OBX"});
  constexpr std::size_t shortest_unique = 6;
  if (m.message.control_id.value_or("").size() < shortest_unique) {
    m.anomalies.push_back({AnomalyCode::hl7v2_weak_control_id, "MSH-10"});
  }
}

}  // namespace

void check(Hl7Message& m) {
  for (auto& d : m.documents) {
    if (!d.cda) continue;
    d.identity_mismatch = differences(m.patient.value_or(Hl7Patient{}), d.cda->patient);
    if (d.identity_mismatch.empty()) continue;
    m.quarantine = true;
    m.anomalies.push_back({AnomalyCode::hl7v2_identity_mismatch, "OBX-" + d.set_id.value_or("?")});
  }
  check_action(m);
  const auto reserved = m.metadata.find("INVISIBLE_PATIENT");
  if (reserved != m.metadata.end() && reserved->second == "Y") {
    m.anomalies.push_back({AnomalyCode::hl7v2_reserved_announcement, "INVISIBLE_PATIENT"});
  }
}

}  // namespace relais::formats
