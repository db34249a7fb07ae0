// SPDX-License-Identifier: Apache-2.0
// What a slice tells of the rest of the patient record, of the agenda and of messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <relais/rows.h>
#include <relais/values.h>

namespace relais {
inline namespace sdk {

class Condition : public View<relais_condition> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_condition::id); }
  // ICD-10.
  [[nodiscard]] std::string_view code() const noexcept { return read_text(&relais_condition::code); }
  [[nodiscard]] std::string_view label() const noexcept { return read_text(&relais_condition::label); }
  [[nodiscard]] std::optional<Date> from() const noexcept { return date(read(&relais_condition::from, RELAIS_NO_DATE)); }
  [[nodiscard]] std::optional<Date> until() const noexcept { return date(read(&relais_condition::until, RELAIS_NO_DATE)); }
};

class Medication : public View<relais_medication> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_medication::id); }
  // ATC.
  [[nodiscard]] std::string_view code() const noexcept { return read_text(&relais_medication::code); }
  [[nodiscard]] std::string_view label() const noexcept { return read_text(&relais_medication::label); }
  [[nodiscard]] std::optional<Date> from() const noexcept { return date(read(&relais_medication::from, RELAIS_NO_DATE)); }
  [[nodiscard]] std::optional<Date> until() const noexcept { return date(read(&relais_medication::until, RELAIS_NO_DATE)); }
};

class Immunization : public View<relais_immunization> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_immunization::id); }
  [[nodiscard]] std::string_view product_code() const noexcept { return read_text(&relais_immunization::product_code); }
  [[nodiscard]] std::string_view product_system() const noexcept { return read_text(&relais_immunization::product_system); }
  [[nodiscard]] std::string_view label() const noexcept { return read_text(&relais_immunization::label); }
  [[nodiscard]] std::string_view lot() const noexcept { return read_text(&relais_immunization::lot); }
  [[nodiscard]] std::optional<Date> given_on() const noexcept { return date(read(&relais_immunization::given_on, RELAIS_NO_DATE)); }
  // 0 unknown, 1 done, 2 not done, 3 entered in error.
  [[nodiscard]] std::uint32_t status() const noexcept { return read(&relais_immunization::status, 0U); }
  // 0 unknown, 1 seen on a document, 2 declared.
  [[nodiscard]] std::uint32_t proof() const noexcept { return read(&relais_immunization::proof, 0U); }
};

// An affection de longue durée.
class LongTermCondition : public View<relais_long_term_condition> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_long_term_condition::id); }
  [[nodiscard]] std::string_view number() const noexcept { return read_text(&relais_long_term_condition::number); }
  [[nodiscard]] std::string_view label() const noexcept { return read_text(&relais_long_term_condition::label); }
  [[nodiscard]] std::optional<Date> from() const noexcept { return date(read(&relais_long_term_condition::from, RELAIS_NO_DATE)); }
  [[nodiscard]] std::optional<Date> until() const noexcept { return date(read(&relais_long_term_condition::until, RELAIS_NO_DATE)); }
  // "notified", "estimated" or "unknown".
  [[nodiscard]] std::string_view until_source() const noexcept { return read_text(&relais_long_term_condition::until_source); }
  // ABI 1.2. An older host fills none of these.
  [[nodiscard]] RightPeriod period() const noexcept { return static_cast<RightPeriod>(read(&relais_long_term_condition::period, 0U)); }
  // 0 not told, 1 listed, 2 off the list, 3 polypathology, 4 no exemption.
  [[nodiscard]] std::uint32_t kind() const noexcept { return read(&relais_long_term_condition::kind, 0U); }
  [[nodiscard]] RenewalStep renewal_step() const noexcept { return static_cast<RenewalStep>(read(&relais_long_term_condition::renewal_step, 0U)); }
  [[nodiscard]] std::optional<Date> renewal_step_on() const noexcept { return date(read(&relais_long_term_condition::renewal_step_on, RELAIS_NO_DATE)); }
  // Last day of the period before this one.
  [[nodiscard]] std::optional<Date> previous_until() const noexcept { return date(read(&relais_long_term_condition::previous_until, RELAIS_NO_DATE)); }
  // Of the latest protocole de soins.
  [[nodiscard]] std::optional<Date> protocol_on() const noexcept { return date(read(&relais_long_term_condition::protocol_on, RELAIS_NO_DATE)); }
  // Entered or dated by an assistant, not yet looked at by a doctor.
  [[nodiscard]] bool to_confirm() const noexcept { return read_flag(&relais_long_term_condition::to_confirm); }
  // ICD-10, empty when not known.
  [[nodiscard]] std::string_view code() const noexcept { return read_text(&relais_long_term_condition::code); }
};

class Document : public View<relais_document> {
 public:
  using View::View;
  // Pass to Findings::read.
  [[nodiscard]] std::string_view handle() const noexcept { return read_text(&relais_document::handle); }
  [[nodiscard]] std::string_view type_code() const noexcept { return read_text(&relais_document::type_code); }
  [[nodiscard]] std::string_view title() const noexcept { return read_text(&relais_document::title); }
  [[nodiscard]] std::string_view media_type() const noexcept { return read_text(&relais_document::media_type); }
  [[nodiscard]] std::string_view sha256() const noexcept { return read_text(&relais_document::sha256); }
  [[nodiscard]] std::uint64_t version() const noexcept { return read(&relais_document::version, 0U); }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return read(&relais_document::bytes, 0U); }
  [[nodiscard]] std::optional<Instant> created() const noexcept { return instant(read(&relais_document::created, RELAIS_NO_TIME)); }
};

class Appointment : public View<relais_appointment> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_appointment::id); }
  [[nodiscard]] std::string_view doctor_id() const noexcept { return read_text(&relais_appointment::doctor_id); }
  [[nodiscard]] std::string_view reason() const noexcept { return read_text(&relais_appointment::reason); }
  [[nodiscard]] std::optional<Instant> start() const noexcept { return instant(read(&relais_appointment::start, RELAIS_NO_TIME)); }
  [[nodiscard]] std::optional<Instant> end() const noexcept { return instant(read(&relais_appointment::end, RELAIS_NO_TIME)); }
  // Day and hour on the practice's clock (ABI 1.2).
  [[nodiscard]] std::optional<LocalMinute> local_start() const noexcept {
    const auto minutes = read(&relais_appointment::local_start, RELAIS_NO_TIME);
    if (minutes == RELAIS_NO_TIME) return std::nullopt;
    return LocalMinute(std::chrono::minutes(minutes));
  }
};

class Message : public View<relais_message> {
 public:
  using View::View;
  [[nodiscard]] std::string_view id() const noexcept { return read_text(&relais_message::id); }
  [[nodiscard]] std::string_view channel() const noexcept { return read_text(&relais_message::channel); }
  [[nodiscard]] std::string_view text() const noexcept { return read_text(&relais_message::text); }
  [[nodiscard]] std::optional<Instant> received() const noexcept { return instant(read(&relais_message::received, RELAIS_NO_TIME)); }
};

// State of an effect that this plugin proposed earlier.
class RequestState : public View<relais_request_state> {
 public:
  using View::View;
  [[nodiscard]] std::string_view key() const noexcept { return read_text(&relais_request_state::key); }
  [[nodiscard]] std::string_view state() const noexcept { return read_text(&relais_request_state::state); }
  [[nodiscard]] std::optional<Instant> changed() const noexcept { return instant(read(&relais_request_state::changed, RELAIS_NO_TIME)); }
};

}  // namespace sdk
}  // namespace relais
