// SPDX-License-Identifier: Apache-2.0
#include "records/ingest_units.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/error.h"
#include "records/formats/detect.h"
#include "records/formats/hl7v2.h"
#include "records/formats/hprim.h"
#include "records/fhir_mapping.h"
#include "records/formats/fhir.h"
#include "records/hprim_mapping.h"
#include "records/mapping_parts.h"

namespace relais::records {

namespace {

void add_order(const formats::Hl7Message& message, MappedReport& mapped) {
  if (!message.order) return;
  auto& ids = *mapped.report.mutable_order_ids();
  for (const auto& id : {message.order->placer, message.order->filler}) {
    if (id && std::find(ids.begin(), ids.end(), *id) == ids.end()) *ids.Add() = *id;
  }
}

// A report of which only the envelope can be read.
MappedReport from_envelope(const formats::Hl7Message& message) {
  MappedReport mapped;
  mapped.is_report = true;
  auto& report = mapped.report;
  report.set_uncoded_content(true);
  report.set_status(v1::REPORT_STATUS_FINAL);
  report.set_laboratory(message.message.sending_facility.value_or(message.message.sending_application.value_or("")));
  mapped.laboratory_id = report.laboratory();
  if (message.txa) report.set_document_id(message.txa->document_id.value_or(""));
  if (!message.patient) return mapped;
  const auto& patient = *message.patient;
  if (patient.ins) {
    report.mutable_written_ins()->set_value(patient.ins->value);
    report.mutable_written_ins()->set_oid(patient.ins->oid);
  }
  auto& traits = *report.mutable_written_traits();
  traits.set_birth_family(patient.family.value_or(""));
  traits.set_birth_given_first(patient.given.value_or(""));
  traits.set_birth_date(civil_day(patient.birth_date.value_or("")));
  traits.set_birth_place_insee(patient.birth_place_insee.value_or(""));
  if (patient.sex == "F") traits.set_sex(v1::SEX_FEMALE);
  if (patient.sex == "M") traits.set_sex(v1::SEX_MALE);
  return mapped;
}

bool same_text(const formats::Text& a, const formats::Text& b) { return a && b && !a->empty() && *a == *b; }

bool contradict(const formats::Text& a, const formats::Text& b) { return a && b && *a != *b; }

bool same_person(const formats::CdaPatient& a, const formats::CdaPatient& b) {
  if (a.ins && b.ins && *a.ins != *b.ins) return false;
  return same_text(a.birth_family, b.birth_family) && same_text(a.birth_date, b.birth_date) &&
         !contradict(a.birth_given_first, b.birth_given_first) && !contradict(a.sex, b.sex) &&
         !contradict(a.birth_place_insee, b.birth_place_insee);
}

std::vector<std::string> orders(const formats::CdaDocument& document) {
  std::vector<std::string> all;
  for (const auto& id : document.order_ids) {
    if (auto order = joined(id); !order.empty()) all.push_back(std::move(order));
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool same_id(const std::optional<formats::CdaId>& a, const std::optional<formats::CdaId>& b) {
  return a && b && !joined(*a).empty() && joined(*a) == joined(*b);
}

// `image` (level 1) tells what `coded` (level 3) tells. Outside Ségur one report comes twice, under two ids, with the
// same clinical content (biologie.md, section 4): same person, instant and order then. In doubt they are two reports.
bool twins(const formats::CdaDocument& image, const formats::CdaDocument& coded) {
  if (!same_person(image.patient, coded.patient)) return false;
  if (image.type && coded.type && contradict(image.type->code, coded.type->code)) return false;
  if (image.version && coded.version && *image.version != *coded.version) return false;
  if (same_id(image.document_id, coded.document_id) || same_id(image.set_id, coded.set_id)) return true;
  const auto ordered = orders(image);
  return same_text(image.effective_time, coded.effective_time) && !contradict(image.collected, coded.collected) &&
         !ordered.empty() && ordered == orders(coded);
}

std::string verdict_of(std::string_view word) {
  // Original mode and enhanced mode; « Y » and « N » of the business acknowledgements.
  if (word == "AA" || word == "CA" || word == "Y") return "positive";
  if (word == "AE" || word == "AR" || word == "CE" || word == "CR" || word == "N") return "negative";
  return "unclear";
}

std::string kind_of(std::string_view code) {
  if (code == "ACK_RECEPTION_DMP") return "dmp";
  if (code == "ACK_RECEPTION_MSS") return "mss-reception";
  if (code == "ACK_LECTURE_MSS") return "mss-lecture";
  return {};
}

std::vector<Acknowledgement> acknowledgements_of(const formats::Hl7Message& message) {
  std::string code, words;
  if (message.err) {
    const auto& error = *message.err;
    code = error.app_code.value_or(error.code.value_or(""));
    words = error.app_label.value_or(error.label.value_or(""));
  }
  std::vector<Acknowledgement> all;
  if (message.message.type == "ZAM") {
    for (const auto& said : message.statements) {
      const auto kind = kind_of(said.code);
      if (!kind.empty()) all.push_back({kind, verdict_of(said.value), said.about, code, words});
    }
    // A trigger alone still says what it is about.
    if (all.empty()) all.push_back({"message", "unclear", {}, code, words});
    return all;
  }
  const auto& ack = message.ack;
  if (ack && words.empty()) words = ack->text.value_or("");
  all.push_back({"message", verdict_of(ack ? ack->code.value_or("") : ""), ack ? ack->control_id.value_or("") : "", code,
                 words});
  return all;
}

Envelope envelope_of(const formats::Hl7Header& header) {
  const auto name = [](const formats::Text& application, const formats::Text& facility) {
    return application.value_or("") + "|" + facility.value_or("");
  };
  return {name(header.sending_application, header.sending_facility),
          name(header.receiving_application, header.receiving_facility), header.control_id.value_or("")};
}

ParsedMessage from_hl7(std::string_view bytes, const date::time_zone& zone) {
  ParsedMessage parsed;
  const auto message = formats::read_hl7v2(bytes);
  if (!message) {
    parsed.unreadable = stable_code(message.error().code);
    return parsed;
  }
  parsed.envelope = envelope_of(message->message);
  if (!message->action) {
    const auto& type = message->message.type;
    const bool acknowledgement = message->ack.has_value() || type == "ZAM" || type == "ACK";
    if (acknowledgement) parsed.acknowledgements = acknowledgements_of(*message);
    if (!acknowledgement) parsed.unreadable = "hl7v2.no-document";
    return parsed;
  }
  const auto& documents = message->documents;
  const auto is_document = [](const formats::Hl7Document& one) { return one.cda || one.subtype; };
  const bool several = std::count_if(documents.begin(), documents.end(), is_document) > 1;
  const auto add = [&](MappedReport mapped, std::vector<std::string> mismatch) {
    Unit unit;
    unit.mapped = std::move(mapped);
    unit.envelope_mismatch = std::move(mismatch);
    unit.cancels = *message->action == formats::Hl7Action::remove;
    unit.action_disagrees = formats::has(message->anomalies, formats::AnomalyCode::hl7v2_order_control_disagrees);
    if (message->txa) {
      for (const auto& id : {message->txa->document_id, message->txa->parent_document_id}) {
        if (id) unit.target_ids.push_back(*id);
      }
    }
    if (*message->action == formats::Hl7Action::replace) {
      // The envelope replaces something even when the document inside does not say what.
      auto& parents = unit.mapped.parent_ids;
      if (parents.empty()) parents.push_back(message->txa ? message->txa->parent_document_id.value_or("") : "");
      if (unit.mapped.report.status() == v1::REPORT_STATUS_FINAL) {
        unit.mapped.report.set_status(v1::REPORT_STATUS_CORRECTED);
      }
    }
    for (const auto& participant : message->participants) {
      if (participant.role == "RCT" && participant.id) unit.mapped.addressee_national_ids.push_back(*participant.id);
    }
    auto& report = unit.mapped.report;
    report.set_source_format("hl7v2");
    const auto reserved = message->metadata.find("INVISIBLE_PATIENT");
    report.set_announcement_reserved(reserved != message->metadata.end() && reserved->second == "Y");
    add_order(*message, unit.mapped);
    add_anomalies(message->anomalies, report);
    parsed.units.push_back(std::move(unit));
  };
  for (auto at = documents.begin(); at != documents.end(); ++at) {
    if (at->cda) {
      // Told twice: the coded one is the report.
      const bool told = at->cda->level == 1 && std::any_of(documents.begin(), documents.end(), [&](const auto& other) {
        return other.cda && other.cda->level == 3 && twins(*at->cda, *other.cda);
      });
      if (!told) add(map_cda(*at->cda, zone), at->identity_mismatch);
    } else if (at->subtype) {
      // Nothing inside says which report it is: only the same bytes again are the same one.
      const bool told = std::any_of(documents.begin(), at, [&](const auto& before) {
        return !before.cda && before.subtype && !before.bytes.empty() && before.bytes == at->bytes &&
               before.code == at->code;
      });
      if (told) continue;
      auto mapped = from_envelope(*message);
      // The envelope names one document: among several nobody knows which.
      if (several) mapped.report.clear_document_id();
      add(std::move(mapped), {});
    }
  }
  if (parsed.units.empty()) add(from_envelope(*message), {});
  return parsed;
}

ParsedMessage from_hprim(std::string_view bytes, const date::time_zone& zone) {
  ParsedMessage parsed;
  const auto file = formats::read_hprim(bytes);
  if (!file) {
    parsed.unreadable = stable_code(file.error().code);
    return parsed;
  }
  for (auto& one : map_hprim(*file, zone)) {
    Unit unit;
    unit.mapped = std::move(one.mapped);
    unit.cancels = one.cancels;
    parsed.units.push_back(std::move(unit));
  }
  return parsed;
}

ParsedMessage from_fhir(std::string_view bytes, const date::time_zone& zone) {
  ParsedMessage parsed;
  const auto document = formats::read_fhir(bytes);
  if (!document) {
    parsed.unreadable = stable_code(document.error().code);
    return parsed;
  }
  for (auto& one : map_fhir(*document, zone)) {
    Unit unit;
    unit.mapped = std::move(one.mapped);
    unit.cancels = one.cancels;
    if (one.patient_differs) unit.envelope_mismatch = {"patient"};
    parsed.units.push_back(std::move(unit));
  }
  return parsed;
}

}  // namespace

ParsedMessage parse_message(std::string_view bytes, const date::time_zone& zone) {
  const auto detected = formats::detect(bytes);
  if (detected.format == formats::Format::hl7v2) return from_hl7(bytes, zone);
  if (detected.format == formats::Format::fhir) return from_fhir(bytes, zone);
  if (detected.format == formats::Format::hprim) return from_hprim(bytes, zone);
  ParsedMessage parsed;
  if (detected.format != formats::Format::cda) {
    parsed.unreadable = stable_code(Code::ingest_unknown_format);
    return parsed;
  }
  const auto document = formats::read_cda(bytes);
  if (!document) {
    parsed.unreadable = stable_code(document.error().code);
    return parsed;
  }
  Unit unit;
  unit.mapped = map_cda(*document, zone);
  parsed.units.push_back(std::move(unit));
  return parsed;
}

}  // namespace relais::records
