// SPDX-License-Identifier: Apache-2.0
// What a slice tells of laboratory results: reports, observations, and the doctor's own words about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <relais/rows.h>
#include <relais/values.h>

namespace relais {
inline namespace sdk {

class Anomaly : public View<relais_anomaly> {
 public:
  using View::View;
  [[nodiscard]] std::string_view code() const noexcept { return read_text(&relais_anomaly::code); }
  [[nodiscard]] std::string_view place() const noexcept { return read_text(&relais_anomaly::place); }
};

class LabReport : public View<relais_lab_report> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_lab_report::id); }
  // False: history.
  [[nodiscard]] bool current() const noexcept { return read_flag(&relais_lab_report::current); }
  [[nodiscard]] ReportStatus status() const noexcept { return static_cast<ReportStatus>(read(&relais_lab_report::status, 0U)); }
  [[nodiscard]] Identity identity() const noexcept { return static_cast<Identity>(read(&relais_lab_report::identity, 0U)); }
  // An attachment, a PDF or text holds results that are not coded.
  [[nodiscard]] bool uncoded_content() const noexcept { return read_flag(&relais_lab_report::uncoded_content); }
  // The sender asks that a professional announces it first.
  [[nodiscard]] bool announcement_reserved() const noexcept { return read_flag(&relais_lab_report::announcement_reserved); }
  // Category that the replaced or cancelled report had; none when there is none.
  [[nodiscard]] Category replaced_category() const noexcept { return static_cast<Category>(read(&relais_lab_report::replaced_category, 0U)); }
  [[nodiscard]] bool replaced_seen() const noexcept { return read_flag(&relais_lab_report::replaced_seen); }
  [[nodiscard]] std::optional<Instant> collected() const noexcept { return instant(read(&relais_lab_report::collected, RELAIS_NO_TIME)); }
  [[nodiscard]] std::optional<Instant> issued() const noexcept { return instant(read(&relais_lab_report::issued, RELAIS_NO_TIME)); }
  [[nodiscard]] std::optional<Instant> received() const noexcept { return instant(read(&relais_lab_report::received, RELAIS_NO_TIME)); }
  [[nodiscard]] std::string_view replaces_id() const noexcept { return read_text(&relais_lab_report::replaces_id); }
  // The laboratory's words on the whole report.
  [[nodiscard]] std::string_view comment() const noexcept { return read_text(&relais_lab_report::comment); }
  [[nodiscard]] std::string_view source_format() const noexcept { return read_text(&relais_lab_report::source_format); }
  [[nodiscard]] rows<Anomaly> anomalies() const noexcept { return rows<Anomaly>(read(&relais_lab_report::anomalies, relais_rows{})); }
};

class Observation : public View<relais_observation> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_observation::id); }
  // Index in Slice::reports, RELAIS_NO_INDEX when it stands alone.
  [[nodiscard]] std::uint32_t report_index() const noexcept { return read(&relais_observation::report, 0U); }
  // An earlier result, not one of the report being evaluated.
  [[nodiscard]] bool history() const noexcept { return read_flag(&relais_observation::history); }
  [[nodiscard]] ValueType value_type() const noexcept { return static_cast<ValueType>(read(&relais_observation::value_type, 0U)); }
  [[nodiscard]] Comparator comparator() const noexcept { return static_cast<Comparator>(read(&relais_observation::comparator, 0U)); }
  [[nodiscard]] ObservationStatus status() const noexcept { return static_cast<ObservationStatus>(read(&relais_observation::status, 0U)); }
  [[nodiscard]] bool seen_by_doctor() const noexcept { return read_flag(&relais_observation::seen_by_doctor); }
  // 0 unknown, 1 fasting, 2 not fasting.
  [[nodiscard]] std::uint32_t fasting() const noexcept { return read(&relais_observation::fasting, 0U); }
  [[nodiscard]] std::optional<double> value() const noexcept {
    return read_flag(&relais_observation::has_value) ? std::optional(read(&relais_observation::value, 0.0)) : std::nullopt;
  }
  // The report's own bounds, inclusive, in the unit of the result.
  [[nodiscard]] std::optional<double> low() const noexcept {
    return read_flag(&relais_observation::has_low) ? std::optional(read(&relais_observation::low, 0.0)) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> high() const noexcept {
    return read_flag(&relais_observation::has_high) ? std::optional(read(&relais_observation::high, 0.0)) : std::nullopt;
  }
  [[nodiscard]] std::optional<Instant> collected() const noexcept { return instant(read(&relais_observation::collected, RELAIS_NO_TIME)); }
  [[nodiscard]] std::string_view code() const noexcept { return read_text(&relais_observation::code); }
  [[nodiscard]] std::string_view code_system() const noexcept { return read_text(&relais_observation::code_system); }
  [[nodiscard]] std::string_view label() const noexcept { return read_text(&relais_observation::label); }
  // As written.
  [[nodiscard]] std::string_view unit() const noexcept { return read_text(&relais_observation::unit); }
  // HL7 interpretation code as written.
  [[nodiscard]] std::string_view flag() const noexcept { return read_text(&relais_observation::flag); }
  [[nodiscard]] std::string_view value_text() const noexcept { return read_text(&relais_observation::value_text); }
  [[nodiscard]] std::string_view value_code() const noexcept { return read_text(&relais_observation::value_code); }
  [[nodiscard]] std::string_view comment() const noexcept { return read_text(&relais_observation::comment); }
  [[nodiscard]] std::string_view specimen() const noexcept { return read_text(&relais_observation::specimen); }
};

// A word of clinical context that the host mapped from a coded condition, treatment or flag.
class ContextWord : public View<relais_context_word> {
 public:
  using View::View;
  [[nodiscard]] std::string_view word() const noexcept { return read_text(&relais_context_word::word); }
  [[nodiscard]] std::string_view code() const noexcept { return read_text(&relais_context_word::code); }
  [[nodiscard]] std::optional<Date> from() const noexcept { return date(read(&relais_context_word::from, RELAIS_NO_DATE)); }
  [[nodiscard]] std::optional<Date> until() const noexcept { return date(read(&relais_context_word::until, RELAIS_NO_DATE)); }
  [[nodiscard]] double number() const noexcept { return read(&relais_context_word::number, 0.0); }
};

// A range that a doctor set for this patient.
class Target : public View<relais_target> {
 public:
  using View::View;
  [[nodiscard]] std::string_view analyte() const noexcept { return read_text(&relais_target::analyte); }
  [[nodiscard]] std::optional<double> low() const noexcept {
    return read_flag(&relais_target::has_low) ? std::optional(read(&relais_target::low, 0.0)) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> high() const noexcept {
    return read_flag(&relais_target::has_high) ? std::optional(read(&relais_target::high, 0.0)) : std::nullopt;
  }
  [[nodiscard]] std::string_view set_by() const noexcept { return read_text(&relais_target::set_by); }
  [[nodiscard]] std::optional<Date> set_on() const noexcept { return date(read(&relais_target::set_on, RELAIS_NO_DATE)); }
  [[nodiscard]] std::optional<Date> until() const noexcept { return date(read(&relais_target::until, RELAIS_NO_DATE)); }
};

// An anomaly that a doctor declared known for this patient.
class KnownAnomaly : public View<relais_known_anomaly> {
 public:
  using View::View;
  [[nodiscard]] std::string_view analyte() const noexcept { return read_text(&relais_known_anomaly::analyte); }
  [[nodiscard]] Direction direction() const noexcept { return static_cast<Direction>(read(&relais_known_anomaly::direction, 0U)); }
  [[nodiscard]] std::string_view set_by() const noexcept { return read_text(&relais_known_anomaly::set_by); }
  [[nodiscard]] std::optional<Date> set_on() const noexcept { return date(read(&relais_known_anomaly::set_on, RELAIS_NO_DATE)); }
  [[nodiscard]] std::optional<Date> until() const noexcept { return date(read(&relais_known_anomaly::until, RELAIS_NO_DATE)); }
};

}  // namespace sdk
}  // namespace relais
