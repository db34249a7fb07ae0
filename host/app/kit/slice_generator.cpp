// SPDX-License-Identifier: Apache-2.0
#include "app/kit/slice_generator.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace relais::app {
namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

const std::vector<std::string> usual_results{"2823-3", "2951-2", "14682-9", "718-7", "6301-6", "777-3", "1988-5", "2345-7", "local-1"};
const std::vector<std::string> usual_units{"mmol/L", "umol/L", "g/dL", "g/L", "{ratio}", "10*9/L", "mg/L", "%", ""};
const std::vector<std::string> usual_flags{"", "", "", "H", "HH", "L", "LL", "A", "AA", "N", "?", "POS"};
const std::vector<std::string> usual_words{"résultat", "à contrôler", "prélèvement hémolysé", "suite à venir", "positif", "négatif",
                                           "< 0,1", "absence", "É È ç œ", "12,5", "voir commentaire", ""};
const std::vector<std::string> usual_rights{"1", "5", "8", "14", "19", "23", "30", "31", "32", "NE", "6.1", "", "99"};

// Text that is hard to handle and still text.
std::string hard_text(std::size_t which, std::size_t bytes) {
  static const std::vector<std::string> pieces{"a", "é", "€", "𝕏", "\xcc\x81", " ", "\n", "%n%s", "<b>&amp;", "{0}", "\\u0000", "'; --"};
  const std::string& piece = pieces[which % pieces.size()];
  std::string text;
  text.reserve(bytes);
  while (text.size() + piece.size() <= bytes) text += piece;
  return text;
}

}  // namespace

SliceGenerator::SliceGenerator(const plugins::Manifest& manifest, std::uint64_t seed) : manifest_(manifest), random_(seed) {}

std::size_t SliceGenerator::below(std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
}
bool SliceGenerator::one_in(int count) { return below(static_cast<std::size_t>(count)) == 0; }
std::string SliceGenerator::pick(const std::vector<std::string>& words) { return words[below(words.size())]; }

std::string SliceGenerator::text() {
  if (style_ != SliceStyle::texts) return pick(usual_words);
  // A few kilobytes each: more than any answer may hold, less than a batch.
  return hard_text(below(64), one_in(4) ? manifest_.budget.batch_bytes / 16 : 200 + below(6000));
}

std::string SliceGenerator::day() {
  if (style_ == SliceStyle::dates) {
    return pick({"", "0001-01-01", "1582-10-10", "1899-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "2026-02-30", "2026-13-01",
                 "9999-12-31", "26-01-01", "hier"});
  }
  if (one_in(12)) return "";
  const auto about = as_of_ / day_ms + static_cast<std::int64_t>(below(4000)) - 3700;
  return date::format("%F", date::sys_days(date::days(about)));
}

std::int64_t SliceGenerator::moment() {
  if (style_ == SliceStyle::dates) {
    static const std::vector<std::int64_t> ends{0, 1, -1, -62135596800000, 253402300799000, 4102444800000, -2208988800000};
    return ends[below(ends.size())];
  }
  return as_of_ - static_cast<std::int64_t>(below(900)) * day_ms / 2;
}

double SliceGenerator::number() {
  using limits = std::numeric_limits<double>;
  if (style_ == SliceStyle::numbers) {
    static const std::vector<double> ends{0.0, -0.0, limits::max(), limits::lowest(), limits::min(), limits::denorm_min(), 1e15,
                                          -1e15, 0.1, 1e-9, 9007199254740993.0};
    return ends[below(ends.size())];
  }
  static const std::vector<double> scales{1, 10, 100, 500};
  return std::uniform_real_distribution<double>(0, scales[below(scales.size())])(random_);
}

std::string SliceGenerator::code(std::string_view kind, const std::vector<std::string>& usual) {
  for (const auto& declared : manifest_.slice) {
    if (declared.kind == kind && !declared.codes.empty()) return pick(declared.codes);
  }
  return pick(usual);
}

std::size_t SliceGenerator::rows() { return style_ == SliceStyle::texts ? 1 + below(3) : below(7); }

void SliceGenerator::fill_result(worker::v1::Slice& slice, v1::Observation& result) {
  result.set_id(fmt::format("res-{}", next_id_++));
  if (slice.reports_size() > 0 && !one_in(5)) {
    const auto& report = slice.reports(static_cast<int>(below(static_cast<std::size_t>(slice.reports_size()))));
    result.set_report_id(report.id());
    result.set_history(report.id() != slice.subject().item_id());
  } else {
    // A result of the item itself, whose report is not declared, or one that stands alone.
    result.set_history(slice.reports_size() > 0 || one_in(2));
  }
  result.set_code(code("observation", usual_results));
  result.set_code_system(result.code().starts_with("local") ? "local" : "loinc");
  result.set_label(text());
  result.set_unit(pick(usual_units));
  result.set_flag(pick(usual_flags));
  result.set_status(static_cast<v1::ObservationStatus>(below(5)));
  if (!one_in(4)) {
    result.set_value_type(v1::VALUE_TYPE_NUMERIC);
    result.set_value(number());
    result.set_comparator(static_cast<v1::Comparator>(one_in(3) ? below(5) : 0));
  } else {
    result.set_value_type(static_cast<v1::ValueType>(below(4)));
    result.set_value_text(text());
    if (one_in(2)) result.set_value_code(pick(usual_flags));
  }
  if (!one_in(3)) result.set_low(number());
  if (!one_in(3)) result.set_high(number());
  if (!one_in(6)) result.set_collected_ms(moment());
  if (one_in(4)) result.set_comment(text());
  if (one_in(4)) result.set_specimen(text());
  result.set_fasting(static_cast<v1::Fasting>(below(3)));
  result.set_seen_by_doctor(one_in(2));
}

void SliceGenerator::fill(worker::v1::Slice& slice, const plugins::SliceKind& declared) {
  const std::string& kind = declared.kind;
  auto& state = *slice.add_kinds();
  state.set_kind(kind);
  state.set_completeness(worker::v1::COMPLETENESS_COMPLETE);
  if (style_ == SliceStyle::withheld) state.set_completeness(static_cast<worker::v1::Completeness>(one_in(2) ? 0 : 2));
  if (style_ == SliceStyle::empty) return;
  const bool known = !slice.subject().patient_id().empty();
  if (kind == "patient" && known) {
    auto& patient = *slice.mutable_patient();
    patient.set_id(slice.subject().patient_id());
    patient.mutable_traits()->set_birth_date(day());
    patient.mutable_traits()->set_sex(static_cast<v1::Sex>(below(3)));
    if (!one_in(4)) patient.set_treating_doctor_id(slice.subject().doctor_id());
    return;
  }
  const bool of_item = kind == "lab_report" || kind == "observation";
  if (!known && !of_item) {
    state.set_completeness(worker::v1::COMPLETENESS_UNSPECIFIED);
    return;
  }
  const std::size_t count = rows();
  for (std::size_t row = 0; row < count; ++row) {
    const std::string id = fmt::format("{}-{}", kind, next_id_++);
    if (kind == "observation") {
      fill_result(slice, *slice.add_observations());
    } else if (kind == "lab_report") {
      if (row > 0 && (!declared.days || !known)) break;
      auto& report = *slice.add_reports();
      report.set_id(row == 0 && !slice.subject().item_id().empty() ? slice.subject().item_id() : id);
      report.set_patient_id(slice.subject().patient_id());
      report.set_identity_match(known ? v1::IDENTITY_MATCH_UNIQUE : static_cast<v1::IdentityMatch>(2 + below(3)));
      report.set_status(static_cast<v1::ReportStatus>(below(5)));
      report.set_source_format(pick({"cda", "hl7v2", "hprim", "fhir", "manual"}));
      if (!one_in(6)) report.set_collected_ms(moment());
      if (one_in(2)) report.set_issued_ms(moment());
      report.set_received_ms(moment());
      report.set_comment(text());
      report.set_uncoded_content(one_in(6));
      report.set_announcement_reserved(one_in(8));
      if (one_in(4)) report.set_replaces_id(id + "-avant");
      if (one_in(4)) report.set_replaced_category(static_cast<v1::Category>(below(6)));
      report.set_replaced_seen(one_in(2));
      if (one_in(5)) report.add_anomalies()->set_code("cda.narrative-differs");
    } else if (kind == "context_word") {
      auto& word = *slice.add_context_words();
      word.set_word(code(kind, {"irc", "grossesse", "avk"}));
      word.set_from(day());
      if (one_in(3)) word.set_until(day());
      word.set_number(number());
    } else if (kind == "target") {
      auto& target = *slice.add_targets();
      target.set_analyte(code(kind, {"K", "INR", "HB"}));
      if (!one_in(3)) target.set_low(number());
      if (!one_in(3)) target.set_high(number());
      target.set_set_on(day());
      target.set_until(day());
    } else if (kind == "known_anomaly") {
      auto& anomaly = *slice.add_known_anomalies();
      anomaly.set_analyte(code(kind, {"K", "INR", "HB"}));
      anomaly.set_direction(static_cast<v1::Direction>(below(3)));
      anomaly.set_until(day());
    } else if (kind == "condition" || kind == "medication") {
      const auto coded = [&](auto& one) {
        one.set_id(id);
        one.set_code(code(kind, {"N18.3", "E11.9", "I50.0", "C09AA05", "B01AA07", ""}));
        one.set_label(text());
        one.set_from(day());
        if (one_in(3)) one.set_until(day());
      };
      kind == "condition" ? coded(*slice.add_conditions()) : coded(*slice.add_medications());
    } else if (kind == "immunization") {
      auto& given = *slice.add_immunizations();
      given.set_id(id);
      given.set_product_code(code(kind, {"J07AM51", "J07BD52", "x"}));
      given.set_label(text());
      given.set_given_on(day());
      given.set_status(static_cast<int>(below(4)));
      given.set_proof(static_cast<int>(below(3)));
    } else if (kind == "long_term_condition") {
      auto& right = *slice.add_long_term_conditions();
      right.set_id(id);
      right.set_number(pick(usual_rights));
      right.set_label(text());
      right.set_from(day());
      right.set_until(day());
      right.set_until_source(pick({"notified", "estimated", "unknown", ""}));
      right.set_period(static_cast<v1::RightPeriod>(below(3)));
      right.set_renewal_step(static_cast<v1::RenewalStep>(below(9)));
      right.set_renewal_step_on(day());
      if (one_in(3)) right.add_renewals()->set_until(day());
      if (one_in(3)) right.add_protocols()->set_established_on(day());
      right.set_to_confirm(one_in(3));
    } else if (kind == "document") {
      auto& document = *slice.add_documents();
      document.mutable_document()->set_id(row == 0 && !slice.subject().item_id().empty() ? slice.subject().item_id() : id);
      document.mutable_document()->set_type_code(code(kind, {"11502-2", ""}));
      document.mutable_document()->set_title(text());
      document.mutable_document()->set_media_type("text/plain");
      document.mutable_document()->set_created_ms(moment());
      document.set_content(text());
    } else if (kind == "appointment") {
      auto& appointment = *slice.add_appointments();
      appointment.set_id(id);
      appointment.set_doctor_id(slice.subject().doctor_id());
      appointment.set_reason(text());
      appointment.set_start_ms(moment());
      appointment.set_end_ms(appointment.start_ms() + 900000);
      slice.add_appointment_local_minutes(appointment.start_ms() / 60000 + 60);
    } else if (kind == "message") {
      auto& message = *slice.add_messages();
      message.set_id(row == 0 && !slice.subject().item_id().empty() ? slice.subject().item_id() : id);
      message.set_channel(pick({"messagerie", "mssante", ""}));
      message.set_text(text());
      message.set_received_ms(moment());
    } else if (kind == "request_state") {
      auto& request = *slice.add_request_states();
      request.set_key(id);
      request.set_state(pick({"sent", "accepted", "refused", ""}));
      request.set_changed_ms(moment());
    }
  }
}

worker::v1::Slice SliceGenerator::make(SliceStyle style) {
  style_ = style;
  // Between 1980 and 2060; at the ends of the calendar when dates are what is tried.
  as_of_ = (3650 + static_cast<std::int64_t>(below(29000))) * day_ms + static_cast<std::int64_t>(below(day_ms));
  if (style == SliceStyle::dates) {
    static const std::vector<std::int64_t> ends{0, 951782400000, 1709164800000, 4102444799000, 1774746000000};
    as_of_ = ends[below(ends.size())];
  }
  worker::v1::Slice slice;
  auto& subject = *slice.mutable_subject();
  const int number = next_id_++;
  const bool item = std::ranges::any_of(manifest_.triggers, [](const auto& trigger) {
    return trigger != "nightly" && trigger != "patient.changed" && trigger != "patient.opened";
  });
  if (item) subject.set_item_id(fmt::format("item-{}", number));
  if (style != SliceStyle::nobody || !item) subject.set_patient_id(fmt::format("patient-{}", number));
  subject.set_doctor_id("medecin");
  subject.set_task_id(pick(manifest_.tasks));
  slice.set_version(1);
  slice.set_as_of_ms(as_of_);
  slice.set_time_zone("Europe/Paris");
  slice.set_today(date::format("%F", date::sys_days(date::days(as_of_ / day_ms))));
  for (const auto& declared : manifest_.settings) {
    auto& setting = *slice.add_settings();
    setting.set_key(declared.key);
    setting.set_number(declared.default_number);
    setting.set_text(declared.default_text);
    if (style != SliceStyle::settings) continue;
    if (declared.type == "number") setting.set_number(one_in(2) ? declared.minimum : declared.maximum);
    if (declared.type == "boolean") setting.set_number(one_in(2) ? 0 : 1);
    if (declared.type == "choice") setting.set_text(pick(declared.choices));
  }
  // Reports first: results name them.
  for (const auto& declared : manifest_.slice) {
    if (declared.kind == "lab_report") fill(slice, declared);
  }
  for (const auto& declared : manifest_.slice) {
    if (declared.kind != "lab_report") fill(slice, declared);
  }
  return slice;
}

std::vector<worker::v1::Slice> SliceGenerator::make(SliceStyle style, std::size_t count) {
  std::vector<worker::v1::Slice> slices;
  for (std::size_t number = 0; number < count; ++number) slices.push_back(make(style));
  return slices;
}

}  // namespace relais::app
