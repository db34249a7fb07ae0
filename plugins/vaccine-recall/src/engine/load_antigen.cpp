// SPDX-License-Identifier: Apache-2.0
// One antigen's file: immunity, contraindications and series.
#include <algorithm>
#include <set>

#include "engine/load_parts.h"

namespace relais::vaccine {
namespace {

void load_immunity(const XmlElement& element, const Codes& codes, Antigen& antigen) {
  element.allow({"clinicalHistory", "dateOfBirth"});
  for (const auto& each : element.stating("clinicalHistory")) {
    each.allow({"guidelineCode", "guidelineTitle"});
    antigen.immunity_history.push_back(codes.observation(each, "guidelineCode"));
  }
  for (const auto& each : element.stating("dateOfBirth")) {
    each.allow({"immunityBirthDate", "birthCountry", "exclusion"});
    const auto text = each.required_text("immunityBirthDate");
    const auto before = parse_month_first_day(text);
    if (!before) each.fail_at("immunityBirthDate", "not a date of the form MM/DD/YYYY: '" + text.substr(0, 80) + "'");
    BirthDateImmunity rule{*before, each.text("birthCountry"), {}};
    for (const auto& exclusion : each.stating("exclusion")) {
      exclusion.allow({"exclusionCode", "exclusionTitle"});
      rule.exclusions.push_back(codes.observation(exclusion, "exclusionCode"));
    }
    antigen.immunity_birth.push_back(std::move(rule));
  }
}

void load_contraindications(const XmlElement& element, const Codes& codes, Antigen& antigen) {
  element.allow({"vaccineGroup", "vaccine"});
  if (const auto of_group = element.child("vaccineGroup")) {
    of_group->allow({"contraindication"});
    for (const auto& each : of_group->stating("contraindication")) {
      each.allow({"observationCode", "observationTitle", "contraindicationText", "contraindicationGuidance", "beginAge",
                  "endAge"});
      antigen.contraindications.push_back({codes.observation(each, "observationCode"),
                                           each.age_window("beginAge", "endAge"), each.text("contraindicationText"),
                                           each.text("contraindicationGuidance")});
    }
  }
  if (const auto of_vaccine = element.child("vaccine")) {
    of_vaccine->allow({"contraindication"});
    for (const auto& each : of_vaccine->stating("contraindication")) {
      each.allow({"observationCode", "observationTitle", "contraindicationText", "contraindicationGuidance",
                  "contraindicatedVaccine"});
      VaccineContraindication rule{codes.observation(each, "observationCode"), each.text("contraindicationText"),
                                   each.text("contraindicationGuidance"), {}};
      for (const auto& vaccine : each.stating("contraindicatedVaccine")) {
        vaccine.allow({"vaccineType", "cvx", "beginAge", "endAge"});
        rule.vaccines.push_back({codes.cvx(vaccine, "cvx"), vaccine.age_window("beginAge", "endAge")});
      }
      antigen.vaccine_contraindications.push_back(std::move(rule));
    }
  }
}

SeriesType series_type(const XmlElement& element) {
  const auto word = lower_case(element.required_text("seriesType"));
  if (word == "standard") return SeriesType::standard;
  if (word == "risk") return SeriesType::risk;
  if (word == "evaluation only") return SeriesType::evaluation_only;
  element.fail_at("seriesType", "unknown word '" + word.substr(0, 80) + "'");
}

std::vector<Gender> genders(const XmlElement& element) {
  std::vector<Gender> out;
  for (const auto& each : element.stating("requiredGender")) {
    const auto word = lower_case(each.own_text());
    if (word == "female") out.push_back(Gender::female);
    else if (word == "male") out.push_back(Gender::male);
    else if (word == "unknown") out.push_back(Gender::unknown);
    else each.fail("unknown word '" + word.substr(0, 80) + "'");
  }
  return out;
}

std::vector<int> group_numbers(const XmlElement& element, const char* name) {
  std::vector<int> out;
  for (const auto& part : split(element.text(name), ';')) {
    if (part.size() > 4 || part.find_first_not_of("0123456789") != part.npos) {
      element.fail_at(name, "not a series group: '" + part.substr(0, 80) + "'");
    }
    out.push_back(std::stoi(part));
  }
  return out;
}

void load_selection(const XmlElement& element, Series& series) {
  element.allow({"defaultSeries", "productPath", "seriesGroupName", "seriesGroup", "seriesPriority",
                 "seriesPreference", "minAgeToStart", "maxAgeToStart"});
  series.default_series = element.yes_no("defaultSeries", "Yes", "No", false);
  series.product_path = element.yes_no("productPath", "Yes", "No", false);
  series.group_name = element.text("seriesGroupName");
  series.group = element.number("seriesGroup", 1, 9'999);
  const auto priority = element.text("seriesPriority");
  if (priority.size() > 1 || (!priority.empty() && (priority[0] < 'A' || priority[0] > 'Z'))) {
    element.fail_at("seriesPriority", "not a letter: '" + priority.substr(0, 80) + "'");
  }
  series.priority = priority.empty() ? 'Z' : priority[0];
  constexpr int last = 10'000;
  series.preference = element.text("seriesPreference").empty() ? last : element.number("seriesPreference", 1, 9'999);
  series.min_age_to_start = element.duration("minAgeToStart");
  series.max_age_to_start = element.duration("maxAgeToStart");
}

Indication load_indication(const XmlElement& element, const Codes& codes) {
  element.allow({"observationCode", "description", "beginAge", "endAge", "guidance"});
  const auto code = element.required("observationCode");
  code.allow({"text", "code"});
  return {codes.observation(code, "code"), element.age_window("beginAge", "endAge"), element.text("description"),
          element.text("guidance")};
}

Series load_series(const XmlElement& element, const Codes& codes, const Antigen& antigen) {
  element.allow({"seriesName", "targetDisease", "vaccineGroup", "seriesAdminGuidance", "seriesType",
                 "equivalentSeriesGroups", "requiredGender", "selectSeries", "indication", "seriesDose"});
  Series series;
  series.name = element.required_text("seriesName");
  if (const auto disease = element.required_text("targetDisease"); disease != antigen.name) {
    element.fail_at("targetDisease", "'" + disease.substr(0, 80) + "' in the file of '" + antigen.name + "'");
  }
  const auto group_name = element.required_text("vaccineGroup");
  const auto* group = codes.data().find_group(group_name);
  const auto own = codes.antigen_named(element, antigen.name);
  if (!group || std::find(group->antigens.begin(), group->antigens.end(), own) == group->antigens.end()) {
    element.fail_at("vaccineGroup", "'" + group_name.substr(0, 80) + "' does not hold this antigen");
  }
  for (const auto& each : element.stating("seriesAdminGuidance")) series.guidance.push_back(each.own_text());
  series.type = series_type(element);
  series.equivalent_groups = group_numbers(element, "equivalentSeriesGroups");
  series.genders = genders(element);
  load_selection(element.required("selectSeries"), series);
  for (const auto& each : element.stating("indication")) series.indications.push_back(load_indication(each, codes));
  if (series.type == SeriesType::risk && series.indications.empty()) element.fail("a risk series without indication");
  int last_number = 0;
  for (const auto& each : element.stating("seriesDose")) {
    series.doses.push_back(load_series_dose(each, codes, last_number));
    last_number = series.doses.back().number;
  }
  if (series.doses.empty()) element.fail("has no seriesDose");
  if (series.doses.size() > 100) element.fail("has more than 100 doses");
  for (const auto& dose : series.doses) {
    const auto known = [&](int number) {
      return std::any_of(series.doses.begin(), series.doses.end(), [&](const auto& d) { return d.number == number; });
    };
    for (const auto* list : {&dose.intervals, &dose.allowable_intervals}) {
      for (const auto& interval : *list) {
        if (interval.from == IntervalFrom::target_dose && !known(interval.target_dose)) {
          element.fail("an interval counts from target dose " + std::to_string(interval.target_dose) +
                       ", which the series does not have");
        }
      }
    }
  }
  return series;
}

// Series groups that equivalences and skips name must exist in this antigen.
void check_groups(const XmlElement& root, Antigen& antigen) {
  std::set<int> known;
  for (const auto& series : antigen.series) known.insert(series.group);
  const auto check = [&](int group, const Series& series, const char* where) {
    if (!known.contains(group)) {
      root.fail("series \"" + series.name + "\" " + where + " names series group " + std::to_string(group) +
                ", which this antigen does not have");
    }
  };
  for (const auto& series : antigen.series) {
    for (const int group : series.equivalent_groups) check(group, series, "equivalentSeriesGroups");
    for (const auto& dose : series.doses) {
      for (const auto& skip : dose.skips) {
        for (const auto& set : skip.sets) {
          for (const auto& condition : set.conditions) {
            if (condition.kind == SkipKind::completed_series) antigen.asks_for_completed_series = true;
            for (const int group : condition.series_groups) check(group, series, "conditionalSkip");
          }
        }
      }
    }
  }
}

}  // namespace

void load_antigen(const XmlElement& root, const Codes& codes) {
  root.allow({"immunity", "contraindications", "series"});
  const auto all = root.children("series");
  if (all.empty()) root.fail("has no series");
  const auto id = codes.antigen(all.front(), "targetDisease");
  auto& antigen = codes.data().antigens[id];
  if (!antigen.series.empty()) root.fail("the antigen '" + antigen.name + "' has two files");
  if (const auto immunity = root.child("immunity")) load_immunity(*immunity, codes, antigen);
  if (const auto rules = root.child("contraindications")) load_contraindications(*rules, codes, antigen);
  if (all.size() > 1'000) root.fail("has more than 1,000 series");
  for (const auto& each : all) antigen.series.push_back(load_series(each, codes, antigen));
  check_groups(root, antigen);
}

}  // namespace relais::vaccine
