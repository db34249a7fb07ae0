// SPDX-License-Identifier: Apache-2.0
// One antigen series for one patient, while it is computed. Internal to the engine.
#pragma once

#include <span>
#include <vector>

#include "engine/trace.h"

namespace relais::vaccine {

// What an earlier pass found of a dose, over all series of all its antigens (cdsi-logic 13.4).
enum class Known : std::uint8_t { no_status, valid, not_valid };

// Shared by all series of one patient.
struct Context {
  const SupportingData& data;
  const Patient& patient;
  Day assessed;
  std::span<const Dose> doses;              // by date
  std::span<const Known> known;             // per dose, for vaccine conflicts
  Trace* trace;

  bool observed(ObservationId id) const;
  MaybeDay last_observed(ObservationId id) const;  // CALCDTINT-9
};

class SeriesRun {
 public:
  // `records` are the positions of the doses that hold the antigen; `completed` the groups with a Complete series.
  SeriesRun(const Context& context, AntigenId antigen, std::uint16_t series, std::span<const std::uint16_t> records,
            std::span<const int> completed);

  // Evaluates the history, then forecasts.
  SeriesOutcome run();

 private:
  struct Verdict {
    DoseStatus status = DoseStatus::not_valid;
    Reasons reasons = 0;
    bool satisfies = false;
  };

  // series_walk.cpp
  void walk();
  // evaluate_dose.cpp
  Verdict evaluate(const TargetDose& target, std::size_t record);
  void test_age(const SeriesDose& rule, const Dose& dose, Verdict& verdict, bool& too_old_here);
  bool test_intervals(const SeriesDose& rule, std::size_t record, Verdict& verdict);
  bool in_conflict(const Dose& dose, std::size_t record);
  bool accepts_vaccine(const SeriesDose& rule, const Dose& dose, Verdict& verdict);
  // conditional_skip.cpp
  bool skips(const SeriesDose& rule, bool forecast, Day reference, std::size_t record);
  bool condition_met(const SkipCondition& condition, Day reference, std::size_t record) const;
  int count_doses(const SkipCondition& condition, std::size_t record) const;
  // reference_date.cpp: `record` is the position in records_ of the dose under test, records_.size() in a forecast.
  MaybeDay reference_of(const IntervalRule& rule, std::size_t record) const;
  MaybeDay previous_dose(std::size_t record) const;
  // forecast.cpp
  void forecast();
  bool immune() const;
  bool contraindicated() const;
  bool vaccine_contraindicated(CvxId cvx) const;
  bool decide_without_dates();
  MaybeDay candidate_earliest(const SeriesDose& rule);
  void set_dates(const SeriesDose& rule, Day earliest);
  int next_dose_number() const;

  const SeriesDose& rule_of(const TargetDose& target) const { return series_.doses[target.series_dose]; }
  const Dose& dose_of(std::size_t record) const { return context_.doses[records_[record]]; }
  // Records a decision when somebody asked for an explanation.
  void note(const char* rule, const char* element, const SeriesDose* dose, int record, MaybeDuration stated,
            MaybeDay reference, MaybeDay date, bool met) const;

  const Context& context_;
  const Antigen& antigen_;
  const Series& series_;
  std::span<const std::uint16_t> records_;
  std::span<const int> completed_;
  SeriesOutcome out_;
};

// The age instance that applies on the anchor date (RELEVANT-1, -2), null when none does.
const AgeRule* applying_age(const SeriesDose& rule, Day anchor);

// Whether the vaccine type is contraindicated on the assessment date (table 7-7).
bool is_vaccine_contraindicated(const Context& context, const Antigen& antigen, CvxId cvx);

// Earliest date of the last remaining target dose when each is given as soon as possible (SELECTB-12), none without an
// earliest date.
MaybeDay finish_date(const Context& context, const SeriesOutcome& outcome);
// SELECTB-3.
bool completable(const Context& context, const SeriesOutcome& outcome);
// FORECASTPRIORITY-1.
bool is_priority(const Context& context, const SeriesOutcome& outcome);

inline const Series& series_of(const Context& context, const SeriesOutcome& outcome) {
  return context.data.antigens[outcome.antigen].series[outcome.series];
}

// Chapter 8: marks the prioritised and the best series among the outcomes of one antigen.
void select_best(const Context& context, std::span<SeriesOutcome> outcomes, bool& scored_without_column);
// Points of tables 8-7, 8-9 and 8-11 for the scored series, and the winner (SELECTBEST-1, -2).
SeriesOutcome* best_scored(const Context& context, std::span<SeriesOutcome*> scorable, bool& without_column);
// Chapter 9.
void merge_groups(const Context& context, Assessment& assessment);

}  // namespace relais::vaccine
