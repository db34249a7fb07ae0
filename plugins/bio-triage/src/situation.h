// SPDX-License-Identifier: Apache-2.0
// The report being evaluated with all that the rules may use: its measures, and the patient's context and history,
// which are empty when the identity is not settled (rule I1).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <relais/slice.h>

#include "data.h"
#include "measure.h"

namespace bio {

enum class AgeBand { unknown, under_2, child, adult };

struct Pregnancy {
  std::optional<int> weeks;  // completed weeks of amenorrhoea at collection; nothing when the term is not known
};

// Total calcium with the albumin of the same report.
struct CorrectedCalcium {
  double value;    // mmol/L
  double albumin;  // g/L
};

class Situation {
 public:
  // `report` is the current report of `slice`; `data` outlives the situation.
  Situation(const relais::Slice& slice, const relais::LabReport& report, const Data& data);

  const relais::Slice& slice() const { return slice_; }
  const relais::LabReport& report() const { return report_; }
  const AnalyteTable& analytes() const { return data_.analytes; }
  const Words& words() const { return data_.words; }
  const Changes& changes() const { return data_.changes; }
  const std::vector<Measure>& measures() const { return measures_; }

  // One patient of the practice, settled: only then context, history and exceptions count.
  bool settled() const { return settled_; }
  AgeBand age_band() const { return age_band_; }
  // In whole years at collection, nothing when the birth date is not known.
  std::optional<int> age() const { return age_; }
  // Unknown unless settled.
  relais::Sex sex() const;
  // Null unless settled and active on the day.
  std::optional<relais::ContextWord> context(std::string_view word) const;
  bool has(std::string_view word) const { return context(word).has_value(); }
  // False while a condition or a treatment of the settled patient has no code that the host could map: a word that is
  // absent may then be missing, and doubt goes up.
  bool context_complete() const;
  std::optional<Pregnancy> pregnancy() const;

  // The doctor's own words about an analyte that hold today; nothing unless settled.
  std::optional<relais::Target> target(std::string_view analyte) const;
  std::optional<relais::KnownAnomaly> known_anomaly(std::string_view analyte, relais::Direction direction) const;

  // Time from an earlier result to the collection of this one; nothing when a date is missing.
  std::optional<std::chrono::milliseconds> before(const Measure& earlier, const Measure& now) const;
  // Earlier valid numeric results of the same analyte in a known unit and a comparable specimen, or of the same code
  // when it is not in the table, most recent first; of the last `window`. One measure in two units stands once.
  std::vector<const Measure*> earlier(const Measure& of, std::chrono::hours window) const;
  const Measure* previous(const Measure& of) const;

  // The analyte's thresholds for this patient, with the doctor's settings.
  Thresholds thresholds(const Analyte& analyte) const;
  // What thresholds are compared with, in the canonical unit: the value, for calcium corrected by the albumin of the
  // same report.
  std::optional<Interval> judged(const Measure& measure) const;
  std::optional<CorrectedCalcium> corrected_calcium(const Measure& measure) const;
  // The same analyte measured at the same time in another unit: one measure (40193-5 in mmol/L and 53049-3 in g/L).
  bool told_by_a_twin(const Measure& measure) const;

 private:
  void read_age();

  const relais::Slice& slice_;
  relais::LabReport report_;
  const Data& data_;
  std::vector<Measure> measures_;
  std::vector<Measure> history_;
  bool settled_ = false;
  std::optional<int> age_;
  AgeBand age_band_ = AgeBand::unknown;
};

// A measure that the rules on values may read: rendered, not cancelled, not waited for.
bool rendered(const Situation& situation, const Measure& measure);
// Asked and not given by the laboratory (I6).
bool not_rendered(const Situation& situation, const Measure& measure);
// True when more is expected (I5).
bool incomplete(const Situation& situation);
// The rendered measures of one analyte of the table with a number in a known unit.
std::vector<const Measure*> measures_of(const Situation& situation, std::string_view analyte);

}  // namespace bio
