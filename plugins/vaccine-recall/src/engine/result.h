// SPDX-License-Identifier: Apache-2.0
// What the engine answers: statuses, dates and reasons, per series and per vaccine group. Words are those of the CDSi
// logic specification. A status belongs to a pair of series and dose, never to a dose.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/patient.h"

namespace relais::vaccine {

enum class DoseStatus : std::uint8_t { none, valid, not_valid, extraneous, sub_standard };

// Bits: a dose keeps every reason, told in the order age, interval, conflict, vaccine.
enum Reason : std::uint16_t {
  too_young = 1,
  age_grace = 2,
  too_old = 4,
  too_soon = 8,
  interval_grace = 16,
  vaccine_conflict = 32,
  not_preferable_or_allowable = 64,
  inadvertent = 128,
  series_complete = 256,
  expired_or_spoilt = 512,
  small_volume = 1024,
  given_on_unknown_day = 2048,
};
using Reasons = std::uint16_t;

enum class TargetStatus : std::uint8_t { not_satisfied, satisfied, skipped };

struct DoseEvaluation {
  std::uint16_t dose = 0;           // position in Assessment::doses
  std::int16_t target = -1;         // position in SeriesOutcome::targets, -1 after the end of the series
  DoseStatus status = DoseStatus::none;
  Reasons reasons = 0;
};

struct TargetDose {
  std::uint16_t series_dose = 0;
  TargetStatus status = TargetStatus::not_satisfied;
  std::uint16_t satisfied_by = no_id;  // position in Assessment::doses
};

enum class PatientSeriesStatus : std::uint8_t {
  not_complete, complete, not_recommended, immune, contraindicated, aged_out
};

enum class ForecastReason : std::uint8_t {
  none, evidence_of_immunity, contraindication, series_complete, all_skipped, season_over, past_maximum_age,
  cannot_finish_before_maximum_age
};

// Dates are set only when the status is not_complete.
struct Forecast {
  PatientSeriesStatus status = PatientSeriesStatus::not_complete;
  ForecastReason reason = ForecastReason::none;
  int dose_number = 0;
  MaybeDay earliest, unadjusted_recommended, unadjusted_past_due, recommended, past_due, latest;
};

struct SeriesOutcome {
  AntigenId antigen = 0;
  std::uint16_t series = 0;  // position in the antigen's series
  std::vector<TargetDose> targets;
  std::vector<DoseEvaluation> evaluations;  // one for each dose of the antigen, in order
  std::uint16_t next_target = 0;            // where the forecast stands; targets.size() when none is left
  Forecast forecast;
  int points = 0;  // of 11.4 to 11.6, 0 when nothing was scored
  bool scorable = false, prioritized = false, best = false;

  int satisfied() const;
  int not_satisfied() const;
};

// One answer for a vaccine group (FORECASTVG-1). `series` are positions in Assessment::series.
struct GroupForecast {
  std::uint16_t group = 0;
  bool risk = false;
  Forecast forecast;
  std::vector<std::uint16_t> series;
  std::vector<AntigenId> antigens_needed;  // FORECASTVG-8
  std::vector<CvxId> vaccines;             // FORECASTVG-9
};

struct Assessment {
  Day assessed = 0;
  std::vector<Dose> doses;             // by date; same-day doses in the order given
  std::vector<SeriesOutcome> series;   // every relevant series of every antigen
  std::vector<GroupForecast> groups;   // a group without relevant series has none
  std::vector<std::uint16_t> not_evaluable;  // doses whose code holds no antigen
  bool scored_without_column = false;  // no column of table 8-5 fitted (see cdsi-logic 13.6)
};

std::string_view word(DoseStatus status);           // "Not Valid"
std::string_view word(PatientSeriesStatus status);  // "Aged Out"

}  // namespace relais::vaccine
