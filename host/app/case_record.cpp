// SPDX-License-Identifier: Apache-2.0
#include "app/case_record.h"

#include <algorithm>

#include "app/case_practice.h"
#include "app/triage_cases.h"
#include "domain/civil_time.h"
#include "records/record_store.h"

namespace relais::app {
namespace {

std::int64_t moment(const ClosedJson& value) { return case_instant(value).time_since_epoch().count(); }

std::string civil_day(const ClosedJson& value) {
  const std::string written = value.text();
  if (!fiche::parse_date(written)) value.refuse("not a date YYYY-MM-DD");
  return written;
}

std::string optional_text(const ClosedJson& from, const char* key) {
  return from.has(key) ? from.at(key).text() : std::string();
}
std::string optional_civil_day(const ClosedJson& from, const char* key) {
  return from.has(key) ? civil_day(from.at(key)) : std::string();
}

v1::Category category_of_word(const ClosedJson& value) {
  const std::string word = value.text();
  for (int number = v1::CATEGORY_NORMAL; number <= v1::CATEGORY_CRITIQUE; ++number) {
    if (category_word(static_cast<v1::Category>(number)) == word) return static_cast<v1::Category>(number);
  }
  value.refuse("unknown word " + word);
  return v1::CATEGORY_UNSPECIFIED;
}

v1::Patient read_patient(const ClosedJson& from) {
  from.object({}, {"birth_date", "sex", "treating_doctor"});
  v1::Patient made;
  if (from.failed()) return made;
  made.mutable_traits()->set_birth_date(optional_civil_day(from, "birth_date"));
  if (from.has("sex")) {
    made.mutable_traits()->set_sex(from.at("sex").word<v1::Sex>({{"F", v1::SEX_FEMALE}, {"M", v1::SEX_MALE}}));
  }
  const bool none = from.has("treating_doctor") && !from.at("treating_doctor").boolean();
  if (!none) made.set_treating_doctor_id(CasePractice::doctor);
  return made;
}

v1::Observation read_result(const ClosedJson& from) {
  from.object({"code"}, {"id", "system", "label", "value", "text", "coded", "comparator", "unit", "low", "high", "flag",
                         "status", "comment", "specimen", "fasting", "collected"});
  v1::Observation made;
  if (from.failed()) return made;
  made.set_id(optional_text(from, "id"));
  made.set_code(from.at("code").text());
  made.set_code_system(from.has("system") ? from.at("system").text() : "loinc");
  made.set_label(optional_text(from, "label"));
  made.set_unit(optional_text(from, "unit"));
  made.set_flag(optional_text(from, "flag"));
  made.set_comment(optional_text(from, "comment"));
  made.set_specimen(optional_text(from, "specimen"));
  made.set_value_text(optional_text(from, "text"));
  made.set_value_code(optional_text(from, "coded"));
  made.set_value_type(!made.value_code().empty()   ? v1::VALUE_TYPE_CODED
                      : !made.value_text().empty() ? v1::VALUE_TYPE_TEXT
                                                   : v1::VALUE_TYPE_UNSPECIFIED);
  if (from.has("value")) {
    made.set_value_type(v1::VALUE_TYPE_NUMERIC);
    made.set_value(from.at("value").number());
  }
  if (from.has("low")) made.set_low(from.at("low").number());
  if (from.has("high")) made.set_high(from.at("high").number());
  if (from.has("comparator")) {
    made.set_comparator(from.at("comparator").word<v1::Comparator>({{"<", v1::COMPARATOR_LT}, {"<=", v1::COMPARATOR_LE},
                                                                    {">", v1::COMPARATOR_GT}, {">=", v1::COMPARATOR_GE}}));
  }
  if (from.has("status")) {
    made.set_status(from.at("status").word<v1::ObservationStatus>({{"final", v1::OBSERVATION_STATUS_UNSPECIFIED},
                                                                   {"pending", v1::OBSERVATION_STATUS_PENDING},
                                                                   {"corrected", v1::OBSERVATION_STATUS_CORRECTED},
                                                                   {"aborted", v1::OBSERVATION_STATUS_ABORTED},
                                                                   {"cancelled", v1::OBSERVATION_STATUS_CANCELLED}}));
  }
  if (from.has("fasting")) made.set_fasting(from.at("fasting").boolean() ? v1::FASTING_YES : v1::FASTING_NO);
  if (from.has("collected")) made.set_collected_ms(moment(from.at("collected")));
  return made;
}

CaseRecord::Report read_report(const ClosedJson& from) {
  from.object({"id"}, {"status", "identity", "collected", "issued", "received", "comment", "uncoded_content",
                       "announcement_reserved", "replaces", "replaced_category", "replaced_seen", "format", "anomalies",
                       "seen", "results"});
  CaseRecord::Report made;
  if (from.failed()) return made;
  v1::LabReport& report = made.report;
  report.set_id(from.at("id").text());
  report.set_status(!from.has("status") ? v1::REPORT_STATUS_FINAL
                                        : from.at("status").word<v1::ReportStatus>({{"final", v1::REPORT_STATUS_FINAL},
                                                                                    {"partial", v1::REPORT_STATUS_PARTIAL},
                                                                                    {"corrected", v1::REPORT_STATUS_CORRECTED},
                                                                                    {"cancelled", v1::REPORT_STATUS_CANCELLED}}));
  if (from.has("identity")) {
    report.set_identity_match(from.at("identity").word<v1::IdentityMatch>({{"unique", v1::IDENTITY_MATCH_UNIQUE},
                                                                           {"none", v1::IDENTITY_MATCH_NONE},
                                                                           {"ambiguous", v1::IDENTITY_MATCH_AMBIGUOUS},
                                                                           {"discordant", v1::IDENTITY_MATCH_DISCORDANT}}));
  }
  if (from.has("collected")) report.set_collected_ms(moment(from.at("collected")));
  if (from.has("issued")) report.set_issued_ms(moment(from.at("issued")));
  if (from.has("received")) report.set_received_ms(moment(from.at("received")));
  report.set_comment(optional_text(from, "comment"));
  report.set_source_format(from.has("format") ? from.at("format").text() : "manual");
  report.set_replaces_id(optional_text(from, "replaces"));
  if (from.has("uncoded_content")) report.set_uncoded_content(from.at("uncoded_content").boolean());
  if (from.has("announcement_reserved")) report.set_announcement_reserved(from.at("announcement_reserved").boolean());
  if (from.has("replaced_category")) report.set_replaced_category(category_of_word(from.at("replaced_category")));
  if (from.has("replaced_seen")) report.set_replaced_seen(from.at("replaced_seen").boolean());
  if (from.has("anomalies")) {
    from.at("anomalies").each([&](const ClosedJson& code) { report.add_anomalies()->set_code(code.text()); });
  }
  if (from.has("seen")) made.seen = from.at("seen").boolean();
  if (from.has("results")) {
    from.at("results").each([&](const ClosedJson& one) { made.results.push_back(read_result(one)); });
  }
  return made;
}

// A condition or a treatment: code, label and period.
template <class Row>
Row read_coded(const ClosedJson& from) {
  from.object({}, {"code", "label", "from", "until"});
  Row made;
  if (from.failed()) return made;
  made.set_code(optional_text(from, "code"));
  made.set_label(optional_text(from, "label"));
  made.set_from(optional_civil_day(from, "from"));
  made.set_until(optional_civil_day(from, "until"));
  return made;
}

v1::Immunization read_immunization(const ClosedJson& from) {
  from.object({"product"}, {"system", "label", "lot", "given_on", "status", "proof"});
  v1::Immunization made;
  if (from.failed()) return made;
  made.set_product_code(from.at("product").text());
  made.set_product_system(optional_text(from, "system"));
  made.set_label(optional_text(from, "label"));
  made.set_lot(optional_text(from, "lot"));
  made.set_given_on(optional_civil_day(from, "given_on"));
  made.set_status(!from.has("status")
                      ? 1
                      : from.at("status").word<int>({{"unknown", 0}, {"done", 1}, {"not-done", 2}, {"error", 3}}));
  if (from.has("proof")) made.set_proof(from.at("proof").word<int>({{"unknown", 0}, {"document", 1}, {"declared", 2}}));
  return made;
}

v1::LongTermCondition read_right(const ClosedJson& from) {
  from.object({"number"}, {"label", "code", "from", "until", "until_source", "period", "protocol_on", "to_confirm"});
  v1::LongTermCondition made;
  if (from.failed()) return made;
  made.set_number(from.at("number").text());
  made.set_label(optional_text(from, "label"));
  made.set_code(optional_text(from, "code"));
  made.set_from(optional_civil_day(from, "from"));
  made.set_until(optional_civil_day(from, "until"));
  made.set_until_source(from.has("until_source")
                            ? from.at("until_source").word<std::string>(
                                  {{"notified", "notified"}, {"estimated", "estimated"}, {"unknown", "unknown"}})
                            : std::string(made.until().empty() ? "unknown" : "notified"));
  if (from.has("period")) {
    made.set_period(from.at("period").word<v1::RightPeriod>(
        {{"first", v1::RIGHT_PERIOD_FIRST}, {"renewal", v1::RIGHT_PERIOD_RENEWAL}}));
  }
  if (from.has("protocol_on")) made.add_protocols()->set_established_on(civil_day(from.at("protocol_on")));
  if (from.has("to_confirm")) made.set_to_confirm(from.at("to_confirm").boolean());
  return made;
}

v1::ContextWord read_context_word(const ClosedJson& from) {
  from.object({"word"}, {"from", "until", "number"});
  v1::ContextWord made;
  if (from.failed()) return made;
  made.set_word(from.at("word").text());
  made.set_from(optional_civil_day(from, "from"));
  made.set_until(optional_civil_day(from, "until"));
  if (from.has("number")) made.set_number(from.at("number").number());
  return made;
}

v1::Target read_target(const ClosedJson& from) {
  from.object({"analyte"}, {"low", "high", "set_on", "until"});
  v1::Target made;
  if (from.failed()) return made;
  made.set_analyte(from.at("analyte").text());
  made.set_set_by(CasePractice::doctor);
  if (from.has("low")) made.set_low(from.at("low").number());
  if (from.has("high")) made.set_high(from.at("high").number());
  made.set_set_on(optional_civil_day(from, "set_on"));
  made.set_until(optional_civil_day(from, "until"));
  return made;
}

v1::KnownAnomaly read_known_anomaly(const ClosedJson& from) {
  from.object({"analyte", "direction"}, {"set_on", "until"});
  v1::KnownAnomaly made;
  if (from.failed()) return made;
  made.set_analyte(from.at("analyte").text());
  made.set_set_by(CasePractice::doctor);
  made.set_direction(
      from.at("direction").word<v1::Direction>({{"low", v1::DIRECTION_LOW}, {"high", v1::DIRECTION_HIGH}}));
  made.set_set_on(optional_civil_day(from, "set_on"));
  made.set_until(optional_civil_day(from, "until"));
  return made;
}

std::pair<v1::Document, std::string> read_document(const ClosedJson& from) {
  from.object({"id"}, {"type", "title", "media_type", "content", "created"});
  v1::Document made;
  if (from.failed()) return {made, {}};
  made.set_id(from.at("id").text());
  made.set_type_code(optional_text(from, "type"));
  made.set_title(optional_text(from, "title"));
  made.set_media_type(from.has("media_type") ? from.at("media_type").text() : "text/plain");
  if (from.has("created")) made.set_created_ms(moment(from.at("created")));
  return {std::move(made), optional_text(from, "content")};
}

v1::Appointment read_appointment(const ClosedJson& from) {
  from.object({"start"}, {"id", "end", "reason"});
  v1::Appointment made;
  if (from.failed()) return made;
  made.set_id(optional_text(from, "id"));
  made.set_start_ms(moment(from.at("start")));
  constexpr std::int64_t quarter_of_an_hour = 15 * 60 * 1000;
  made.set_end_ms(from.has("end") ? moment(from.at("end")) : made.start_ms() + quarter_of_an_hour);
  made.set_reason(optional_text(from, "reason"));
  made.set_doctor_id(CasePractice::doctor);
  return made;
}

v1::Message read_message(const ClosedJson& from) {
  from.object({"id", "text"}, {"channel", "received"});
  v1::Message made;
  if (from.failed()) return made;
  made.set_id(from.at("id").text());
  made.set_text(from.at("text").text());
  made.set_channel(optional_text(from, "channel"));
  if (from.has("received")) made.set_received_ms(moment(from.at("received")));
  return made;
}

template <class Row, class Read>
void read_rows(const ClosedJson& from, const char* key, std::vector<Row>& rows, Read read) {
  if (from.failed() || !from.has(key)) return;
  from.at(key).each([&](const ClosedJson& one) { rows.push_back(read(one)); });
}

void drop_prefix(std::string& id, const std::string& prefix) {
  if (id.starts_with(prefix)) id.erase(0, prefix.size());
}

}  // namespace

bool CaseRecord::has_item(const std::string& id) const {
  const auto is = [&](const auto& row) { return row.id() == id; };
  return std::ranges::any_of(reports, [&](const auto& one) { return is(one.report); }) ||
         std::ranges::any_of(documents, [&](const auto& one) { return is(one.first); }) ||
         std::ranges::any_of(appointments, is) || std::ranges::any_of(messages, is);
}

Instant case_instant(const ClosedJson& value) {
  const auto at = fiche::parse_instant(value.text());
  if (!at) value.refuse("not a date-time with offset, such as 2026-03-10T07:30:00+01:00");
  return at.value_or(Instant{});
}

CaseRecord read_case_record(const ClosedJson& from) {
  from.object({}, {"patient", "reports", "results", "context_words", "targets", "known_anomalies", "conditions",
                   "medications", "immunizations", "long_term_conditions", "documents", "appointments", "messages"});
  CaseRecord made;
  if (from.failed()) return made;
  if (from.has("patient")) made.patient = read_patient(from.at("patient"));
  read_rows(from, "reports", made.reports, read_report);
  read_rows(from, "results", made.results, read_result);
  read_rows(from, "context_words", made.context_words, read_context_word);
  read_rows(from, "targets", made.targets, read_target);
  read_rows(from, "known_anomalies", made.known_anomalies, read_known_anomaly);
  read_rows(from, "conditions", made.conditions, read_coded<v1::Condition>);
  read_rows(from, "medications", made.medications, read_coded<v1::MedicationStatement>);
  read_rows(from, "immunizations", made.immunizations, read_immunization);
  read_rows(from, "long_term_conditions", made.long_term_conditions, read_right);
  read_rows(from, "documents", made.documents, read_document);
  read_rows(from, "appointments", made.appointments, read_appointment);
  read_rows(from, "messages", made.messages, read_message);
  if (from.failed()) return made;
  for (auto& one : made.reports) {
    if (one.report.identity_match() == v1::IDENTITY_MATCH_UNSPECIFIED) {
      one.report.set_identity_match(made.patient ? v1::IDENTITY_MATCH_UNIQUE : v1::IDENTITY_MATCH_NONE);
    }
  }
  if (!made.patient && (!made.results.empty() || !made.conditions.empty() || !made.medications.empty() ||
                        !made.long_term_conditions.empty() || !made.immunizations.empty() || !made.targets.empty() ||
                        !made.known_anomalies.empty() || !made.context_words.empty() || !made.appointments.empty() ||
                        !made.messages.empty() || !made.documents.empty())) {
    from.refuse("rows of a patient without a patient");
  }
  return made;
}

void put_case_record(practice::Transaction& tx, const CaseRecord& record, const std::string& patient_id,
                     const std::string& prefix, Instant now) {
  const std::int64_t now_ms = now.time_since_epoch().count();
  const auto prefixed = [&](auto row) {
    if (!row.id().empty()) row.set_id(prefix + row.id());
    return row;
  };
  if (record.patient) {
    v1::Patient patient = *record.patient;
    patient.set_id(patient_id);
    records::put(tx, patient);
  }
  for (const auto& one : record.reports) {
    v1::LabReport report = prefixed(one.report);
    if (!report.replaces_id().empty()) report.set_replaces_id(prefix + report.replaces_id());
    if (report.received_ms() == 0) report.set_received_ms(now_ms);
    if (record.patient && report.identity_match() == v1::IDENTITY_MATCH_UNIQUE) report.set_patient_id(patient_id);
    records::put(tx, report);
    for (const auto& result : one.results) records::put(tx, report, prefixed(result));
    if (one.seen) records::mark_seen(tx, report.id(), CasePractice::doctor);
  }
  for (const auto& one : record.results) records::put(tx, patient_id, prefixed(one));
  for (const auto& one : record.context_words) records::put_flag(tx, patient_id, one);
  for (const auto& one : record.targets) records::put(tx, patient_id, one);
  for (const auto& one : record.known_anomalies) records::put(tx, patient_id, one);
  for (const auto& one : record.conditions) records::put(tx, patient_id, one);
  for (const auto& one : record.medications) records::put(tx, patient_id, one);
  for (const auto& one : record.immunizations) records::put(tx, patient_id, one);
  for (const auto& one : record.long_term_conditions) records::put(tx, patient_id, one);
  for (const auto& [document, content] : record.documents) {
    v1::Document made = prefixed(document);
    if (!made.has_created_ms()) made.set_created_ms(now_ms);
    records::put(tx, patient_id, made, content);
  }
  for (const auto& one : record.appointments) {
    v1::Appointment made = prefixed(one);
    made.set_patient_id(patient_id);
    records::put(tx, made);
  }
  for (const auto& one : record.messages) {
    v1::Message made = prefixed(one);
    if (made.received_ms() == 0) made.set_received_ms(now_ms);
    records::put(tx, patient_id, made);
  }
}

void unprefix(worker::v1::Slice& slice, const std::string& prefix) {
  drop_prefix(*slice.mutable_subject()->mutable_item_id(), prefix);
  for (auto& report : *slice.mutable_reports()) {
    drop_prefix(*report.mutable_id(), prefix);
    drop_prefix(*report.mutable_replaces_id(), prefix);
  }
  for (auto& result : *slice.mutable_observations()) {
    drop_prefix(*result.mutable_id(), prefix);
    drop_prefix(*result.mutable_report_id(), prefix);
  }
  for (auto& document : *slice.mutable_documents()) drop_prefix(*document.mutable_document()->mutable_id(), prefix);
  for (auto& appointment : *slice.mutable_appointments()) drop_prefix(*appointment.mutable_id(), prefix);
  for (auto& message : *slice.mutable_messages()) drop_prefix(*message.mutable_id(), prefix);
}

}  // namespace relais::app
