// SPDX-License-Identifier: Apache-2.0
#include "records/fhir_mapping.h"

#include <algorithm>
#include <string>
#include <utility>

#include "records/formats/written_number.h"
#include "records/identity.h"
#include "records/immunization_mapping.h"
#include "records/mapping_parts.h"

namespace relais::records {

namespace {

using formats::FhirContext;
using formats::FhirDocument;
using formats::FhirObservation;
using formats::FhirReport;
using formats::FhirValueKind;

void map_patient(const formats::FhirPatient* patient, MappedReport& out) {
  if (patient == nullptr) return;
  auto& report = out.report;
  if (!patient->ins_value.empty()) {
    report.mutable_written_ins()->set_value(patient->ins_value);
    report.mutable_written_ins()->set_oid(patient->ins_oid);
  }
  auto& traits = *report.mutable_written_traits();
  traits.set_birth_family(patient->birth_family);
  traits.set_birth_given_first(patient->birth_given_first);
  traits.set_birth_given_all(patient->birth_given_all);
  traits.set_birth_date(patient->birth_date);
  traits.set_birth_place_insee(patient->birth_place_insee);
  traits.set_used_family(patient->used_family);
  traits.set_used_given(patient->used_given);
  if (patient->sex == "F") traits.set_sex(v1::SEX_FEMALE);
  if (patient->sex == "M") traits.set_sex(v1::SEX_MALE);
  for (const auto& id : patient->identifiers) out.laboratory_patient_ids.push_back(id.joined());
}

// A preliminary value stays a value, as in HPRIM: the report is partial then.
v1::ObservationStatus status_of(const FhirObservation& result) {
  if (result.status == "entered-in-error") return v1::OBSERVATION_STATUS_CANCELLED;
  if (result.status == "cancelled") return v1::OBSERVATION_STATUS_ABORTED;
  if (result.status == "registered") return v1::OBSERVATION_STATUS_PENDING;
  if (result.kind == FhirValueKind::none && result.status == "preliminary") return v1::OBSERVATION_STATUS_PENDING;
  // Asked and not rendered: the laboratory says why.
  if (result.kind == FhirValueKind::none && !result.absent_reason.empty()) return v1::OBSERVATION_STATUS_ABORTED;
  if (result.status == "amended" || result.status == "corrected") return v1::OBSERVATION_STATUS_CORRECTED;
  return v1::OBSERVATION_STATUS_UNSPECIFIED;
}

bool awaited(const FhirObservation& result) {
  return result.status == "registered" || result.status == "preliminary" || result.status == "unknown" || result.status.empty();
}

void map_code(const formats::FhirConcept& code, v1::Observation& out) {
  const formats::FhirCoding* kept = nullptr;
  for (const auto& coding : code.codings) {
    if (coding.code.empty()) continue;
    const bool loinc = formats::is_loinc(coding.system);
    if (kept == nullptr || (loinc && !formats::is_loinc(kept->system))) kept = &coding;
  }
  if (kept != nullptr) {
    out.set_code(kept->code);
    const bool loinc = formats::is_loinc(kept->system);
    out.set_code_system(loinc ? "loinc" : kept->system.empty() ? "local" : kept->system);
    out.set_label(kept->display);
  }
  if (out.label().empty()) out.set_label(code.text.empty() ? formats::label_of(code) : code.text);
}

v1::Observation result_of(const FhirObservation& result, const date::time_zone& zone) {
  v1::Observation out;
  map_code(result.code, out);
  out.set_unit(result.unit);
  const auto number = result.kind == FhirValueKind::quantity ? formats::decimal(result.value) : std::nullopt;
  if (number) {
    out.set_value_type(v1::VALUE_TYPE_NUMERIC);
    out.set_value(*number);
    out.set_comparator(comparator_of(result.comparator));
    out.set_value_text(result.comparator + result.value);
  } else if (result.kind == FhirValueKind::coded) {
    out.set_value_type(v1::VALUE_TYPE_CODED);
    out.set_value_code(result.coded.code);
    out.set_value_text(result.value);
  } else if (!result.value.empty()) {
    out.set_value_type(v1::VALUE_TYPE_TEXT);
    out.set_value_text(result.value);
  }
  if (result.range && (result.range->unit.empty() || result.range->unit == result.unit)) {
    if (const auto low = formats::decimal(result.range->low)) out.set_low(*low);
    if (const auto high = formats::decimal(result.range->high)) out.set_high(*high);
  }
  out.set_flag(most_severe_flag(result.flags));
  out.set_status(status_of(result));
  out.set_specimen(result.specimen);
  for (const auto& comment : result.comments) add_line(out.mutable_comment(), comment);
  if (out.value_type() == v1::VALUE_TYPE_UNSPECIFIED && !result.absent_reason.empty()) out.set_value_text(result.absent_reason);
  if (const auto at = result.collected.empty() ? std::nullopt : hl7_instant(result.collected, zone)) {
    out.set_collected_ms(at->time_since_epoch().count());
  }
  return out;
}

v1::ReportStatus status_of(const FhirReport& report) {
  const auto& status = report.status;
  if (status == "amended" || status == "corrected") return v1::REPORT_STATUS_CORRECTED;
  // « appended » adds to what was final and changes none of it.
  const bool ended = status == "final" || status == "appended";
  if (!ended || std::any_of(report.observations.begin(), report.observations.end(), awaited)) return v1::REPORT_STATUS_PARTIAL;
  return v1::REPORT_STATUS_FINAL;
}

bool holds_uncoded(const FhirReport& report) {
  if (report.observations.empty()) return true;
  const auto met = [&](formats::AnomalyCode code) { return formats::has(report.anomalies, code); };
  return met(formats::AnomalyCode::fhir_attachment_by_link) || met(formats::AnomalyCode::fhir_unreadable_attachment) ||
         met(formats::AnomalyCode::fhir_modifier_extension) || met(formats::AnomalyCode::fhir_unresolved_reference) ||
         met(formats::AnomalyCode::fhir_unread_value);
}

// What the record will hold, word for word.
std::vector<std::string> words_of(const MappedReport& mapped) {
  std::vector<std::string> all;
  const auto add = [&](const auto& message) { all.push_back(message.SerializeAsString()); };
  add(mapped.report);
  for (const auto& one : mapped.observations) add(one);
  for (const auto& one : mapped.history) add(one);
  for (const auto& one : mapped.conditions) add(one);
  for (const auto& one : mapped.treatments) add(one);
  for (const auto& one : mapped.rights) add(one);
  for (const auto& one : mapped.immunizations) {
    add(one.content);
    all.push_back(one.sender_key);
  }
  return all;
}

MappedFhir started(const FhirDocument& document, const std::string& patient) {
  MappedFhir out;
  out.mapped.report.set_source_format("fhir");
  map_patient(document.patient(patient), out.mapped);
  out.mapped.addressee_national_ids = document.addressee_national_ids;
  return out;
}

MappedFhir map_report(const FhirDocument& document, const FhirReport& told, const date::time_zone& zone) {
  auto out = started(document, told.patient);
  auto& mapped = out.mapped;
  auto& report = mapped.report;
  mapped.is_report = true;
  out.patient_differs = told.patient_differs;
  out.cancels = told.status == "cancelled" || told.status == "entered-in-error";
  report.set_status(status_of(told));
  report.set_laboratory(told.laboratory.empty() ? told.laboratory_id : told.laboratory);
  mapped.laboratory_id = told.laboratory_id.empty() ? normalized_name(told.laboratory) : told.laboratory_id;
  report.set_prescriber_national_id(told.prescriber_national_id);
  for (const auto& order : told.order_ids) report.add_order_ids(order);
  const auto at = [&](const std::string& hl7) { return hl7.empty() ? std::nullopt : hl7_instant(hl7, zone); };
  if (const auto instant = at(told.collected)) report.set_collected_ms(instant->time_since_epoch().count());
  if (const auto instant = at(told.issued)) report.set_issued_ms(instant->time_since_epoch().count());
  for (const auto& comment : told.comments) add_line(report.mutable_comment(), comment);
  report.set_narrative(told.narrative);
  report.set_uncoded_content(holds_uncoded(told));
  add_anomalies(document.anomalies, report);
  add_anomalies(told.anomalies, report);
  for (const auto& one : told.observations) {
    auto observation = result_of(one, zone);
    if (!observation.has_collected_ms() && report.has_collected_ms()) observation.set_collected_ms(report.collected_ms());
    mapped.observations.push_back(std::move(observation));
  }
  for (const auto& parent : document.replaces) mapped.parent_ids.push_back(parent.joined());
  if (report.status() == v1::REPORT_STATUS_CORRECTED && mapped.parent_ids.empty()) mapped.parent_ids.emplace_back();
  report.set_version(told.version);
  // Told before the names of the whole, so that the same words under another envelope are the same report.
  report.set_document_id(told_id("fhir", words_of(mapped)));
  // An address on a server that nobody names is no name.
  const bool own_address = told.key.find("://") != std::string::npos || told.key.starts_with("urn:") || !mapped.laboratory_id.empty();
  const auto name = !told.identifiers.empty() ? told.identifiers.front().joined() : own_address ? told.key : std::string();
  if (!name.empty()) report.set_set_id(told_id("fhir", {mapped.laboratory_id, name}));
  return out;
}

// The results of one patient that stand in no report.
MappedFhir map_loose(const FhirDocument& document, const std::string& patient, const date::time_zone& zone) {
  auto out = started(document, patient);
  auto& mapped = out.mapped;
  mapped.is_report = true;
  bool partial = false;
  for (const auto& one : document.loose_observations) {
    if (one.patient != patient) continue;
    partial = partial || awaited(one);
    mapped.observations.push_back(result_of(one, zone));
    const auto& last = mapped.observations.back();
    if (last.has_collected_ms() && !mapped.report.has_collected_ms()) mapped.report.set_collected_ms(last.collected_ms());
  }
  mapped.report.set_status(partial ? v1::REPORT_STATUS_PARTIAL : v1::REPORT_STATUS_FINAL);
  add_anomalies(document.anomalies, mapped.report);
  mapped.report.set_document_id(told_id("fhir", words_of(mapped)));
  return out;
}

template <class Row>
Row context_of(const FhirContext& told) {
  Row row;
  row.set_code(told.code);
  row.set_label(told.label);
  row.set_from(told.from);
  row.set_until(told.until);
  row.set_written_code(told.written_code);
  return row;
}

v1::LongTermConditionKind kind_of(const std::string& number) {
  if (number == "31") return v1::LONG_TERM_CONDITION_KIND_UNLISTED;
  if (number == "32") return v1::LONG_TERM_CONDITION_KIND_POLYPATHOLOGY;
  if (number == "NE") return v1::LONG_TERM_CONDITION_KIND_NOT_EXEMPTING;
  return v1::LONG_TERM_CONDITION_KIND_LISTED;
}

v1::LongTermCondition right_of(const formats::FhirRight& told) {
  v1::LongTermCondition right;
  right.set_number(told.number);
  right.set_label(told.label);
  right.set_from(told.from);
  right.set_until(told.until);
  right.set_until_source(told.until.empty() ? "unknown" : "notified");
  right.set_kind(kind_of(told.number));
  return right;
}

// What is told of one patient's past.
MappedFhir map_past(const FhirDocument& document, const std::string& patient, const date::time_zone& zone) {
  auto out = started(document, patient);
  auto& mapped = out.mapped;
  const auto past = [&](const std::vector<FhirObservation>& results) {
    for (const auto& one : results) {
      if (one.patient != patient || one.status == "entered-in-error") continue;
      mapped.history.push_back(result_of(one, zone));
      mapped.history.back().set_history(true);
    }
  };
  if (document.tells_history()) {
    for (const auto& report : document.reports) past(report.observations);
  }
  if (document.loose_is_history()) past(document.loose_observations);
  for (const auto& told : document.contexts) {
    if (told.patient != patient) continue;
    if (told.treatment) {
      mapped.treatments.push_back(context_of<v1::MedicationStatement>(told));
    } else {
      mapped.conditions.push_back(context_of<v1::Condition>(told));
    }
  }
  for (const auto& told : document.rights)
    if (told.patient == patient) mapped.rights.push_back(right_of(told));
  for (const auto& told : document.immunizations)
    if (told.patient == patient) mapped.immunizations.push_back(map_immunization(told, "fhir"));
  for (const auto& parent : document.replaces) mapped.parent_ids.push_back(parent.joined());
  mapped.report.set_version(document.version);
  mapped.report.set_document_id(told_id("fhir", words_of(mapped)));
  const auto& traits = mapped.report.written_traits();
  const auto person = traits.birth_family() + "|" + traits.birth_given_first() + "|" + traits.birth_date();
  if (const auto name = document.identifier.joined(); !name.empty()) {
    mapped.report.set_set_id(told_id("fhir", {name, mapped.report.written_ins().value(), person}));
  }
  return out;
}

// The patients of these, each once, in order.
void add_patient(std::vector<std::string>& keys, const std::string& key) {
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
}

}  // namespace

std::vector<MappedFhir> map_fhir(const FhirDocument& document, const date::time_zone& zone) {
  std::vector<MappedFhir> all;
  std::vector<std::string> loose, past;
  for (const auto& report : document.reports) {
    if (document.tells_history()) {
      add_patient(past, report.patient);
    } else {
      all.push_back(map_report(document, report, zone));
    }
  }
  for (const auto& one : document.loose_observations) add_patient(document.loose_is_history() ? past : loose, one.patient);
  for (const auto& one : document.contexts) add_patient(past, one.patient);
  for (const auto& one : document.rights) add_patient(past, one.patient);
  for (const auto& one : document.immunizations) add_patient(past, one.patient);
  for (const auto& key : loose) all.push_back(map_loose(document, key, zone));
  for (const auto& key : past) all.push_back(map_past(document, key, zone));
  return all;
}

}  // namespace relais::records
