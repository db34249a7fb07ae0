// SPDX-License-Identifier: Apache-2.0
#include "records/lab_report_mapping.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "records/formats/timestamp.h"
#include "records/immunization_mapping.h"
#include "records/mapping_parts.h"
#include "records/observation_mapping.h"

namespace relais::records {

namespace {

constexpr std::string_view lab_report_type = "11502-2";  // CR d'examens biologiques
constexpr std::string_view trod_type = "96173-0";        // test rapide d'orientation diagnostique
constexpr std::string_view practitioner_root = "1.2.250.1.71.4.2.1";
constexpr std::string_view inss[] = {"1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10",
                                     "1.2.250.1.213.1.4.11", "1.2.250.1.213.1.4.2"};

std::optional<int> number(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return {};
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

std::string national_id(const std::optional<formats::CdaPerson>& person) {
  if (!person || !person->id || person->id->root != std::string(practitioner_root)) return {};
  return person->id->extension.value_or("");
}

// Nothing for what is not a whole day: a month does not bound.
std::string day_or_nothing(const formats::Text& hl7) {
  return hl7 && formats::timestamp_day(*hl7) ? civil_day(*hl7) : std::string();
}

void map_contexts(const formats::CdaDocument& document, MappedReport& out) {
  for (const auto& told : document.contexts) {
    const auto fill = [&](auto& row) {
      row.set_code(told.code.value_or(""));
      row.set_label(told.label.value_or(""));
      if (told.written) row.set_written_code(told.written->code_system.value_or("") + "|" + told.written->code.value_or(""));
      row.set_from(day_or_nothing(told.from));
      row.set_until(day_or_nothing(told.until));
    };
    if (told.treatment) {
      fill(out.treatments.emplace_back());
    } else {
      fill(out.conditions.emplace_back());
    }
  }
}

void map_patient(const formats::CdaPatient& patient, MappedReport& out) {
  auto& report = out.report;
  if (patient.ins) {
    report.mutable_written_ins()->set_value(patient.ins->value);
    report.mutable_written_ins()->set_oid(patient.ins->oid);
  }
  auto& traits = *report.mutable_written_traits();
  traits.set_birth_family(patient.birth_family.value_or(""));
  traits.set_birth_given_all(patient.birth_given_all.value_or(""));
  traits.set_birth_given_first(patient.birth_given_first.value_or(""));
  traits.set_birth_date(civil_day(patient.birth_date.value_or("")));
  traits.set_birth_place_insee(patient.birth_place_insee.value_or(""));
  traits.set_used_family(patient.used_family.value_or(""));
  traits.set_used_given(patient.used_given.value_or(""));
  if (patient.sex == "F") traits.set_sex(v1::SEX_FEMALE);
  if (patient.sex == "M") traits.set_sex(v1::SEX_MALE);
  for (const auto& id : patient.ids) {
    const bool ins = std::find(std::begin(inss), std::end(inss), id.root.value_or("")) != std::end(inss);
    // An identifier without an extension names the laboratory, not a patient.
    if (!ins && id.root && id.extension && !id.extension->empty()) out.laboratory_patient_ids.push_back(joined(id));
  }
}

v1::ReportStatus status_of(const formats::CdaDocument& document) {
  const auto& status = document.lab_status;
  // What is missing matters more than what was corrected: replaces_id tells the correction all the same.
  if (std::find(status.begin(), status.end(), "active") != status.end()) return v1::REPORT_STATUS_PARTIAL;
  const bool replaces = std::any_of(document.replaces.begin(), document.replaces.end(),
                                    [](const auto& parent) { return parent.type == "RPLC"; });
  if (replaces || document.version.value_or(1) > 1) return v1::REPORT_STATUS_CORRECTED;
  return v1::REPORT_STATUS_FINAL;
}

bool holds_uncoded(const formats::CdaDocument& document) {
  if (document.level == 1 || document.results.empty()) return true;
  if (formats::has(document.anomalies, formats::AnomalyCode::cda_too_many_results)) return true;
  if (formats::has(document.anomalies, formats::AnomalyCode::cda_uncoded_attachment)) return true;
  return std::any_of(document.attachments.begin(), document.attachments.end(),
                     [](const auto& attachment) { return attachment.holds_uncoded_results || !attachment.decoded; });
}

}  // namespace

std::optional<Instant> hl7_instant(std::string_view text, const date::time_zone& zone) {
  const auto day = formats::timestamp_day(text);
  if (!day) return std::nullopt;
  const auto zone_at = text.find_first_of("+-");
  const auto local = text.substr(0, std::min(zone_at, text.find('.')));
  const auto part = [&](std::size_t at) {
    return local.size() >= at + 2 ? number(local.substr(at, 2)).value_or(0) : 0;
  };
  const auto since_midnight =
      std::chrono::hours{part(8)} + std::chrono::minutes{part(10)} + std::chrono::seconds{part(12)};
  const std::chrono::milliseconds civil = day->time_since_epoch() + std::chrono::milliseconds{since_midnight};
  if (zone_at == std::string_view::npos) {
    return zone.to_sys(date::local_time<std::chrono::milliseconds>{civil}, date::choose::earliest);
  }
  const auto offset = text.substr(zone_at + 1);
  const auto hours = number(offset.substr(0, std::min<std::size_t>(2, offset.size())));
  const auto minutes = offset.size() >= 4 ? number(offset.substr(2, 2)) : 0;
  if (!hours || !minutes) return std::nullopt;
  const std::chrono::minutes shift = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return Instant{text[zone_at] == '-' ? civil + shift : civil - shift};
}

std::string civil_day(std::string_view hl7) {
  if (!formats::timestamp_day(hl7)) return std::string(hl7);
  std::string day(hl7.substr(0, 8));
  day.insert(6, "-");
  day.insert(4, "-");
  return day;
}

std::string joined(const formats::CdaId& id) {
  if (!id.root) return {};
  if (!id.extension || id.extension->empty()) return *id.root;
  return *id.root + "^" + *id.extension;
}

MappedReport map_cda(const formats::CdaDocument& document, const date::time_zone& zone) {
  MappedReport out;
  auto& report = out.report;
  if (document.type) out.type_code = document.type->code.value_or("");
  out.is_report = out.type_code == lab_report_type || out.type_code == trod_type;
  report.set_source_format("cda");
  if (document.document_id) report.set_document_id(joined(*document.document_id));
  if (document.set_id) report.set_set_id(joined(*document.set_id));
  report.set_version(document.version.value_or(0));
  report.set_status(status_of(document));
  map_patient(document.patient, out);
  report.set_prescriber_national_id(national_id(document.prescriber));
  for (const auto& recipient : document.intended_recipients) {
    if (auto id = national_id(recipient); !id.empty()) out.addressee_national_ids.push_back(std::move(id));
  }
  if (document.custodian) {
    if (document.custodian->id) out.laboratory_id = joined(*document.custodian->id);
    report.set_laboratory(document.custodian->name.value_or(out.laboratory_id));
  }
  for (const auto& order : document.order_ids) {
    if (auto id = joined(order); !id.empty()) report.add_order_ids(std::move(id));
  }
  for (const auto& parent : document.replaces) {
    if (parent.type == "RPLC") out.parent_ids.push_back(joined(parent.id));
  }
  formats::Text collected = document.collected;
  for (const auto& specimen : document.specimens) {
    if (!collected) collected = specimen.collected;
  }
  const auto at = [&](const formats::Text& text) { return text ? hl7_instant(*text, zone) : std::nullopt; };
  if (const auto instant = at(collected)) report.set_collected_ms(instant->time_since_epoch().count());
  if (const auto instant = at(document.effective_time)) report.set_issued_ms(instant->time_since_epoch().count());
  for (const auto& comment : document.comments) add_line(report.mutable_comment(), comment.value_or(""));
  report.set_uncoded_content(out.is_report && holds_uncoded(document));
  add_anomalies(document.anomalies, report);
  map_contexts(document, out);
  // What a laboratory was told of vaccinations is not what the record learns them from.
  if (!out.is_report) {
    for (const auto& told : document.immunizations) out.immunizations.push_back(map_immunization(told, "cda"));
  }
  map_observations(document, zone, out);
  return out;
}

}  // namespace relais::records
