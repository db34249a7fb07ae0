// SPDX-License-Identifier: Apache-2.0
// A report under test, written as short as a case is told: Report{}.result("2823-3", 6.8, "mmol/L").triage().
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include <relais/slice.h>

#include "rules.h"

namespace bio::test {

inline relais_str text(const std::string& words) { return {words.data(), words.size()}; }

inline std::int32_t days(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  return static_cast<std::int32_t>(
      sys_days(year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)))
          .time_since_epoch()
          .count());
}

// What a triage said.
struct Answer {
  Category category;
  std::vector<relais::Reason> reasons;
  std::string title;
  double rank;

  bool has(std::string_view rule) const { return find(rule) != nullptr; }
  const relais::Reason* find(std::string_view rule) const {
    for (const auto& reason : reasons) {
      if (reason.rule == rule) return &reason;
    }
    return nullptr;
  }
  std::string said(std::string_view rule) const { return has(rule) ? find(rule)->text : ""; }
};

// One result. What is not told is absent.
struct Told {
  std::string code{}, unit{}, flag{};
  std::optional<double> value{}, low{}, high{};
  relais_comparator comparator = RELAIS_COMPARE_EQ;
  relais_observation_status status = RELAIS_OBSERVATION_FINAL;
  std::string words{}, coded{}, comment{}, system = "loinc", label{};
  std::optional<std::chrono::minutes> before{};  // an earlier result
  bool seen = true;                              // by a doctor, an earlier result
  std::string specimen{};
  std::uint32_t fasting = 0;
};

// A range or an anomaly of the doctor, with its last day.
struct Signed {
  std::string analyte;
  std::optional<double> low{}, high{};
  relais_direction direction = RELAIS_DIRECTION_LOW;
  std::int32_t until = days(2026, 12, 31);
};

class Report {
 public:
  static constexpr std::int64_t collected = 1773124200000;  // 2026-03-10T06:30:00Z

  relais_report_status status = RELAIS_REPORT_FINAL;
  relais_identity identity = RELAIS_IDENTITY_UNIQUE;
  std::int32_t born = days(1970, 1, 1);
  std::string comment;
  bool uncoded = false;
  bool reserved = false;
  relais_category replaced = RELAIS_CATEGORY_NONE;
  bool replaced_seen = false;
  bool observations_complete = true;
  std::chrono::hours after = std::chrono::hours(8);  // from collection to evaluation
  std::vector<std::string> anomalies;
  std::vector<std::string> words;
  std::vector<Signed> targets;
  std::vector<Signed> known;
  relais_sex sex = RELAIS_SEX_UNKNOWN;
  std::optional<double> pregnancy_weeks;
  std::int32_t pregnant_since = RELAIS_NO_DATE;
  bool context_complete = true;
  std::vector<std::pair<std::string, double>> settings;

  Report& add(Told told) {
    told_.push_back(std::move(told));
    return *this;
  }

  Answer triage() const;

 private:
  std::vector<Told> told_;
};

const Data& data();

}  // namespace bio::test
