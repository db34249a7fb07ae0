// SPDX-License-Identifier: Apache-2.0
// Small supporting data for tests: one text for each series, built from parts.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/load.h"

namespace relais::vaccine::test {

inline Day day(std::string_view text) { return parse_iso_day(text).value(); }

// Two antigens, Alpha and Beta, in groups of their own; vaccines A1, A2 (alpha), B1 (beta), AB (both); observations 001
// to 003; A2 after A1 conflicts for 24 days, or 28 when A1 did not count.
inline std::string schedule() {
  return R"(<scheduleSupportingData>
<liveVirusConflicts><liveVirusConflict><previous><vaccineType/><cvx>B1</cvx></previous>
<current><vaccineType/><cvx>A2</cvx></current><conflictBeginInterval>1 day</conflictBeginInterval>
<minConflictEndInterval>24 days</minConflictEndInterval><conflictEndInterval>28 days</conflictEndInterval>
</liveVirusConflict></liveVirusConflicts>
<vaccineGroups><vaccineGroup><name>Alpha</name><administerFullVaccineGroup/></vaccineGroup>
<vaccineGroup><name>Beta</name><administerFullVaccineGroup/></vaccineGroup></vaccineGroups>
<vaccineGroupToAntigenMap><vaccineGroupMap><name>Alpha</name><antigen>Alpha</antigen></vaccineGroupMap>
<vaccineGroupMap><name>Beta</name><antigen>Beta</antigen></vaccineGroupMap></vaccineGroupToAntigenMap>
<cvxToAntigenMap>
<cvxMap><cvx>A1</cvx><shortDescription/><association><antigen>Alpha</antigen></association></cvxMap>
<cvxMap><cvx>A2</cvx><shortDescription/><association><antigen>Alpha</antigen></association></cvxMap>
<cvxMap><cvx>B1</cvx><shortDescription/><association><antigen>Beta</antigen></association></cvxMap>
<cvxMap><cvx>AGE</cvx><shortDescription/>
<association><antigen>Alpha</antigen><associationBeginAge>0 days</associationBeginAge>
<associationEndAge>50 years</associationEndAge></association>
<association><antigen>Beta</antigen><associationBeginAge>50 years</associationBeginAge><associationEndAge/>
</association></cvxMap>
</cvxToAntigenMap>
<observations><observation><observationCode>001</observationCode></observation>
<observation><observationCode>002</observationCode></observation>
<observation><observationCode>003</observationCode></observation></observations>
</scheduleSupportingData>)";
}

inline std::string vaccine(const std::string& code, const std::string& more = "") {
  return "<preferableVaccine><cvx>" + code + "</cvx>" + more + "</preferableVaccine>";
}

// One seriesDose. `parts` are elements of the dose; vaccines A1 and A2 are accepted unless it names others.
inline std::string series_dose(int number, const std::string& parts = "", bool recurring = false) {
  const bool named = parts.find("preferableVaccine") != parts.npos;
  return "<seriesDose><doseNumber>Dose " + std::to_string(number) + "</doseNumber>" + parts +
         (named ? std::string() : vaccine("A1") + vaccine("A2")) + "<recurringDose>" + (recurring ? "Yes" : "No") +
         "</recurringDose></seriesDose>";
}

struct SeriesParts {
  std::string name, doses;
  std::string type = "Standard";
  std::string selection = "<defaultSeries>Yes</defaultSeries><productPath>No</productPath>";
  int group = 1;
  std::string equivalent = "";
  std::string indication = "<indication/>";
  std::string preference = "1";
  std::string max_age_to_start = "";
  std::string disease = "Alpha";
};

inline std::string series(const SeriesParts& parts) {
  return "<series><seriesName>" + parts.name + "</seriesName><targetDisease>" + parts.disease +
         "</targetDisease><vaccineGroup>" + parts.disease + "</vaccineGroup><seriesAdminGuidance/><seriesType>" +
         parts.type + "</seriesType><equivalentSeriesGroups>" + parts.equivalent +
         "</equivalentSeriesGroups><requiredGender/><selectSeries>" + parts.selection + "<seriesGroup>" +
         std::to_string(parts.group) + "</seriesGroup><seriesPriority>A</seriesPriority><seriesPreference>" +
         parts.preference + "</seriesPreference><maxAgeToStart>" + parts.max_age_to_start +
         "</maxAgeToStart></selectSeries>" + parts.indication + parts.doses + "</series>";
}

inline std::string antigen(const std::string& all_series, const std::string& before = "") {
  return "<antigenSupportingData>" + before + all_series + "</antigenSupportingData>";
}

inline std::string beta() {
  return antigen(series({.name = "Beta", .doses = series_dose(1, vaccine("B1") + vaccine("AGE") +
                                                                     "<age><absMinAge>1 year</absMinAge></age>"),
                         .disease = "Beta"}));
}

inline tl::expected<SupportingData, LoadError> try_load(const std::string& alpha,
                                                        const std::string& common = schedule()) {
  const auto other = beta();
  return load_texts(common, {{"alpha.xml", alpha}, {"beta.xml", other}});
}

inline SupportingData load(const std::string& alpha) {
  auto data = try_load(alpha);
  if (!data) FAIL(data.error().text());
  return *std::move(data);
}

struct Given {
  const char* date;
  const char* code;
};

inline Patient patient(const SupportingData& data, std::string_view birth, const std::vector<Given>& doses) {
  Patient out;
  out.birth = day(birth);
  for (const auto& each : doses) {
    Dose dose;
    dose.date = day(each.date);
    dose.cvx = data.find_cvx(each.code);
    out.doses.push_back(dose);
  }
  return out;
}

inline Assessment assessed(const SupportingData& data, const Patient& who, std::string_view on) {
  auto got = assess(data, who, day(on));
  if (!got) FAIL(got.error().reason);
  return *std::move(got);
}

// The forecast of the group Alpha; there must be one.
inline const GroupForecast& alpha(const Assessment& got, std::size_t which = 0) {
  for (const auto& each : got.groups) {
    if (each.group == 0 && which-- == 0) return each;
  }
  FAIL("no such forecast of Alpha");
  return got.groups.front();
}

inline std::size_t alpha_count(const Assessment& got) {
  std::size_t count = 0;
  for (const auto& each : got.groups) count += each.group == 0;
  return count;
}

// Statuses of Alpha's doses in the series that answers.
inline std::vector<DoseStatus> statuses(const Assessment& got) {
  std::vector<DoseStatus> out;
  for (const auto& each : got.series[alpha(got).series.front()].evaluations) out.push_back(each.status);
  return out;
}

inline std::string series_name(const SupportingData& data, const Assessment& got, std::size_t which = 0) {
  return data.antigens[0].series[got.series[alpha(got, which).series.front()].series].name;
}

}  // namespace relais::vaccine::test
