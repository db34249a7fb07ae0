// SPDX-License-Identifier: Apache-2.0
// Rows of a fictitious record, written as short as a case is told. What is not told is absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <relais/values.h>

namespace relais {
inline namespace sdk {
namespace testing {

[[nodiscard]] inline Date on(int year, unsigned month, unsigned day) {
  return Date(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}
// An instant by its UTC hour.
[[nodiscard]] inline Instant at(Date day, int hour = 12, int minute = 0) {
  return Instant(day) + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

namespace told {

struct Patient {
  std::string id = "patient";
  std::optional<Date> born{};
  Sex sex = Sex::unknown;
  std::string treating_doctor = "medecin";
};

// A laboratory report. The first one told is the one evaluated, the others are history.
struct Report {
  std::string id{};
  ReportStatus status = ReportStatus::final;
  Identity identity = Identity::unique;
  std::optional<Instant> collected{}, issued{}, received{};
  std::string comment{}, source_format = "manual", replaces{};
  Category replaced_category = Category::none;
  bool replaced_seen = false, uncoded_content = false, announcement_reserved = false;
  std::vector<std::string> anomalies{};  // codes
};

// A result of the report told last before it; history when that report is, or when there is none.
struct Result {
  std::string code{}, code_system = "loinc", label{};
  std::optional<double> value{};
  std::string unit{};
  std::optional<double> low{}, high{};
  std::string flag{}, text{}, coded{};
  Comparator comparator = Comparator::equal;
  ObservationStatus status = ObservationStatus::final;
  std::optional<Instant> collected{};  // that of its report unless told
  bool history = false, seen = false;
  std::uint32_t fasting = 0;  // 0 unknown, 1 fasting, 2 not fasting
  std::string comment{}, specimen{}, id{};
};

// A word of clinical context, as the host maps it from a condition, a treatment or a flag.
struct ContextWord {
  std::string word{}, code{};
  std::optional<Date> from{}, until{};
  double number = 0;
};

// A range that the doctor set.
struct Target {
  std::string analyte{};
  std::optional<double> low{}, high{};
  std::string set_by = "medecin";
  std::optional<Date> set_on{}, until{};
};

struct KnownAnomaly {
  std::string analyte{};
  Direction direction = Direction::low;
  std::string set_by = "medecin";
  std::optional<Date> set_on{}, until{};
};

// ICD-10.
struct Condition {
  std::string code{}, label{};
  std::optional<Date> from{}, until{};
  std::string id{};
};

// ATC.
struct Medication {
  std::string code{}, label{};
  std::optional<Date> from{}, until{};
  std::string id{};
};

struct Immunization {
  std::string product_code{}, product_system{}, label{}, lot{};
  std::optional<Date> given_on{};
  std::uint32_t status = 1;  // 0 unknown, 1 done, 2 not done, 3 entered in error
  std::uint32_t proof = 0;   // 0 unknown, 1 seen on a document, 2 declared
  std::string id{};
};

// An affection de longue durée (ALD).
struct LongTermCondition {
  std::string number{};
  std::optional<Date> from{}, until{};
  std::string until_source{};  // "notified", "estimated" or "unknown"
  RightPeriod period = RightPeriod::first;
  RenewalStep step = RenewalStep::none;
  std::optional<Date> step_on{}, previous_until{}, protocol_on{};
  bool to_confirm = false;
  std::uint32_t kind = 0;  // 0 not told, 1 listed, 2 off the list, 3 polypathology, 4 no exemption
  std::string code{}, label{}, id{};
};

struct Document {
  std::string handle{}, type_code{}, title{}, media_type = "text/plain", content{};
  std::optional<Instant> created{};
  std::uint64_t version = 1;
};

// On the practice's clock: a day and a minute since midnight. UTC is taken an hour behind, as in winter.
struct Appointment {
  Date day{};
  int minute = 540;
  std::string reason{}, doctor = "medecin", id{};
  int length = 15;  // minutes
};

struct Message {
  std::string channel{}, text{};
  std::optional<Instant> received{};
  std::string id{};
};

struct RequestState {
  std::string key{}, state{};
  std::optional<Instant> changed{};
};

// The doctor's own value.
struct Setting {
  std::string key{};
  double number = 0;
  std::string text{};
};

}  // namespace told
}  // namespace testing
}  // namespace sdk
}  // namespace relais
