// SPDX-License-Identifier: Apache-2.0
// Walks the history of one series (specification 4.4).
#include "engine/series_run.h"

namespace relais::vaccine {

bool Context::observed(ObservationId id) const {
  for (const auto& fact : patient.observations) {
    if (fact.observation == id) return true;
  }
  return false;
}

MaybeDay Context::last_observed(ObservationId id) const {
  MaybeDay last;
  for (const auto& fact : patient.observations) {
    if (fact.observation == id && fact.date && (!last || *last < *fact.date)) last = fact.date;
  }
  return last;
}

const AgeRule* applying_age(const SeriesDose& rule, Day anchor) {
  for (const auto& age : rule.ages) {
    if (age.validity.applies(anchor)) return &age;
  }
  return nullptr;
}

SeriesRun::SeriesRun(const Context& context, AntigenId antigen, std::uint16_t series,
                     std::span<const std::uint16_t> records, std::span<const int> completed)
    : context_(context),
      antigen_(context.data.antigens[antigen]),
      series_(antigen_.series[series]),
      records_(records),
      completed_(completed) {
  out_.antigen = antigen;
  out_.series = series;
}

SeriesOutcome SeriesRun::run() {
  out_.targets.reserve(series_.doses.size() + records_.size());
  out_.evaluations.reserve(records_.size());
  for (std::size_t i = 0; i < series_.doses.size(); ++i) out_.targets.push_back({static_cast<std::uint16_t>(i)});
  walk();
  forecast();
  return std::move(out_);
}

void SeriesRun::walk() {
  std::size_t target = 0, record = 0;
  while (record < records_.size() && target < out_.targets.size()) {
    const auto& rule = rule_of(out_.targets[target]);
    if (skips(rule, false, dose_of(record).date, record)) {
      out_.targets[target].status = TargetStatus::skipped;
      ++target;
      continue;  // the record is tried against the next target dose (cdsi-logic 13.1)
    }
    const auto verdict = evaluate(out_.targets[target], record);
    out_.evaluations.push_back({records_[record], static_cast<std::int16_t>(target), verdict.status, verdict.reasons});
    if (verdict.satisfies) {
      out_.targets[target].status = TargetStatus::satisfied;
      out_.targets[target].satisfied_by = records_[record];
      if (rule.recurring) {
        const TargetDose again{out_.targets[target].series_dose};
        out_.targets.insert(out_.targets.begin() + static_cast<std::ptrdiff_t>(target) + 1, again);
      }
      ++target;
    }
    ++record;
  }
  for (; record < records_.size(); ++record) {
    out_.evaluations.push_back({records_[record], -1, DoseStatus::extraneous, Reason::series_complete});
    note("EVALUATE-HISTORY", "seriesDose", nullptr, static_cast<int>(record), {}, {}, {}, false);
  }
  out_.next_target = static_cast<std::uint16_t>(target);
}

void SeriesRun::note(const char* rule, const char* element, const SeriesDose* dose, int record, MaybeDuration stated,
                     MaybeDay reference, MaybeDay date, bool met) const {
  if (!context_.trace) return;
  const bool of_a_dose = record >= 0 && static_cast<std::size_t>(record) < records_.size();
  context_.trace->events.push_back({rule, element, out_.antigen, out_.series, dose ? dose->number : 0,
                                    of_a_dose ? static_cast<int>(records_[static_cast<std::size_t>(record)]) : -1,
                                    stated, reference, date, met});
}

int SeriesOutcome::satisfied() const {
  int count = 0;
  for (const auto& target : targets) count += target.status == TargetStatus::satisfied;
  return count;
}

int SeriesOutcome::not_satisfied() const {
  int count = 0;
  for (const auto& target : targets) count += target.status == TargetStatus::not_satisfied;
  return count;
}

}  // namespace relais::vaccine
