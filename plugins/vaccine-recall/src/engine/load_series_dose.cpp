// SPDX-License-Identifier: Apache-2.0
// One seriesDose: ages, intervals, vaccines, season, recurrence.
#include <charconv>

#include "engine/load_parts.h"

namespace relais::vaccine {
namespace {

Validity validity(const XmlElement& element) {
  return {element.compact_day("effectiveDate"), element.compact_day("cessationDate")};
}

// "Dose 3". Numbers grow; they need not be consecutive, so that a booster can bear the age it is written for.
int dose_number(const XmlElement& element, int previous) {
  const auto text = element.required_text("doseNumber");
  int number = 0;
  if (text.starts_with("Dose ")) {
    const auto [end, error] = std::from_chars(text.data() + 5, text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) number = 0;
  }
  if (number < 1 || number > 999)
    element.fail_at("doseNumber", "not of the form 'Dose 3': '" + text.substr(0, 80) + "'");
  if (number <= previous) element.fail_at("doseNumber", "does not follow dose " + std::to_string(previous));
  return number;
}

AgeRule load_age(const XmlElement& element) {
  element.allow({"absMinAge", "minAge", "earliestRecAge", "latestRecAge", "maxAge", "effectiveDate", "cessationDate"});
  return {element.duration("absMinAge"),    element.duration("minAge"), element.duration("earliestRecAge"),
          element.duration("latestRecAge"), element.duration("maxAge"), validity(element)};
}

// Exactly one reference must be stated.
void load_reference(const XmlElement& element, const Codes& codes, bool all_kinds, IntervalRule& rule) {
  const bool from_previous = element.yes_no("fromPrevious", "Y", "N", false);
  int stated = from_previous ? 1 : 0;
  if (!element.text("fromTargetDose").empty()) {
    rule.from = IntervalFrom::target_dose;
    rule.target_dose = element.number("fromTargetDose", 1, 999);
    ++stated;
  }
  if (all_kinds) {
    if (rule.most_recent = codes.cvx_list(element, "fromMostRecent"); !rule.most_recent.empty()) {
      rule.from = IntervalFrom::most_recent;
      ++stated;
    }
    if (const auto observation = element.child("fromRelevantObs"); observation && !observation->empty()) {
      observation->allow({"text", "code"});
      rule.from = IntervalFrom::observation;
      rule.observation = codes.observation(*observation, "code");
      ++stated;
    }
  }
  if (stated != 1) element.fail("states " + std::to_string(stated) + " references instead of one");
}

IntervalRule load_interval(const XmlElement& element, const Codes& codes) {
  element.allow({"fromPrevious", "fromTargetDose", "fromMostRecent", "fromRelevantObs", "absMinInt", "minInt",
                 "earliestRecInt", "latestRecInt", "intervalPriority", "effectiveDate", "cessationDate"});
  IntervalRule rule;
  load_reference(element, codes, true, rule);
  rule.abs_min = element.duration("absMinInt");
  rule.min = element.duration("minInt");
  rule.earliest_rec = element.duration("earliestRecInt");
  rule.latest_rec = element.duration("latestRecInt");
  const auto priority = lower_case(element.text("intervalPriority"));
  if (!priority.empty() && priority != "override" && priority != "y") {
    element.fail_at("intervalPriority", "unknown word '" + priority.substr(0, 80) + "'");
  }
  rule.override_priority = !priority.empty();
  rule.validity = validity(element);
  return rule;
}

IntervalRule load_allowable_interval(const XmlElement& element, const Codes& codes) {
  element.allow({"fromPrevious", "fromTargetDose", "absMinInt", "effectiveDate", "cessationDate"});
  IntervalRule rule;
  load_reference(element, codes, false, rule);
  rule.abs_min = element.duration("absMinInt");
  rule.validity = validity(element);
  return rule;
}

VaccineRule load_preferable(const XmlElement& element, const Codes& codes) {
  element.allow({"vaccineType", "cvx", "beginAge", "endAge", "tradeName", "mvx", "volume", "forecastVaccineType"});
  VaccineRule rule;
  rule.cvx = codes.cvx(element, "cvx");
  rule.age = element.age_window("beginAge", "endAge");
  rule.type = element.text("vaccineType");
  rule.trade_name = element.text("tradeName");
  rule.mvx = element.text("mvx");
  if (const auto volume = element.text("volume"); !volume.empty()) {
    double value = 0;
    const auto [end, error] = std::from_chars(volume.data(), volume.data() + volume.size(), value);
    if (error != std::errc{} || end != volume.data() + volume.size() || !(value >= 0 && value <= 1'000)) {
      element.fail_at("volume", "not a volume: '" + volume.substr(0, 80) + "'");
    }
    rule.volume = value;
  }
  rule.forecast = element.yes_no("forecastVaccineType", "Y", "N", false);
  return rule;
}

VaccineRule load_allowable(const XmlElement& element, const Codes& codes) {
  element.allow({"vaccineType", "cvx", "beginAge", "endAge"});
  VaccineRule rule;
  rule.cvx = codes.cvx(element, "cvx");
  rule.age = element.age_window("beginAge", "endAge");
  rule.type = element.text("vaccineType");
  return rule;
}

}  // namespace

SeriesDose load_series_dose(const XmlElement& element, const Codes& codes, int number) {
  element.allow({"doseNumber", "age", "interval", "allowableInterval", "preferableVaccine", "allowableVaccine",
                 "inadvertentVaccine", "conditionalSkip", "recurringDose", "seasonalRecommendation"});
  SeriesDose dose;
  dose.number = dose_number(element, number);
  for (const auto& each : element.stating("age")) dose.ages.push_back(load_age(each));
  for (const auto& each : element.stating("interval")) dose.intervals.push_back(load_interval(each, codes));
  for (const auto& each : element.stating("allowableInterval")) {
    dose.allowable_intervals.push_back(load_allowable_interval(each, codes));
  }
  for (const auto& each : element.stating("preferableVaccine")) dose.preferable.push_back(load_preferable(each, codes));
  for (const auto& each : element.stating("allowableVaccine")) dose.allowable.push_back(load_allowable(each, codes));
  for (const auto& each : element.stating("inadvertentVaccine")) {
    each.allow({"vaccineType", "cvx"});
    dose.inadvertent.push_back(codes.cvx(each, "cvx"));
  }
  for (const auto& each : element.stating("conditionalSkip")) dose.skips.push_back(load_conditional_skip(each, codes));
  dose.recurring = element.yes_no("recurringDose", "Yes", "No", false);
  if (const auto season = element.child("seasonalRecommendation"); season && !season->empty()) {
    season->allow({"startDate", "endDate"});
    dose.season_start = season->compact_day("startDate");
    dose.season_end = season->compact_day("endDate");
    if (dose.season_start && dose.season_end && *dose.season_end < *dose.season_start) {
      season->fail("ends before it starts");
    }
  }
  return dose;
}

}  // namespace relais::vaccine
