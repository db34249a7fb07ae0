// SPDX-License-Identifier: Apache-2.0
// From antigens to vaccine groups (specification chapter 9).
#include <algorithm>
#include <array>

#include "engine/series_run.h"

namespace relais::vaccine {
namespace {

using Status = PatientSeriesStatus;

// Table 9-4, first match.
Status merged_status(const Assessment& assessment, const std::vector<std::uint16_t>& series) {
  const auto any = [&](Status status) {
    return std::any_of(series.begin(), series.end(),
                       [&](auto i) { return assessment.series[i].forecast.status == status; });
  };
  for (const auto status : {Status::contraindicated, Status::aged_out, Status::not_recommended, Status::not_complete}) {
    if (any(status)) return status;
  }
  const bool all_immune = std::all_of(series.begin(), series.end(), [&](auto i) {
    return assessment.series[i].forecast.status == Status::immune;
  });
  return all_immune ? Status::immune : Status::complete;
}

MaybeDay last_dose_of(const Context& context, const VaccineGroup& group) {
  for (auto i = context.doses.size(); i-- > 0;) {
    const auto& dose = context.doses[i];
    if (dose.cvx == no_id || dose.undated) continue;
    for (const auto& association : context.data.cvx[dose.cvx].associations) {
      const bool in_group =
          std::find(group.antigens.begin(), group.antigens.end(), association.antigen) != group.antigens.end();
      if (in_group && association.age.holds(context.patient.birth, dose.date)) return dose.date;
    }
  }
  return {};
}

void keep_smaller(MaybeDay& smallest, MaybeDay date) {
  if (date && (!smallest || *date < *smallest)) smallest = date;
}

// MULTIANTVG-1, FORECASTVG-2 to -6, FORECASTDN-2.
void merge_dates(const Context& context, const VaccineGroup& group, const Assessment& assessment, GroupForecast& out) {
  auto& merged = out.forecast;
  MaybeDay smallest, largest;
  bool priority = false;
  for (const auto i : out.series) {
    const auto& outcome = assessment.series[i];
    const auto& each = outcome.forecast;
    if (each.status != Status::not_complete) continue;
    priority = priority || is_priority(context, outcome);
    keep_smaller(smallest, each.earliest);
    if (!largest || *largest < *each.earliest) largest = each.earliest;
    keep_smaller(merged.recommended, each.recommended);
    keep_smaller(merged.past_due, each.past_due);
    keep_smaller(merged.latest, each.latest);
    keep_smaller(merged.unadjusted_recommended, each.unadjusted_recommended);
    keep_smaller(merged.unadjusted_past_due, each.unadjusted_past_due);
    if (merged.dose_number == 0) merged.dose_number = each.dose_number;
    else if (group.full_group) merged.dose_number = std::min(merged.dose_number, each.dose_number);
    else merged.dose_number = std::max(merged.dose_number, each.dose_number);
  }
  merged.earliest = largest;
  if (priority && smallest) merged.earliest = std::max(*smallest, last_dose_of(context, group).value_or(*smallest));
  if (merged.recommended) merged.recommended = std::max(*merged.recommended, *merged.earliest);
  if (merged.past_due) merged.past_due = std::max(*merged.past_due, *merged.earliest);
}

// FORECASTRECVAC-1, FORECASTVG-8, -9.
void add_products(const Context& context, const Assessment& assessment, GroupForecast& out) {
  for (const auto i : out.series) {
    const auto& outcome = assessment.series[i];
    if (outcome.forecast.status != Status::not_complete) continue;
    out.antigens_needed.push_back(outcome.antigen);
    const auto& antigen = context.data.antigens[outcome.antigen];
    const auto& rule = series_of(context, outcome).doses[outcome.targets[outcome.next_target].series_dose];
    for (const auto& vaccine : rule.preferable) {
      if (!vaccine.forecast || is_vaccine_contraindicated(context, antigen, vaccine.cvx)) continue;
      const Day birth = context.patient.birth;
      if (!vaccine.age.holds(birth, *outcome.forecast.earliest) &&
          !vaccine.age.holds(birth, *outcome.forecast.recommended)) {
        continue;
      }
      if (std::find(out.vaccines.begin(), out.vaccines.end(), vaccine.cvx) == out.vaccines.end()) {
        out.vaccines.push_back(vaccine.cvx);
      }
    }
  }
}

}  // namespace

void merge_groups(const Context& context, Assessment& assessment) {
  for (std::size_t g = 0; g < context.data.groups.size(); ++g) {
    const auto& group = context.data.groups[g];
    const bool single = group.antigens.size() == 1;
    std::array<GroupForecast, 2> merged;  // standard, then risk: never mixed (FORECASTVG-1)
    for (std::size_t i = 0; i < assessment.series.size(); ++i) {
      const auto& outcome = assessment.series[i];
      if (!outcome.best) continue;
      if (std::find(group.antigens.begin(), group.antigens.end(), outcome.antigen) == group.antigens.end()) continue;
      const bool risk = series_of(context, outcome).type == SeriesType::risk;
      if (single) {
        GroupForecast alone{static_cast<std::uint16_t>(g),   risk, outcome.forecast,
                            {static_cast<std::uint16_t>(i)}, {},   {}};
        add_products(context, assessment, alone);
        assessment.groups.push_back(std::move(alone));
      } else {
        merged[risk].series.push_back(static_cast<std::uint16_t>(i));
      }
    }
    for (std::size_t risk = 0; risk < merged.size(); ++risk) {
      auto& out = merged[risk];
      if (out.series.empty()) continue;
      out.group = static_cast<std::uint16_t>(g);
      out.risk = risk == 1;
      out.forecast.status = merged_status(assessment, out.series);
      for (const auto i : out.series) {
        const auto& each = assessment.series[i].forecast;
        if (each.status == out.forecast.status && out.forecast.reason == ForecastReason::none) {
          out.forecast.reason = each.reason;
        }
      }
      if (out.forecast.status == Status::not_complete) merge_dates(context, group, assessment, out);
      add_products(context, assessment, out);
      assessment.groups.push_back(std::move(out));
    }
  }
}

std::string_view word(DoseStatus status) {
  switch (status) {
    case DoseStatus::none: return "";
    case DoseStatus::valid: return "Valid";
    case DoseStatus::not_valid: return "Not Valid";
    case DoseStatus::extraneous: return "Extraneous";
    case DoseStatus::sub_standard: return "Sub-standard";
  }
  return "";
}

std::string_view word(PatientSeriesStatus status) {
  switch (status) {
    case Status::not_complete: return "Not Complete";
    case Status::complete: return "Complete";
    case Status::not_recommended: return "Not Recommended";
    case Status::immune: return "Immune";
    case Status::contraindicated: return "Contraindicated";
    case Status::aged_out: return "Aged Out";
  }
  return "";
}

}  // namespace relais::vaccine
