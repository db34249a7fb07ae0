// SPDX-License-Identifier: Apache-2.0
#include "command/cdsi_compare.h"

#include <algorithm>

#include "engine/text.h"

namespace relais::vaccine {
namespace {

std::string text(MaybeDay day) { return day ? iso(*day) : std::string(); }

// The status that the series of one forecast give a dose, merged over antigens; none when none evaluated it.
DoseStatus merged_status(const Assessment& assessment, const GroupForecast& forecast, std::size_t dose,
                         Reasons& reasons) {
  bool valid = false, not_valid = false, other = false;
  for (const auto i : forecast.series) {
    for (const auto& each : assessment.series[i].evaluations) {
      if (each.dose != dose) continue;
      reasons |= each.reasons;
      valid = valid || each.status == DoseStatus::valid;
      not_valid = not_valid || each.status == DoseStatus::not_valid;
      other = true;
    }
  }
  if (not_valid) return DoseStatus::not_valid;
  if (valid) return DoseStatus::valid;
  return other ? DoseStatus::extraneous : DoseStatus::none;
}

// Whether the dose held an antigen of the group at the patient's age of that day.
bool group_holds(const SupportingData& data, const VaccineGroup& group, const Dose& dose, Day birth) {
  if (dose.cvx == no_id) return false;
  for (const auto& each : data.cvx[dose.cvx].associations) {
    if (!each.age.holds(birth, dose.date)) continue;
    if (std::find(group.antigens.begin(), group.antigens.end(), each.antigen) != group.antigens.end()) return true;
  }
  return false;
}

bool reason_right(const std::string& expected, Reasons reasons) {
  const auto word = lower_case(expected);
  if (word == "age: too young") return reasons & Reason::too_young;
  if (word == "age: too old") return reasons & Reason::too_old;
  if (word == "interval: too soon") return reasons & Reason::too_soon;
  if (word == "live virus conflict") return reasons & Reason::vaccine_conflict;
  if (word == "inadvertent vaccine") return reasons & Reason::inadvertent;
  if (word == "series already complete") return reasons & Reason::series_complete;
  if (word == "not a preferable or allowable vaccine") return reasons & Reason::not_preferable_or_allowable;
  return false;
}

class Against {
 public:
  Against(const CdsiCase& expected, const SupportingData& data, const Assessment& got, const GroupForecast& forecast)
      : expected_(expected), data_(data), got_(got), forecast_(forecast) {}

  Comparison compare() {
    const auto& answer = forecast_.forecast;
    same("status", lower_case(expected_.status), lower_case(word(answer.status)));
    if (lower_case(expected_.status) == "not complete") {
      same("number", expected_.number, answer.dose_number ? std::to_string(answer.dose_number) : "");
      same("earliest", expected_.earliest, text(answer.earliest));
      same("recommended", expected_.recommended, text(answer.recommended));
      same("past due", expected_.past_due, text(answer.past_due));
    }
    for (std::size_t i = 0; i < expected_.doses.size(); ++i) compare_dose(i);
    for (const auto i : forecast_.series) {
      const auto& outcome = got_.series[i];
      if (!out_.forecast.empty()) out_.forecast += ", ";
      out_.forecast += data_.antigens[outcome.antigen].series[outcome.series].name;
    }
    out_.passed = out_.differences.empty();
    return std::move(out_);
  }

 private:
  void same(const std::string& field, const std::string& expected, const std::string& got) {
    if (expected != got) out_.differences.push_back({field, expected, got});
  }

  void compare_dose(std::size_t i) {
    const auto& dose = got_.doses[i];
    const auto& expected = expected_.doses[i];
    if (expected.status.empty()) return;
    ++out_.doses_compared;
    Reasons reasons = 0;
    const auto field = "dose " + std::to_string(i + 1) + " of " + iso(dose.date);
    const Day birth = expected_.patient.birth;
    const auto wanted = lower_case(expected.status);
    if (group_holds(data_, data_.groups[forecast_.group], dose, birth)) {
      same(field, wanted, lower_case(word(merged_status(got_, forecast_, i, reasons))));
    } else {
      // A dose without an antigen of this group has the status of its own group.
      std::string seen = "not evaluated";
      for (const auto& other : got_.groups) {
        if (!group_holds(data_, data_.groups[other.group], dose, birth)) continue;
        seen = lower_case(word(merged_status(got_, other, i, reasons)));
        if (seen == wanted) break;
      }
      same(field, wanted, seen);
    }
    if (!expected.reason.empty()) {
      ++out_.reasons_compared;
      out_.reasons_right += reason_right(expected.reason, reasons);
    }
  }

  const CdsiCase& expected_;
  const SupportingData& data_;
  const Assessment& got_;
  const GroupForecast& forecast_;
  Comparison out_;
};

}  // namespace

Comparison compare(const CdsiCase& expected, const SupportingData& data, const Assessment& got) {
  Comparison best;
  best.differences.push_back({"forecast", "one for " + expected.group, "none"});
  bool any = false;
  for (const auto& forecast : got.groups) {
    if (data.groups[forecast.group].name != expected.group) continue;
    auto each = Against(expected, data, got, forecast).compare();
    if (!any || each.differences.size() < best.differences.size()) best = std::move(each);
    any = true;
  }
  return best;
}

Comparison run_case(const CdsiCase& expected, const SupportingData& data) {
  Comparison failed;
  if (!expected.problem.empty()) {
    failed.differences.push_back({"case", "a readable case", expected.problem});
    return failed;
  }
  const auto got = assess(data, expected.patient, expected.assessed);
  if (!got) {
    failed.differences.push_back({"case", "an answer", got.error().reason});
    return failed;
  }
  return compare(expected, data, *got);
}

}  // namespace relais::vaccine
