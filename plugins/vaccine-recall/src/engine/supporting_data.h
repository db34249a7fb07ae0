// SPDX-License-Identifier: Apache-2.0
// Supporting data after loading: what the published XML says, with every duration, date and code already checked.
// Immutable once loaded, so that any number of threads may read it. Names are those of the published elements; an empty
// optional means that the element is empty ("nothing stated").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/civil_date.h"

namespace relais::vaccine {

// Positions in the tables of SupportingData. CVX codes are text in the data ("03"): the engine compares positions.
using CvxId = std::uint16_t;
using ObservationId = std::uint16_t;
using AntigenId = std::uint16_t;
inline constexpr std::uint16_t no_id = 0xffff;

// effectiveDate and cessationDate, both inclusive (RELEVANT-1).
struct Validity {
  MaybeDay effective, cessation;
  bool applies(Day anchor) const {
    return (!effective || *effective <= anchor) && (!cessation || anchor <= *cessation);
  }
};

// Half-open window of ages.
struct AgeWindow {
  MaybeDuration begin, end;
  bool holds(Day birth, Day day) const {
    return (!begin || add(birth, *begin) <= day) && (!end || day < add(birth, *end));
  }
};

struct AgeRule {
  MaybeDuration abs_min, min, earliest_rec, latest_rec, max;
  Validity validity;
};

enum class IntervalFrom : std::uint8_t { previous, target_dose, most_recent, observation };

struct IntervalRule {
  IntervalFrom from = IntervalFrom::previous;
  int target_dose = 0;
  std::vector<CvxId> most_recent;
  ObservationId observation = no_id;
  MaybeDuration abs_min, min, earliest_rec, latest_rec;
  bool override_priority = false;
  Validity validity;
};

struct VaccineRule {
  CvxId cvx = no_id;
  AgeWindow age;
  std::string type, trade_name, mvx;
  std::optional<double> volume;
  bool forecast = false;
};

enum class SkipContext : std::uint8_t { evaluation, forecast, both };
enum class SkipKind : std::uint8_t { age, completed_series, interval, count };
enum class CountLogic : std::uint8_t { greater, equal, less };

struct SkipCondition {
  SkipKind kind = SkipKind::age;
  AgeWindow age;
  MaybeDay start, end;
  MaybeDuration interval;
  int dose_count = 0;
  bool only_valid = false;
  CountLogic logic = CountLogic::greater;
  std::vector<CvxId> vaccine_types;  // empty: any dose of this antigen
  std::vector<int> series_groups;
};

struct SkipSet {
  Validity validity;
  bool any_condition = false;
  std::string description;
  std::vector<SkipCondition> conditions;
};

struct ConditionalSkip {
  SkipContext context = SkipContext::both;
  bool any_set = true;
  std::vector<SkipSet> sets;
};

struct SeriesDose {
  int number = 0;
  std::vector<AgeRule> ages;
  std::vector<IntervalRule> intervals, allowable_intervals;
  std::vector<VaccineRule> preferable, allowable;
  std::vector<CvxId> inadvertent;
  std::vector<ConditionalSkip> skips;
  bool recurring = false;
  MaybeDay season_start, season_end;
};

enum class SeriesType : std::uint8_t { standard, risk, evaluation_only };
enum class Gender : std::uint8_t { female, male, unknown };

struct Indication {
  ObservationId observation = no_id;
  AgeWindow age;
  std::string text, guidance;
};

struct Series {
  std::string name;
  SeriesType type = SeriesType::standard;
  std::vector<std::string> guidance;
  std::vector<int> equivalent_groups;
  std::vector<Gender> genders;  // empty: every gender
  bool default_series = false, product_path = false;
  int group = 0;
  std::string group_name;
  char priority = 'A';  // A best
  int preference = 0;   // 1 best; a series without one comes last
  MaybeDuration min_age_to_start, max_age_to_start;
  std::vector<Indication> indications;
  std::vector<SeriesDose> doses;
};

struct Contraindication {
  ObservationId observation = no_id;
  AgeWindow age;
  std::string text, guidance;
};

struct ContraindicatedVaccine {
  CvxId cvx = no_id;
  AgeWindow age;
};

struct VaccineContraindication {
  ObservationId observation = no_id;
  std::string text, guidance;
  std::vector<ContraindicatedVaccine> vaccines;
};

struct BirthDateImmunity {
  Day before = 0;
  std::string country;  // empty: any
  std::vector<ObservationId> exclusions;
};

struct Antigen {
  std::string name;
  std::vector<ObservationId> immunity_history;
  std::vector<BirthDateImmunity> immunity_birth;
  std::vector<Contraindication> contraindications;
  std::vector<VaccineContraindication> vaccine_contraindications;
  std::vector<Series> series;
  bool asks_for_completed_series = false;  // some conditional skip depends on another series of this antigen
};

struct Association {
  AntigenId antigen = no_id;
  AgeWindow age;
};

// A row in which this vaccine is the impacted type.
struct Conflict {
  CvxId conflicting = no_id;
  Duration begin, min_end, end;
};

struct Cvx {
  std::string code, description;
  std::vector<Association> associations;
  std::vector<Conflict> conflicts;
};

struct VaccineGroup {
  std::string name;
  bool full_group = false;  // administerFullVaccineGroup is Yes
  std::vector<AntigenId> antigens;
};

struct Observation {
  std::string code, title;
};

struct SupportingData {
  std::vector<Cvx> cvx;
  std::vector<Observation> observations;
  std::vector<Antigen> antigens;
  std::vector<VaccineGroup> groups;
  std::unordered_map<std::string, CvxId> cvx_by_code;
  std::unordered_map<std::string, ObservationId> observation_by_code;
  std::unordered_map<std::string, AntigenId> antigen_by_name;

  // no_id when the data do not know the code.
  CvxId find_cvx(const std::string& code) const;
  ObservationId find_observation(const std::string& code) const;
  const VaccineGroup* find_group(const std::string& name) const;
};

}  // namespace relais::vaccine
