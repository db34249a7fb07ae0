// SPDX-License-Identifier: Apache-2.0
// conditionalSkip: when a target dose is not needed.
#include "engine/load_parts.h"

namespace relais::vaccine {
namespace {

struct Kind {
  SkipKind kind;
  bool by_age, by_date;
};

Kind condition_kind(const XmlElement& element) {
  const auto word = lower_case(element.required_text("conditionType"));
  if (word == "age") return {SkipKind::age, true, false};
  if (word == "interval") return {SkipKind::interval, false, false};
  if (word == "completed series") return {SkipKind::completed_series, false, false};
  if (word == "vaccine count by age") return {SkipKind::count, true, false};
  if (word == "vaccine count by date") return {SkipKind::count, false, true};
  if (word == "vaccine count by date and age" || word == "vaccine count by age and date") {
    return {SkipKind::count, true, true};
  }
  element.fail_at("conditionType", "unknown word '" + word.substr(0, 80) + "'");
}

void load_count(const XmlElement& element, const Codes& codes, SkipCondition& condition) {
  condition.dose_count = element.number("doseCount", 0, 999);
  condition.only_valid = element.yes_no("doseType", "Valid", "Total", false);
  if (element.text("doseType").empty()) element.fail_at("doseType", "is empty");
  const auto logic = lower_case(element.required_text("doseCountLogic"));
  if (logic == "greater than") condition.logic = CountLogic::greater;
  else if (logic == "equal to") condition.logic = CountLogic::equal;
  else if (logic == "less than") condition.logic = CountLogic::less;
  else element.fail_at("doseCountLogic", "unknown word '" + logic.substr(0, 80) + "'");
  condition.vaccine_types = codes.cvx_list(element, "vaccineTypes");
}

SkipCondition load_condition(const XmlElement& element, const Codes& codes) {
  element.allow({"conditionID", "conditionType", "startDate", "endDate", "beginAge", "endAge", "interval", "doseCount",
                 "doseType", "doseCountLogic", "vaccineTypes", "seriesGroups"});
  const auto kind = condition_kind(element);
  SkipCondition condition;
  condition.kind = kind.kind;
  // A bound that the kind does not name would be dropped without a word.
  const auto refuse_bounds = [&](bool used, const char* first, const char* second) {
    for (const char* name : {first, second}) {
      if (!used && !element.text(name).empty()) element.fail_at(name, "has no meaning for this condition type");
    }
  };
  refuse_bounds(kind.by_age, "beginAge", "endAge");
  refuse_bounds(kind.by_date, "startDate", "endDate");
  condition.age = element.age_window("beginAge", "endAge");
  condition.start = element.compact_day("startDate");
  condition.end = element.compact_day("endDate");
  if (kind.kind == SkipKind::count) load_count(element, codes, condition);
  if (kind.kind == SkipKind::interval) {
    condition.interval = element.duration("interval");
    if (!condition.interval) element.fail_at("interval", "is empty");
  }
  if (kind.kind == SkipKind::completed_series) {
    for (const auto& part : split(element.required_text("seriesGroups"), ';')) {
      if (part.size() > 4 || part.find_first_not_of("0123456789") != part.npos) {
        element.fail_at("seriesGroups", "not a series group: '" + part.substr(0, 80) + "'");
      }
      condition.series_groups.push_back(std::stoi(part));
    }
  }
  return condition;
}

SkipSet load_set(const XmlElement& element, const Codes& codes) {
  element.allow({"setID", "setDescription", "effectiveDate", "cessationDate", "conditionLogic", "condition"});
  SkipSet set;
  set.description = element.text("setDescription");
  set.validity = {element.compact_day("effectiveDate"), element.compact_day("cessationDate")};
  for (const auto& each : element.stating("condition")) set.conditions.push_back(load_condition(each, codes));
  if (set.conditions.empty()) element.fail("has no condition");
  const auto logic = lower_case(element.text("conditionLogic"));
  if (logic == "or") set.any_condition = true;
  else if (logic != "and" && logic != "n/a" && !logic.empty()) {
    element.fail_at("conditionLogic", "unknown word '" + logic.substr(0, 80) + "'");
  }
  if (set.conditions.size() > 1 && (logic.empty() || logic == "n/a")) {
    element.fail("has several conditions and no conditionLogic");
  }
  return set;
}

}  // namespace

ConditionalSkip load_conditional_skip(const XmlElement& element, const Codes& codes) {
  element.allow({"context", "setLogic", "set"});
  ConditionalSkip skip;
  const auto context = lower_case(element.required_text("context"));
  if (context == "evaluation") skip.context = SkipContext::evaluation;
  else if (context == "forecast") skip.context = SkipContext::forecast;
  else if (context == "both") skip.context = SkipContext::both;
  else element.fail_at("context", "unknown word '" + context.substr(0, 80) + "'");
  for (const auto& each : element.stating("set")) skip.sets.push_back(load_set(each, codes));
  if (skip.sets.empty()) element.fail("has no set");
  const auto logic = lower_case(element.text("setLogic"));
  if (logic == "and") skip.any_set = false;
  else if (logic != "or" && logic != "n/a" && !logic.empty()) {
    element.fail_at("setLogic", "unknown word '" + logic.substr(0, 80) + "'");
  }
  if (skip.sets.size() > 1 && logic != "and" && logic != "or") element.fail("has several sets and no setLogic");
  return skip;
}

}  // namespace relais::vaccine
