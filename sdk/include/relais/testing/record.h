// SPDX-License-Identifier: Apache-2.0
// A fictitious record, and the slice that a host would make of it.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <relais/slice.h>
#include <relais/testing/told.h>

namespace relais {
inline namespace sdk {
namespace testing {

class Record {
 public:
  Record& has(told::Patient one) { return patient_ = std::move(one), *this; }
  Record& has(told::Report one) { return reports_.push_back(std::move(one)), *this; }
  Record& has(told::Result one) {
    results_.emplace_back(reports_.empty() ? RELAIS_NO_INDEX : static_cast<std::uint32_t>(reports_.size() - 1),
                          std::move(one));
    return *this;
  }
  Record& has(told::ContextWord one) { return words_.push_back(std::move(one)), *this; }
  Record& has(told::Target one) { return targets_.push_back(std::move(one)), *this; }
  Record& has(told::KnownAnomaly one) { return known_.push_back(std::move(one)), *this; }
  Record& has(told::Condition one) { return conditions_.push_back(std::move(one)), *this; }
  Record& has(told::Medication one) { return medications_.push_back(std::move(one)), *this; }
  Record& has(told::Immunization one) { return immunizations_.push_back(std::move(one)), *this; }
  Record& has(told::LongTermCondition one) { return rights_.push_back(std::move(one)), *this; }
  Record& has(told::Document one) { return documents_.push_back(std::move(one)), *this; }
  Record& has(told::Appointment one) { return appointments_.push_back(std::move(one)), *this; }
  Record& has(told::Message one) { return messages_.push_back(std::move(one)), *this; }
  Record& has(told::RequestState one) { return requests_.push_back(std::move(one)), *this; }
  Record& has(told::Setting one) { return settings_.push_back(std::move(one)), *this; }

  // Nobody knows whose it is.
  Record& without_patient() { return patient_.reset(), *this; }
  // Rows of this kind exist that are not given. Every kind that is not named here is complete.
  Record& withheld(std::string kind) { return states_[std::move(kind)] = RELAIS_KIND_WITHHELD, *this; }
  Record& unknown(std::string kind) { return states_[std::move(kind)] = RELAIS_KIND_UNKNOWN, *this; }
  // The delegated task that is asked for.
  Record& task(std::string id) { return task_ = std::move(id), *this; }
  // What is evaluated: by default the first report, else the patient.
  Record& item(std::string id) { return item_ = std::move(id), *this; }

  // Calls `work` with the slice of this record on the noon (UTC) of `today`, and answers what it answers. The slice
  // ends with the call.
  template <class Do>
  auto shown(Date today, Do work) const {
    return shown(at(today), today, std::move(work));
  }
  template <class Do>
  auto shown(Instant as_of, Date today, Do work) const {
    Storage storage;
    fill(storage, as_of, today);
    return work(Slice(&storage.slice));
  }

  // Bytes of a document told above; null when there is none of that handle.
  [[nodiscard]] const std::string* document(std::string_view handle) const {
    for (const auto& one : documents_) {
      if (one.handle == handle) return &one.content;
    }
    return nullptr;
  }

 private:
  struct Storage {
    std::deque<std::string> made;  // ids that nobody told
    relais_subject subject{};
    relais_patient patient{};
    std::vector<relais_kind_state> kinds;
    std::vector<relais_setting> settings;
    std::deque<std::vector<relais_anomaly>> anomalies;
    std::vector<relais_lab_report> reports;
    std::vector<relais_observation> observations;
    std::vector<relais_context_word> words;
    std::vector<relais_target> targets;
    std::vector<relais_known_anomaly> known;
    std::vector<relais_condition> conditions;
    std::vector<relais_medication> medications;
    std::vector<relais_immunization> immunizations;
    std::vector<relais_long_term_condition> rights;
    std::vector<relais_document> documents;
    std::vector<relais_appointment> appointments;
    std::vector<relais_message> messages;
    std::vector<relais_request_state> requests;
    relais_slice slice{};
  };

  template <class T>
  static T sized() {
    T made{};
    made.size = sizeof made;
    return made;
  }
  template <class T>
  static relais_rows rows_of(const std::vector<T>& from) {
    return {from.data(), from.size(), sizeof(T)};
  }
  static std::int32_t days(const std::optional<Date>& day) {
    return day ? static_cast<std::int32_t>(day->time_since_epoch().count()) : RELAIS_NO_DATE;
  }
  static std::int64_t ms(const std::optional<Instant>& moment) {
    return moment ? moment->time_since_epoch().count() : RELAIS_NO_TIME;
  }
  static std::uint32_t flag(bool value) { return value ? 1U : 0U; }

  // The id that was told, or one made of a prefix and a number.
  static relais_str id(Storage& to, const std::string& told, const char* prefix, std::size_t number) {
    return borrow(told.empty() ? to.made.emplace_back(prefix + std::to_string(number)) : told);
  }

  void fill(Storage& to, Instant as_of, Date today) const {
    fill_head(to, as_of, today);
    fill_biology(to);
    fill_doctor_words(to);
    fill_history(to);
    fill_practice(to);
    relais_slice& slice = to.slice;
    slice.kinds = rows_of(to.kinds);
    slice.settings = rows_of(to.settings);
    slice.reports = rows_of(to.reports);
    slice.observations = rows_of(to.observations);
    slice.context_words = rows_of(to.words);
    slice.targets = rows_of(to.targets);
    slice.known_anomalies = rows_of(to.known);
    slice.conditions = rows_of(to.conditions);
    slice.medications = rows_of(to.medications);
    slice.immunizations = rows_of(to.immunizations);
    slice.long_term_conditions = rows_of(to.rights);
    slice.documents = rows_of(to.documents);
    slice.appointments = rows_of(to.appointments);
    slice.messages = rows_of(to.messages);
    slice.request_states = rows_of(to.requests);
  }

  void fill_head(Storage& to, Instant as_of, Date today) const {
    static constexpr const char* zone = "Europe/Paris";
    static constexpr const char* names[] = {
        "patient",   "lab_report", "observation",  "context_word",        "target",   "known_anomaly", "condition",
        "medication", "immunization", "long_term_condition", "document", "appointment", "message", "request_state"};
    to.subject = sized<relais_subject>();
    to.subject.doctor_id = borrow("medecin");
    to.subject.task_id = borrow(task_);
    to.slice = sized<relais_slice>();
    to.slice.subject = &to.subject;
    to.slice.as_of = as_of.time_since_epoch().count();
    to.slice.time_zone = borrow(zone);
    to.slice.today = days(today);
    if (patient_) {
      to.patient = sized<relais_patient>();
      to.patient.id = borrow(patient_->id);
      to.patient.birth_date = days(patient_->born);
      to.patient.sex = static_cast<std::uint32_t>(patient_->sex);
      to.patient.treating_doctor_id = borrow(patient_->treating_doctor);
      to.subject.patient_id = to.patient.id;
      to.slice.patient = &to.patient;
    }
    for (const char* name : names) {
      auto state = sized<relais_kind_state>();
      const auto told = states_.find(name);
      state.kind = borrow(name);
      state.completeness = told == states_.end() ? static_cast<std::uint32_t>(RELAIS_KIND_COMPLETE) : told->second;
      to.kinds.push_back(state);
    }
    for (const auto& one : settings_) {
      auto setting = sized<relais_setting>();
      setting.key = borrow(one.key);
      setting.text = borrow(one.text);
      setting.number = one.number;
      to.settings.push_back(setting);
    }
  }

  void fill_biology(Storage& to) const {
    for (const auto& one : reports_) {
      auto row = sized<relais_lab_report>();
      row.id = id(to, one.id, "cr-", to.reports.size());
      const bool is_item = item_.empty() ? to.reports.empty() : view(row.id) == item_;
      row.current = flag(is_item);
      if (is_item) to.subject.item_id = row.id;
      row.status = static_cast<std::uint32_t>(one.status);
      row.identity = static_cast<std::uint32_t>(one.identity);
      row.uncoded_content = flag(one.uncoded_content);
      row.announcement_reserved = flag(one.announcement_reserved);
      row.replaced_category = static_cast<std::uint32_t>(one.replaced_category);
      row.replaced_seen = flag(one.replaced_seen);
      row.collected = ms(one.collected);
      row.issued = ms(one.issued);
      row.received = one.received ? ms(one.received) : to.slice.as_of;
      row.replaces_id = borrow(one.replaces);
      row.comment = borrow(one.comment);
      row.source_format = borrow(one.source_format);
      auto& anomalies = to.anomalies.emplace_back();
      for (const auto& code : one.anomalies) {
        auto anomaly = sized<relais_anomaly>();
        anomaly.code = borrow(code);
        anomalies.push_back(anomaly);
      }
      row.anomalies = rows_of(anomalies);
      to.reports.push_back(row);
    }
    for (const auto& [report, one] : results_) {
      auto row = sized<relais_observation>();
      row.id = id(to, one.id, "res-", to.observations.size());
      row.report = report;
      row.history = flag(one.history || report == RELAIS_NO_INDEX || to.reports[report].current == 0U);
      row.value_type = one.value ? RELAIS_VALUE_NUMERIC
                                 : (!one.coded.empty() ? RELAIS_VALUE_CODED
                                                       : (one.text.empty() ? RELAIS_VALUE_NONE : RELAIS_VALUE_TEXT));
      row.comparator = static_cast<std::uint32_t>(one.comparator);
      row.status = static_cast<std::uint32_t>(one.status);
      row.has_value = flag(one.value.has_value());
      row.has_low = flag(one.low.has_value());
      row.has_high = flag(one.high.has_value());
      row.seen_by_doctor = flag(one.seen);
      row.fasting = one.fasting;
      row.value = one.value.value_or(0);
      row.low = one.low.value_or(0);
      row.high = one.high.value_or(0);
      row.collected = one.collected || report == RELAIS_NO_INDEX ? ms(one.collected) : to.reports[report].collected;
      row.code = borrow(one.code);
      row.code_system = borrow(one.code_system);
      row.label = borrow(one.label);
      row.unit = borrow(one.unit);
      row.flag = borrow(one.flag);
      row.value_text = borrow(one.text);
      row.value_code = borrow(one.coded);
      row.comment = borrow(one.comment);
      row.specimen = borrow(one.specimen);
      to.observations.push_back(row);
    }
  }

  void fill_doctor_words(Storage& to) const {
    for (const auto& one : words_) {
      auto row = sized<relais_context_word>();
      row.word = borrow(one.word);
      row.code = borrow(one.code);
      row.from = days(one.from);
      row.until = days(one.until);
      row.number = one.number;
      to.words.push_back(row);
    }
    for (const auto& one : targets_) {
      auto row = sized<relais_target>();
      row.analyte = borrow(one.analyte);
      row.has_low = flag(one.low.has_value());
      row.has_high = flag(one.high.has_value());
      row.low = one.low.value_or(0);
      row.high = one.high.value_or(0);
      row.set_by = borrow(one.set_by);
      row.set_on = days(one.set_on);
      row.until = days(one.until);
      to.targets.push_back(row);
    }
    for (const auto& one : known_) {
      auto row = sized<relais_known_anomaly>();
      row.analyte = borrow(one.analyte);
      row.direction = static_cast<std::uint32_t>(one.direction);
      row.set_by = borrow(one.set_by);
      row.set_on = days(one.set_on);
      row.until = days(one.until);
      to.known.push_back(row);
    }
  }

  template <class Row, class From>
  static Row coded(Storage& to, const From& one, const char* prefix, std::size_t number) {
    Row row = sized<Row>();
    row.id = id(to, one.id, prefix, number);
    row.code = borrow(one.code);
    row.label = borrow(one.label);
    row.from = days(one.from);
    row.until = days(one.until);
    return row;
  }

  void fill_history(Storage& to) const {
    for (const auto& one : conditions_) {
      to.conditions.push_back(coded<relais_condition>(to, one, "diag-", to.conditions.size()));
    }
    for (const auto& one : medications_) {
      to.medications.push_back(coded<relais_medication>(to, one, "trt-", to.medications.size()));
    }
    for (const auto& one : immunizations_) {
      auto row = sized<relais_immunization>();
      row.id = id(to, one.id, "vac-", to.immunizations.size());
      row.product_code = borrow(one.product_code);
      row.product_system = borrow(one.product_system);
      row.label = borrow(one.label);
      row.lot = borrow(one.lot);
      row.given_on = days(one.given_on);
      row.status = one.status;
      row.proof = one.proof;
      to.immunizations.push_back(row);
    }
    for (const auto& one : rights_) {
      auto row = coded<relais_long_term_condition>(to, one, "ald-", to.rights.size());
      row.number = borrow(one.number);
      row.until_source = borrow(one.until_source);
      row.kind = one.kind;
      row.period = static_cast<std::uint32_t>(one.period);
      row.renewal_step = static_cast<std::uint32_t>(one.step);
      row.renewal_step_on = days(one.step_on);
      row.previous_until = days(one.previous_until);
      row.protocol_on = days(one.protocol_on);
      row.to_confirm = flag(one.to_confirm);
      to.rights.push_back(row);
    }
  }

  void fill_practice(Storage& to) const {
    for (const auto& one : documents_) {
      auto row = sized<relais_document>();
      row.handle = borrow(one.handle);
      row.type_code = borrow(one.type_code);
      row.title = borrow(one.title);
      row.media_type = borrow(one.media_type);
      row.version = one.version;
      row.bytes = one.content.size();
      row.created = ms(one.created);
      to.documents.push_back(row);
    }
    for (const auto& one : appointments_) {
      auto row = sized<relais_appointment>();
      row.id = id(to, one.id, "rdv-", to.appointments.size());
      row.doctor_id = borrow(one.doctor);
      row.reason = borrow(one.reason);
      row.local_start = std::int64_t{days(one.day)} * 1440 + one.minute;
      row.start = (row.local_start - 60) * 60000;
      row.end = row.start + std::int64_t{one.length} * 60000;
      to.appointments.push_back(row);
    }
    for (const auto& one : messages_) {
      auto row = sized<relais_message>();
      row.id = id(to, one.id, "msg-", to.messages.size());
      row.channel = borrow(one.channel);
      row.text = borrow(one.text);
      row.received = one.received ? ms(one.received) : to.slice.as_of;
      to.messages.push_back(row);
    }
    for (const auto& one : requests_) {
      auto row = sized<relais_request_state>();
      row.key = borrow(one.key);
      row.state = borrow(one.state);
      row.changed = one.changed ? ms(one.changed) : to.slice.as_of;
      to.requests.push_back(row);
    }
    if (!item_.empty()) to.subject.item_id = borrow(item_);
  }

  std::optional<told::Patient> patient_ = told::Patient{};
  std::string task_;
  std::string item_;
  std::map<std::string, std::uint32_t, std::less<>> states_;
  std::vector<told::Report> reports_;
  std::vector<std::pair<std::uint32_t, told::Result>> results_;
  std::vector<told::ContextWord> words_;
  std::vector<told::Target> targets_;
  std::vector<told::KnownAnomaly> known_;
  std::vector<told::Condition> conditions_;
  std::vector<told::Medication> medications_;
  std::vector<told::Immunization> immunizations_;
  std::vector<told::LongTermCondition> rights_;
  std::vector<told::Document> documents_;
  std::vector<told::Appointment> appointments_;
  std::vector<told::Message> messages_;
  std::vector<told::RequestState> requests_;
  std::vector<told::Setting> settings_;
};

}  // namespace testing
}  // namespace sdk
}  // namespace relais
