// SPDX-License-Identifier: Apache-2.0
#include "records/reader_contract.h"

#include <array>
#include <cmath>
#include <utility>

#include "domain/civil_time.h"
#include "domain/instant_bounds.h"

namespace relais::records {
namespace {

using Reason = std::optional<std::string>;
using v1::RecordRow;

constexpr std::size_t longest_source = 200;
constexpr std::size_t most_pages = 2000;

struct KindFacts {
  v1::RecordKind kind;
  RecordRow::RowCase row;
  std::string_view name;
};
constexpr std::array kind_facts = {
    KindFacts{v1::RECORD_KIND_PATIENT, RecordRow::kPatient, "patient"},
    KindFacts{v1::RECORD_KIND_PRACTITIONER, RecordRow::kPractitioner, "practitioner"},
    KindFacts{v1::RECORD_KIND_LAB_REPORT, RecordRow::kReport, "lab_report"},
    KindFacts{v1::RECORD_KIND_OBSERVATION, RecordRow::kObservation, "observation"},
    KindFacts{v1::RECORD_KIND_CONDITION, RecordRow::kCondition, "condition"},
    KindFacts{v1::RECORD_KIND_MEDICATION, RecordRow::kMedication, "medication"},
    KindFacts{v1::RECORD_KIND_TARGET, RecordRow::kTarget, "target"},
    KindFacts{v1::RECORD_KIND_KNOWN_ANOMALY, RecordRow::kKnownAnomaly, "known_anomaly"},
    KindFacts{v1::RECORD_KIND_CONTEXT_FLAG, RecordRow::kContextFlag, "context_word"},
    KindFacts{v1::RECORD_KIND_IMMUNIZATION, RecordRow::kImmunization, "immunization"},
    KindFacts{v1::RECORD_KIND_LONG_TERM_CONDITION, RecordRow::kLongTermCondition, "long_term_condition"},
    KindFacts{v1::RECORD_KIND_APPOINTMENT, RecordRow::kAppointment, "appointment"},
    KindFacts{v1::RECORD_KIND_MESSAGE, RecordRow::kMessage, "message"},
    KindFacts{v1::RECORD_KIND_DOCUMENT, RecordRow::kDocument, "document"},
};

const KindFacts* facts_of(v1::RecordKind kind) {
  for (const auto& one : kind_facts)
    if (one.kind == kind) return &one;
  return nullptr;
}

bool good_id(const std::string& id) { return !id.empty() && id.size() <= longest_id; }
bool good_date(const std::string& text) { return text.empty() || fiche::parse_date(text).has_value(); }

constexpr auto no_instant = "un instant hors des années 1 à 9999";

template <class Row>
Reason period(const Row& row) {
  if (!good_date(row.from())) return "une date qui n'en est pas une (from)";
  if (!good_date(row.until())) return "une date qui n'en est pas une (until)";
  return std::nullopt;
}

template <class Row>
Reason set_by_a_doctor(const Row& row) {
  if (!good_date(row.set_on())) return "une date qui n'en est pas une (set_on)";
  if (!good_date(row.until())) return "une date qui n'en est pas une (until)";
  return std::nullopt;
}

Reason wrong_patient(const v1::Patient& row, const std::string& owner) {
  if (row.id() != owner) return "la ligne d'un patient dont l'identifiant est celui d'un autre";
  if (!good_date(row.traits().birth_date())) return "une date qui n'en est pas une (birth_date)";
  if (!v1::Sex_IsValid(row.traits().sex()) || !v1::IdentityStatus_IsValid(row.identity_status()))
    return "une valeur inconnue du contrat (patient)";
  if (row.ins().value().empty() != row.ins().oid().empty()) return "l'INS sans son OID, ou l'OID sans son INS";
  return std::nullopt;
}

Reason of_report(const v1::LabReport& row, const std::string& owner, const RowsAsked& asked) {
  if (row.patient_id() != owner) return "la ligne d'un compte rendu qui est celui d'un autre patient";
  if (row.received_ms() <= 0) return "un compte rendu jamais reçu (received_ms)";
  if (row.received_ms() > asked.as_of.time_since_epoch().count()) return "un compte rendu reçu après as_of_ms";
  if (!is_dated(row.collected_ms()) || !is_dated(row.issued_ms())) return no_instant;
  if (!v1::ReportStatus_IsValid(row.status()) || !v1::IdentityMatch_IsValid(row.identity_match()))
    return "une valeur inconnue du contrat (report)";
  if (asked.history && row.status() == v1::REPORT_STATUS_CANCELLED) return "un compte rendu annulé dans un historique";
  return std::nullopt;
}

Reason of_result(const v1::Observation& row, const RowsAsked& asked) {
  if (!asked.report_id.empty() && row.report_id() != asked.report_id) return "un résultat d'un autre compte rendu";
  for (const auto value : {row.value(), row.low(), row.high()})
    if (!std::isfinite(value)) return "un nombre qui n'en est pas un";
  if (!is_dated(row.collected_ms())) return no_instant;
  if (!v1::ObservationStatus_IsValid(row.status()) || !v1::Comparator_IsValid(row.comparator()) ||
      !v1::ValueType_IsValid(row.value_type()) || !v1::Fasting_IsValid(row.fasting()))
    return "une valeur inconnue du contrat (observation)";
  return std::nullopt;
}

Reason of_right(const v1::LongTermCondition& row) {
  for (const auto& earlier : row.renewals())
    if (auto bad = period(earlier)) return bad;
  for (const auto& protocol : row.protocols())
    if (!good_date(protocol.established_on())) return "une date qui n'en est pas une (established_on)";
  if (!good_date(row.renewal_step_on())) return "une date qui n'en est pas une (renewal_step_on)";
  return period(row);
}

Reason of_appointment(const v1::Appointment& row, const std::string& owner) {
  if (row.patient_id() != owner) return "un rendez-vous d'un autre patient";
  if (!is_dated(row.start_ms()) || !is_dated(row.end_ms())) return no_instant;
  if (row.end_ms() < row.start_ms()) return "un rendez-vous qui finit avant de commencer";
  return std::nullopt;
}

Reason wrong_content(const RecordRow& row, const RowsAsked& asked) {
  switch (row.row_case()) {
    case RecordRow::kPatient:
      return wrong_patient(row.patient(), row.patient_id());
    case RecordRow::kReport:
      return of_report(row.report(), row.patient_id(), asked);
    case RecordRow::kObservation:
      return of_result(row.observation(), asked);
    case RecordRow::kCondition:
      return period(row.condition());
    case RecordRow::kMedication:
      return period(row.medication());
    case RecordRow::kTarget:
      return set_by_a_doctor(row.target());
    case RecordRow::kKnownAnomaly:
      return set_by_a_doctor(row.known_anomaly());
    case RecordRow::kContextFlag:
      return period(row.context_flag());
    case RecordRow::kImmunization:
      return good_date(row.immunization().given_on()) ? Reason{} : "une date qui n'en est pas une (given_on)";
    case RecordRow::kLongTermCondition:
      return of_right(row.long_term_condition());
    case RecordRow::kAppointment:
      return of_appointment(row.appointment(), row.patient_id());
    case RecordRow::kMessage:
      return is_dated(row.message().received_ms()) ? Reason{} : no_instant;
    case RecordRow::kDocument:
      return is_dated(row.document().document().created_ms()) ? Reason{} : no_instant;
    default:
      return std::nullopt;
  }
}

// A row without an owner: of nobody yet, or of the practice.
bool may_be_nobodys(const RecordRow& row, const RowsAsked& asked) {
  return asked.kind == v1::RECORD_KIND_PRACTITIONER ||
         (asked.kind == v1::RECORD_KIND_LAB_REPORT && row.report().patient_id().empty()) ||
         (asked.kind == v1::RECORD_KIND_OBSERVATION && !asked.report_id.empty());
}

}  // namespace

std::string_view kind_name(v1::RecordKind kind) {
  const auto* const facts = facts_of(kind);
  return facts == nullptr ? "unknown" : facts->name;
}

std::string id_of(const RecordRow& row) {
  switch (row.row_case()) {
    case RecordRow::kPatient:
      return row.patient().id();
    case RecordRow::kPractitioner:
      return row.practitioner().id();
    case RecordRow::kReport:
      return row.report().id();
    case RecordRow::kObservation:
      return row.observation().id();
    case RecordRow::kCondition:
      return row.condition().id();
    case RecordRow::kMedication:
      return row.medication().id();
    case RecordRow::kImmunization:
      return row.immunization().id();
    case RecordRow::kLongTermCondition:
      return row.long_term_condition().id();
    case RecordRow::kAppointment:
      return row.appointment().id();
    case RecordRow::kMessage:
      return row.message().id();
    case RecordRow::kDocument:
      return row.document().document().id();
    default:
      return {};
  }
}

Reason broken_rule(const RecordRow& row, const RowsAsked& asked) {
  const auto* const facts = facts_of(asked.kind);
  if (facts == nullptr || row.row_case() != facts->row) return "une ligne d'une autre nature";
  if (row.recorded_ms() <= 0) return "une ligne sans recorded_ms";
  if (row.recorded_ms() > asked.as_of.time_since_epoch().count()) return "une ligne saisie après as_of_ms";
  if (row.patient_id().empty() ? !may_be_nobodys(row, asked) : row.patient_id().size() > longest_id)
    return "une ligne qui ne dit pas de qui elle est";
  if (!asked.patient_id.empty() && row.patient_id() != asked.patient_id) return "une ligne d'un autre patient";
  const bool has_id = facts->row != RecordRow::kTarget && facts->row != RecordRow::kKnownAnomaly &&
                      facts->row != RecordRow::kContextFlag;
  if (has_id && !good_id(id_of(row))) return "une ligne sans identifiant utilisable";
  if (!asked.row_id.empty() && id_of(row) != asked.row_id) return "une autre ligne que celle demandée";
  return wrong_content(row, asked);
}

Reason ReadingCheck::broken_rule(const v1::RecordRows& page, bool& too_large) {
  too_large = true;
  if (page.rows_size() > reader_page) return "plus de lignes sur une page que demandé";
  rows_ += static_cast<std::size_t>(page.rows_size());
  if (rows_ > most_rows_read || ++pages_ > most_pages) return "plus de lignes qu'une lecture ne peut en avoir";
  too_large = false;
  if (!v1::RecordCompleteness_IsValid(page.completeness())) return "une valeur inconnue du contrat (completeness)";
  if (!page.next_page_token().empty()) {
    if (page.next_page_token() == token_) return "la même page encore";
    if (page.rows().empty()) return "une page vide qui n'est pas la dernière";
    if (!asked_.row_id.empty()) return "plus d'une page pour une ligne";
  }
  token_ = page.next_page_token();
  for (const auto& row : page.rows()) {
    if (auto reason = records::broken_rule(row, asked_)) return reason;
    if (auto id = id_of(row); !id.empty() && !ids_.insert(std::move(id)).second) return "un identifiant qui vient deux fois";
  }
  return std::nullopt;
}

Reason broken_rule(const v1::WatchChangesResponse& change) {
  if (!good_id(change.position())) return "un changement sans position utilisable";
  if (change.source().empty() || change.source().size() > longest_source) return "un changement sans source utilisable";
  if (change.version() < 1) return "une version inférieure à 1";
  if (change.recorded_ms() <= 0) return "un changement sans recorded_ms";
  if (!v1::RecordChangeKind_IsValid(change.kind()) || change.kind() == v1::RECORD_CHANGE_KIND_UNSPECIFIED)
    return "un changement d'une nature inconnue";
  const bool of_patient = change.kind() == v1::RECORD_CHANGE_KIND_PATIENT;
  if (!of_patient && !good_id(change.item_id())) return "un changement qui ne dit pas de quoi";
  const bool maybe_nobodys =
      change.kind() == v1::RECORD_CHANGE_KIND_LAB_REPORT || change.kind() == v1::RECORD_CHANGE_KIND_DOCUMENT;
  if (change.patient_id().empty() && !maybe_nobodys) return "un changement qui ne dit pas de qui";
  if (change.patient_id().size() > longest_id || change.doctor_id().size() > longest_id) return "un identifiant trop long";
  return std::nullopt;
}

}  // namespace relais::records
