// SPDX-License-Identifier: Apache-2.0
#include "records/formats/hl7v2.h"

#include <algorithm>
#include <array>
#include <exception>

#include "records/formats/hl7v2_parts.h"

namespace relais::formats {
namespace {

using hl7::Segment;
using hl7::Segments;

constexpr std::array<std::string_view, 4> supported = {"ORU", "MDM", "ACK", "ZAM"};

bool is_ins_oid(std::string_view oid) {
  return oid == "1.2.250.1.213.1.4.8" || oid == "1.2.250.1.213.1.4.9" || oid == "1.2.250.1.213.1.4.10" ||
         oid == "1.2.250.1.213.1.4.11";
}

bool expected_trigger(const Hl7Header& h) {
  const std::string trigger = h.trigger.value_or("");
  if (h.type == "ORU") return trigger == "R01";
  if (h.type == "MDM") return trigger == "T02" || trigger == "T10" || trigger == "T04";
  if (h.type == "ZAM") return trigger == "Z01" || trigger == "Z02" || trigger == "Z03";
  return true;
}

Text whole(const Segment& s, std::size_t field) { return present(s.unescape(s.field(field))); }

Hl7Header read_header(const Segment& msh) {
  Hl7Header h;
  h.sending_application = present(msh.component(3, 1));
  h.sending_facility = present(msh.component(4, 1));
  h.receiving_application = present(msh.component(5, 1));
  h.receiving_facility = present(msh.component(6, 1));
  h.time = present(msh.component(7, 1));
  h.type = present(msh.component(9, 1));
  h.trigger = present(msh.component(9, 2));
  h.structure = present(msh.component(9, 3));
  h.control_id = whole(msh, 10);
  h.processing = present(msh.component(11, 1));
  h.version = present(msh.component(12, 1));
  h.profile = whole(msh, 21);
  return h;
}

void read_ids(const Segment& pid, Hl7Patient& out) {
  for (const auto& text : pid.repetitions(3)) {
    Hl7Id id{present(pid.component_of(text, 1)), {}, present(pid.component_of(text, 5))};
    id.authority = present(pid.component_of(text, 4));
    if (!id.value && !id.authority) continue;
    for (const auto& part : pid.subcomponents_of(text, 4)) {
      if (is_ins_oid(part) && id.value && !out.ins) out.ins = Hl7Ins{*id.value, part};
    }
    out.ids.push_back(std::move(id));
  }
}

Hl7Patient read_patient(const Segment& pid) {
  Hl7Patient out;
  read_ids(pid, out);
  // The name of birth is the repetition of type L; a message that types none gives its first.
  const auto names = pid.repetitions(5);
  if (!names.empty()) {
    const auto legal = std::find_if(names.begin(), names.end(), [&](auto n) { return pid.component_of(n, 7) == "L"; });
    const auto name = legal == names.end() ? names.front() : *legal;
    out.family = present(pid.subcomponents_of(name, 1).front());
    out.given = present(pid.component_of(name, 2));
    out.given_others = present(pid.component_of(name, 3));
    out.name_type = present(pid.component_of(name, 7));
  }
  out.birth_date = present(pid.component(7, 1));
  out.sex = present(pid.component(8, 1));
  for (const auto& address : pid.repetitions(11)) {
    if (pid.component_of(address, 7) != "BDL" || out.birth_place_insee) continue;
    out.birth_place_insee = present(pid.component_of(address, 9));
  }
  out.account = present(pid.component(18, 1));
  out.identity_unknown = present(pid.component(31, 1));
  out.identity_reliability = present(pid.component(32, 1));
  return out;
}

Hl7Participant read_participant(const Segment& prt) {
  return {present(prt.component(4, 1)), present(prt.component(5, 1)),  present(prt.component(5, 2)),
          present(prt.component(5, 3)), present(prt.component(5, 13)), present(prt.component(8, 1)),
          present(prt.component(8, 10)), present(prt.component(15, 4))};
}

void read_singles(const Segments& s, Hl7Message& m) {
  if (const auto* pid = s.first("PID")) m.patient = read_patient(*pid);
  if (const auto* pv1 = s.first("PV1")) {
    m.visit_class = present(pv1->component(2, 1));
    m.visit_number = present(pv1->component(19, 1));
  }
  if (const auto* orc = s.first("ORC")) m.order = Hl7Order{present(orc->component(1, 1)), whole(*orc, 2), whole(*orc, 3)};
  if (const auto* obr = s.first("OBR")) {
    m.obr = Hl7Request{present(obr->component(4, 1)),  present(obr->component(4, 2)),  present(obr->component(4, 3)),
                       present(obr->component(10, 2)), present(obr->component(16, 2)), present(obr->component(16, 3)),
                       present(obr->component(25, 1))};
  }
  if (const auto* txa = s.first("TXA")) {
    m.txa = Hl7Txa{present(txa->component(2, 1)), whole(*txa, 12), whole(*txa, 13), present(txa->component(17, 1))};
  }
  if (const auto* msa = s.first("MSA")) m.ack = Hl7Ack{present(msa->component(1, 1)), whole(*msa, 2), whole(*msa, 3)};
  if (const auto* err = s.first("ERR")) {
    m.err = Hl7ErrorSegment{present(err->component(3, 1)), present(err->component(3, 2)),
                            present(err->component(4, 1)), whole(*err, 5),
                            present(err->component(5, 1)), present(err->component(5, 2))};
  }
}

void read_observation(const Segment& obx, Hl7Message& m) {
  if (obx.component(2, 1) == "ED") {
    m.documents.push_back(read_document(obx, m.anomalies));
    return;
  }
  const std::string code = obx.component(3, 1);
  const std::string first = obx.component(5, 1);
  m.metadata[code] = first.empty() ? obx.unescape(obx.field(5)) : first;
  if (!obx.field(4).empty()) m.about[code] = obx.component(4, 1);
  m.statements.push_back({code, obx.component(4, 1), first});
}

Result<Hl7Message> read(std::string_view bytes) {
  Segments s;
  if (auto cut = hl7::cut(bytes, s); !cut) return tl::unexpected<Error>(cut.error());
  Hl7Message m;
  m.message = read_header(s.all.front());
  if (std::find(supported.begin(), supported.end(), m.message.type.value_or("")) == supported.end()) {
    return fail(Code::ingest_hl7v2_unsupported_type, "MSH-9 is not ORU, MDM, ACK or ZAM", "MSH-9");
  }
  m.anomalies = s.anomalies;
  m.declared_charset = present(s.declared_charset);
  m.repetition_separator = s.delimiters.repetition;
  m.encoding_characters = std::string(s.all.front().field(2));
  if (!expected_trigger(m.message)) m.anomalies.push_back({AnomalyCode::hl7v2_unexpected_trigger, "MSH-9"});
  read_singles(s, m);
  for (const auto& segment : s.all) {
    m.segments.push_back(segment.name());
    if (segment.name() == "OBX") read_observation(segment, m);
    if (segment.name() == "PRT") m.participants.push_back(read_participant(segment));
  }
  check(m);
  return m;
}

}  // namespace

Text present(std::string text) {
  if (text.empty() || text == "\"\"") return std::nullopt;
  return text;
}

Result<Hl7Message> read_hl7v2(std::string_view bytes) {
  try {
    return read(bytes);
  } catch (const std::exception& e) {
    return fail(Code::internal, e.what());
  }
}

}  // namespace relais::formats
