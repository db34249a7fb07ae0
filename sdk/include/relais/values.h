// SPDX-License-Identifier: Apache-2.0
// The closed lists of the boundary as C++ enumerations, and its dates and instants as std::chrono types.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <relais/relais.h>

namespace relais {
inline namespace sdk {

// Order and delay of an item, most severe last: compare with < and std::max.
enum class Category : std::uint32_t {
  none = RELAIS_CATEGORY_NONE,
  normal = RELAIS_CATEGORY_NORMAL,
  a_classer = RELAIS_CATEGORY_A_CLASSER,
  a_voir = RELAIS_CATEGORY_A_VOIR,
  aujourdhui = RELAIS_CATEGORY_AUJOURDHUI,
  critique = RELAIS_CATEGORY_CRITIQUE
};

// Data level of a fiche de poste that a reader needs.
enum class DataLevel : std::uint32_t {
  d0 = RELAIS_D0,
  d1 = RELAIS_D1,
  d2 = RELAIS_D2,
  d3 = RELAIS_D3,
  d4 = RELAIS_D4,
  d5 = RELAIS_D5
};

// Anything but complete must raise, never lower.
enum class Completeness : std::uint32_t {
  unknown = RELAIS_KIND_UNKNOWN,
  complete = RELAIS_KIND_COMPLETE,
  withheld = RELAIS_KIND_WITHHELD
};

enum class Sex : std::uint32_t { unknown = RELAIS_SEX_UNKNOWN, female = RELAIS_SEX_FEMALE, male = RELAIS_SEX_MALE };

enum class Identity : std::uint32_t {
  unknown = RELAIS_IDENTITY_UNKNOWN,
  unique = RELAIS_IDENTITY_UNIQUE,
  ambiguous = RELAIS_IDENTITY_AMBIGUOUS,
  discordant = RELAIS_IDENTITY_DISCORDANT
};

enum class ReportStatus : std::uint32_t {
  unknown = RELAIS_REPORT_UNKNOWN,
  final = RELAIS_REPORT_FINAL,
  partial = RELAIS_REPORT_PARTIAL,
  corrected = RELAIS_REPORT_CORRECTED,
  cancelled = RELAIS_REPORT_CANCELLED
};

enum class ValueType : std::uint32_t {
  none = RELAIS_VALUE_NONE,
  numeric = RELAIS_VALUE_NUMERIC,
  coded = RELAIS_VALUE_CODED,
  text = RELAIS_VALUE_TEXT
};

enum class Comparator : std::uint32_t {
  equal = RELAIS_COMPARE_EQ,
  less = RELAIS_COMPARE_LT,
  less_or_equal = RELAIS_COMPARE_LE,
  greater = RELAIS_COMPARE_GT,
  greater_or_equal = RELAIS_COMPARE_GE
};

enum class ObservationStatus : std::uint32_t {
  final = RELAIS_OBSERVATION_FINAL,
  pending = RELAIS_OBSERVATION_PENDING,
  corrected = RELAIS_OBSERVATION_CORRECTED,
  aborted = RELAIS_OBSERVATION_ABORTED,
  cancelled = RELAIS_OBSERVATION_CANCELLED
};

enum class Direction : std::uint32_t { unknown = 0, low = RELAIS_DIRECTION_LOW, high = RELAIS_DIRECTION_HIGH };

enum class Verdict : std::uint32_t {
  unknown = 0,
  accepted = RELAIS_VERDICT_ACCEPTED,
  corrected = RELAIS_VERDICT_CORRECTED,
  returned = RELAIS_VERDICT_RETURNED
};

enum class RightPeriod : std::uint32_t {
  unknown = RELAIS_PERIOD_UNKNOWN,
  first = RELAIS_PERIOD_FIRST,
  renewal = RELAIS_PERIOD_RENEWAL
};

// How far the renewal of a right is.
enum class RenewalStep : std::uint32_t {
  none = RELAIS_RENEWAL_NONE,
  contacted = RELAIS_RENEWAL_CONTACTED,
  visit_booked = RELAIS_RENEWAL_VISIT_BOOKED,
  drafted = RELAIS_RENEWAL_DRAFTED,
  sent = RELAIS_RENEWAL_SENT,
  accepted = RELAIS_RENEWAL_ACCEPTED,
  refused = RELAIS_RENEWAL_REFUSED,
  by_caisse = RELAIS_RENEWAL_BY_CAISSE,
  not_to_renew = RELAIS_RENEWAL_NOT_TO_RENEW
};

enum class LogLevel : std::uint32_t {
  info = RELAIS_LOG_INFO,
  warning = RELAIS_LOG_WARNING,
  error = RELAIS_LOG_ERROR
};

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Date = std::chrono::sys_days;
// What the practice's clock shows, without a zone.
using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

[[nodiscard]] inline std::optional<Instant> instant(std::int64_t milliseconds) noexcept {
  if (milliseconds == RELAIS_NO_TIME) return std::nullopt;
  return Instant(std::chrono::milliseconds(milliseconds));
}

[[nodiscard]] inline std::optional<Date> date(std::int32_t days) noexcept {
  if (days == RELAIS_NO_DATE) return std::nullopt;
  return Date(std::chrono::days(days));
}

}  // namespace sdk
}  // namespace relais
