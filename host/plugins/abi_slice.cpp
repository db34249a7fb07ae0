// SPDX-License-Identifier: Apache-2.0
#include "plugins/abi_slice.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <type_traits>
#include <unordered_map>

namespace relais::plugins {
namespace {

relais_str borrow(const std::string& text) { return {text.data(), text.size()}; }

// Days since 1970-01-01 of "YYYY-MM-DD"; unknown when it is anything else or no date of the calendar.
std::int32_t days_of(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return RELAIS_NO_DATE;
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    const char* const end = text.data() + at + length;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc{} && read.ptr == end ? value : -1;
  };
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (month < 0 || day < 0) return RELAIS_NO_DATE;
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return RELAIS_NO_DATE;
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

// Both lists carry the same numbers; one that this host does not know is told as unknown.
std::uint32_t known(int value, int last) { return value < 0 || value > last ? 0U : static_cast<std::uint32_t>(value); }

std::uint32_t whole(bool value) { return value ? 1U : 0U; }

std::uint64_t positive(std::int64_t value) { return value < 0 ? 0U : static_cast<std::uint64_t>(value); }

class Builder {
 public:
  explicit Builder(std::pmr::memory_resource& arena) : arena_(arena) {}

  // `count` structs in the arena, zeroed but for their size.
  template <class T>
  std::span<T> make(int count) {
    static_assert(std::is_trivially_destructible_v<T>);
    const auto size = static_cast<std::size_t>(count);
    if (size == 0) return {};
    auto* const first = static_cast<T*>(arena_.allocate(size * sizeof(T), alignof(T)));
    for (std::size_t index = 0; index < size; ++index) (new (first + index) T{})->size = sizeof(T);
    return {first, size};
  }

  // Converts each message of a list with `fill(struct, message)`.
  template <class T, class List, class Fill>
  relais_rows list(const List& messages, Fill fill) {
    const std::span<T> made = make<T>(messages.size());
    for (int index = 0; index < messages.size(); ++index) fill(made[static_cast<std::size_t>(index)], messages[index]);
    return {made.data(), made.size(), sizeof(T)};
  }

 private:
  std::pmr::memory_resource& arena_;
};

void fill_report(Builder& builder, relais_lab_report& to, const v1::LabReport& from, const std::string& item) {
  to.id = borrow(from.id());
  to.current = whole(from.id() == item);
  to.status = known(from.status(), v1::REPORT_STATUS_CANCELLED);
  to.identity = from.identity_match() == v1::IDENTITY_MATCH_NONE
                    ? static_cast<std::uint32_t>(RELAIS_IDENTITY_UNKNOWN)
                    : known(from.identity_match(), v1::IDENTITY_MATCH_DISCORDANT);
  to.uncoded_content = whole(from.uncoded_content());
  to.announcement_reserved = whole(from.announcement_reserved());
  to.replaced_category = known(from.replaced_category(), v1::CATEGORY_CRITIQUE);
  to.replaced_seen = whole(from.replaced_seen());
  to.collected = from.has_collected_ms() ? from.collected_ms() : RELAIS_NO_TIME;
  to.issued = from.has_issued_ms() ? from.issued_ms() : RELAIS_NO_TIME;
  to.received = from.received_ms();
  to.replaces_id = borrow(from.replaces_id());
  to.comment = borrow(from.comment());
  to.source_format = borrow(from.source_format());
  to.anomalies = builder.list<relais_anomaly>(from.anomalies(), [](relais_anomaly& one, const v1::Anomaly& anomaly) {
    one.code = borrow(anomaly.code());
    one.place = borrow(anomaly.place());
  });
}

struct ReportPlace {
  std::uint32_t index;
  bool current;
};
using ReportPlaces = std::unordered_map<std::string_view, ReportPlace>;

void fill_observation(relais_observation& to, const v1::Observation& from, const ReportPlaces& reports) {
  const auto report = from.report_id().empty() ? reports.end() : reports.find(from.report_id());
  to.id = borrow(from.id());
  to.report = report == reports.end() ? RELAIS_NO_INDEX : report->second.index;
  to.history = whole(from.history() || report == reports.end() || !report->second.current);
  to.value_type = known(from.value_type(), v1::VALUE_TYPE_TEXT);
  to.comparator = known(from.comparator(), v1::COMPARATOR_GE);
  to.status = known(from.status(), v1::OBSERVATION_STATUS_CANCELLED);
  to.has_value = whole(from.has_value());
  to.has_low = whole(from.has_low());
  to.has_high = whole(from.has_high());
  to.seen_by_doctor = whole(from.seen_by_doctor());
  to.fasting = known(from.fasting(), v1::FASTING_NO);
  to.value = from.value();
  to.low = from.low();
  to.high = from.high();
  to.collected = from.has_collected_ms() ? from.collected_ms() : RELAIS_NO_TIME;
  to.code = borrow(from.code());
  to.code_system = borrow(from.code_system());
  to.label = borrow(from.label());
  to.unit = borrow(from.unit());
  to.flag = borrow(from.flag());
  to.value_text = borrow(from.value_text());
  to.value_code = borrow(from.value_code());
  to.comment = borrow(from.comment());
  to.specimen = borrow(from.specimen());
}

void fill_biology(Builder& builder, relais_slice& to, const worker::v1::Slice& from) {
  const std::string& item = from.subject().item_id();
  ReportPlaces places;
  for (int index = 0; index < from.reports_size(); ++index) {
    const v1::LabReport& report = from.reports(index);
    places.emplace(report.id(), ReportPlace{static_cast<std::uint32_t>(index), report.id() == item});
  }
  to.reports = builder.list<relais_lab_report>(
      from.reports(), [&](auto& one, const auto& report) { fill_report(builder, one, report, item); });
  to.observations = builder.list<relais_observation>(
      from.observations(), [&](auto& one, const auto& observation) { fill_observation(one, observation, places); });
  to.context_words = builder.list<relais_context_word>(from.context_words(), [](auto& one, const auto& word) {
    one.word = borrow(word.word());
    one.code = borrow(word.code());
    one.from = days_of(word.from());
    one.until = days_of(word.until());
    one.number = word.number();
  });
  to.targets = builder.list<relais_target>(from.targets(), [](auto& one, const auto& target) {
    one.analyte = borrow(target.analyte());
    one.has_low = whole(target.has_low());
    one.has_high = whole(target.has_high());
    one.low = target.low();
    one.high = target.high();
    one.set_by = borrow(target.set_by());
    one.set_on = days_of(target.set_on());
    one.until = days_of(target.until());
  });
  to.known_anomalies = builder.list<relais_known_anomaly>(from.known_anomalies(), [](auto& one, const auto& anomaly) {
    one.analyte = borrow(anomaly.analyte());
    one.direction = known(anomaly.direction(), v1::DIRECTION_HIGH);
    one.set_by = borrow(anomaly.set_by());
    one.set_on = days_of(anomaly.set_on());
    one.until = days_of(anomaly.until());
  });
}

// Conditions, medications: what carries an id, a code, a label and a period.
template <class One, class Message>
void fill_coded(One& one, const Message& message) {
  one.id = borrow(message.id());
  one.code = borrow(message.code());
  one.label = borrow(message.label());
  one.from = days_of(message.from());
  one.until = days_of(message.until());
}

void fill_history(Builder& builder, relais_slice& to, const worker::v1::Slice& from) {
  to.conditions = builder.list<relais_condition>(
      from.conditions(), [](auto& one, const auto& condition) { fill_coded(one, condition); });
  to.medications = builder.list<relais_medication>(
      from.medications(), [](auto& one, const auto& medication) { fill_coded(one, medication); });
  to.immunizations = builder.list<relais_immunization>(from.immunizations(), [](auto& one, const auto& given) {
    one.id = borrow(given.id());
    one.product_code = borrow(given.product_code());
    one.product_system = borrow(given.product_system());
    one.label = borrow(given.label());
    one.lot = borrow(given.lot());
    one.given_on = days_of(given.given_on());
    one.status = known(given.status(), 3);
    one.proof = known(given.proof(), 2);
  });
  to.long_term_conditions =
      builder.list<relais_long_term_condition>(from.long_term_conditions(), [](auto& one, const auto& right) {
        one.id = borrow(right.id());
        one.number = borrow(right.number());
        one.label = borrow(right.label());
        one.from = days_of(right.from());
        one.until = days_of(right.until());
        one.until_source = borrow(right.until_source());
        one.kind = known(right.kind(), v1::LONG_TERM_CONDITION_KIND_NOT_EXEMPTING);
        one.period = known(right.period(), v1::RIGHT_PERIOD_RENEWAL);
        one.renewal_step = known(right.renewal_step(), v1::RENEWAL_STEP_NOT_TO_RENEW);
        one.renewal_step_on = days_of(right.renewal_step_on());
        one.previous_until = RELAIS_NO_DATE;
        for (const auto& earlier : right.renewals())
          one.previous_until = std::max(one.previous_until, days_of(earlier.until()));
        one.protocol_on = RELAIS_NO_DATE;
        for (const auto& protocol : right.protocols())
          one.protocol_on = std::max(one.protocol_on, days_of(protocol.established_on()));
        one.to_confirm = whole(right.to_confirm());
        one.code = borrow(right.code());
      });
}

void fill_practice(Builder& builder, relais_slice& to, const worker::v1::Slice& from) {
  to.documents = builder.list<relais_document>(from.documents(), [](auto& one, const auto& content) {
    const v1::Document& document = content.document();
    one.handle = borrow(document.id());
    one.type_code = borrow(document.type_code());
    one.title = borrow(document.title());
    one.media_type = borrow(document.media_type());
    one.sha256 = borrow(document.sha256());
    one.version = positive(document.version());
    one.bytes = content.content().size();
    one.created = document.has_created_ms() ? document.created_ms() : RELAIS_NO_TIME;
  });
  int appointments = 0;
  to.appointments = builder.list<relais_appointment>(from.appointments(), [&](auto& one, const auto& appointment) {
    const int index = appointments++;
    one.local_start = index < from.appointment_local_minutes_size() ? from.appointment_local_minutes(index)
                                                                    : RELAIS_NO_TIME;
    one.id = borrow(appointment.id());
    one.doctor_id = borrow(appointment.doctor_id());
    one.reason = borrow(appointment.reason());
    one.start = appointment.start_ms();
    one.end = appointment.end_ms();
  });
  to.messages = builder.list<relais_message>(from.messages(), [](auto& one, const auto& message) {
    one.id = borrow(message.id());
    one.channel = borrow(message.channel());
    one.text = borrow(message.text());
    one.received = message.received_ms();
  });
  to.request_states = builder.list<relais_request_state>(from.request_states(), [](auto& one, const auto& request) {
    one.key = borrow(request.key());
    one.state = borrow(request.state());
    one.changed = request.changed_ms();
  });
}

void fill_slice(Builder& builder, relais_slice& to, const worker::v1::Slice& from) {
  const std::span<relais_subject> subject = builder.make<relais_subject>(1);
  subject.front() = abi_subject(from.subject());
  to.subject = subject.data();
  to.as_of = from.as_of_ms();
  to.time_zone = borrow(from.time_zone());
  to.today = days_of(from.today());
  if (from.has_patient()) {
    const std::span<relais_patient> patient = builder.make<relais_patient>(1);
    patient.front().id = borrow(from.patient().id());
    patient.front().birth_date = days_of(from.patient().traits().birth_date());
    patient.front().sex = known(from.patient().traits().sex(), v1::SEX_MALE);
    patient.front().treating_doctor_id = borrow(from.patient().treating_doctor_id());
    to.patient = patient.data();
  }
  to.kinds = builder.list<relais_kind_state>(from.kinds(), [](auto& one, const auto& state) {
    one.kind = borrow(state.kind());
    one.completeness = known(state.completeness(), worker::v1::COMPLETENESS_WITHHELD);
  });
  to.settings = builder.list<relais_setting>(from.settings(), [](auto& one, const auto& setting) {
    one.key = borrow(setting.key());
    one.text = borrow(setting.text());
    one.number = setting.number();
  });
  fill_biology(builder, to, from);
  fill_history(builder, to, from);
  fill_practice(builder, to, from);
}

}  // namespace

relais_subject abi_subject(const worker::v1::Subject& subject) {
  relais_subject made{};
  made.size = sizeof made;
  made.item_id = borrow(subject.item_id());
  made.patient_id = borrow(subject.patient_id());
  made.doctor_id = borrow(subject.doctor_id());
  made.task_id = borrow(subject.task_id());
  return made;
}

AbiSlices::AbiSlices(const google::protobuf::RepeatedPtrField<worker::v1::Slice>& slices) {
  Builder builder(arena_);
  rows_ = builder.list<relais_slice>(slices, [&](auto& one, const auto& slice) { fill_slice(builder, one, slice); });
}

}  // namespace relais::plugins
