// SPDX-License-Identifier: Apache-2.0
// The slice: exactly what the manifest declared, for one subject, as of one instant.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <relais/biology.h>
#include <relais/record.h>
#include <relais/rows.h>
#include <relais/values.h>

namespace relais {
inline namespace sdk {

// What is evaluated, and for whom.
class Subject : public View<relais_subject> {
 public:
  using View::View;
  [[nodiscard]] std::string_view item_id() const noexcept { return read_text(&relais_subject::item_id); }
  // Empty: the patient is not known.
  [[nodiscard]] std::string_view patient_id() const noexcept { return read_text(&relais_subject::patient_id); }
  [[nodiscard]] std::string_view doctor_id() const noexcept { return read_text(&relais_subject::doctor_id); }
  [[nodiscard]] std::string_view task_id() const noexcept { return read_text(&relais_subject::task_id); }
};

class Patient : public View<relais_patient> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_patient::id); }
  [[nodiscard]] std::optional<Date> birth_date() const noexcept { return date(read(&relais_patient::birth_date, RELAIS_NO_DATE)); }
  [[nodiscard]] Sex sex() const noexcept { return static_cast<Sex>(read(&relais_patient::sex, 0U)); }
  [[nodiscard]] std::string_view treating_doctor_id() const noexcept { return read_text(&relais_patient::treating_doctor_id); }
};

class KindState : public View<relais_kind_state> {
 public:
  using View::View;
  [[nodiscard]] std::string_view kind() const noexcept { return read_text(&relais_kind_state::kind); }
  [[nodiscard]] Completeness completeness() const noexcept { return static_cast<Completeness>(read(&relais_kind_state::completeness, 0U)); }
};

// One setting of the doctor of reference, within the manifest's bounds.
class Setting : public View<relais_setting> {
 public:
  using View::View;
  [[nodiscard]] std::string_view key() const noexcept { return read_text(&relais_setting::key); }
  [[nodiscard]] std::string_view text() const noexcept { return read_text(&relais_setting::text); }
  [[nodiscard]] double number() const noexcept { return read(&relais_setting::number, 0.0); }
};

class Slice : public View<relais_slice> {
 public:
  using View::View;

  [[nodiscard]] Subject subject() const noexcept { return Subject(read(&relais_slice::subject, nullptr)); }
  // The only clock a plugin has.
  [[nodiscard]] Instant as_of() const noexcept {
    return Instant(std::chrono::milliseconds(read(&relais_slice::as_of, 0)));
  }
  // IANA name of the practice's time zone.
  [[nodiscard]] std::string_view time_zone() const noexcept { return read_text(&relais_slice::time_zone); }
  // The civil date of as_of in that zone.
  [[nodiscard]] Date today() const noexcept { return Date(std::chrono::days(read(&relais_slice::today, 0))); }
  // Empty when the patient is not known or not declared.
  [[nodiscard]] std::optional<Patient> patient() const noexcept {
    const relais_patient* const known = read(&relais_slice::patient, nullptr);
    return known == nullptr ? std::nullopt : std::optional<Patient>(Patient(known));
  }
  [[nodiscard]] rows<KindState> kinds() const noexcept { return list<KindState>(&relais_slice::kinds); }
  [[nodiscard]] rows<Setting> settings() const noexcept { return list<Setting>(&relais_slice::settings); }
  [[nodiscard]] rows<LabReport> reports() const noexcept { return list<LabReport>(&relais_slice::reports); }
  [[nodiscard]] rows<Observation> observations() const noexcept {
    return list<Observation>(&relais_slice::observations);
  }
  [[nodiscard]] rows<ContextWord> context_words() const noexcept {
    return list<ContextWord>(&relais_slice::context_words);
  }
  [[nodiscard]] rows<Target> targets() const noexcept { return list<Target>(&relais_slice::targets); }
  [[nodiscard]] rows<KnownAnomaly> known_anomalies() const noexcept {
    return list<KnownAnomaly>(&relais_slice::known_anomalies);
  }
  [[nodiscard]] rows<Condition> conditions() const noexcept { return list<Condition>(&relais_slice::conditions); }
  [[nodiscard]] rows<Medication> medications() const noexcept { return list<Medication>(&relais_slice::medications); }
  [[nodiscard]] rows<Immunization> immunizations() const noexcept {
    return list<Immunization>(&relais_slice::immunizations);
  }
  [[nodiscard]] rows<LongTermCondition> long_term_conditions() const noexcept {
    return list<LongTermCondition>(&relais_slice::long_term_conditions);
  }
  [[nodiscard]] rows<Document> documents() const noexcept { return list<Document>(&relais_slice::documents); }
  [[nodiscard]] rows<Appointment> appointments() const noexcept {
    return list<Appointment>(&relais_slice::appointments);
  }
  [[nodiscard]] rows<Message> messages() const noexcept { return list<Message>(&relais_slice::messages); }
  [[nodiscard]] rows<RequestState> request_states() const noexcept {
    return list<RequestState>(&relais_slice::request_states);
  }

  // Whether the host gave every row of `kind`. A kind it does not name is unknown.
  [[nodiscard]] Completeness completeness(std::string_view kind) const noexcept {
    for (const KindState state : kinds()) {
      if (state.kind() == kind) return state.completeness();
    }
    return Completeness::unknown;
  }
  // The doctor's setting, empty when the host gave none: use the manifest's default then.
  [[nodiscard]] std::optional<Setting> setting(std::string_view key) const noexcept {
    for (const Setting each : settings()) {
      if (each.key() == key) return each;
    }
    return std::nullopt;
  }

 private:
  template <class T>
  [[nodiscard]] rows<T> list(relais_rows relais_slice::*member) const noexcept {
    return rows<T>(read(member, relais_rows{}));
  }
};

}  // namespace sdk
}  // namespace relais
