// SPDX-License-Identifier: Apache-2.0
#include "title.h"

#include <algorithm>
#include <vector>

#include "text_fr.h"

namespace bio {
namespace {

// A line of a list is short: a few names tell what it is about.
constexpr std::size_t names_bytes = 60;

struct Named {
  std::string name;
  Category weight;
};

// Each analyte once, with the heaviest of what was said of it.
std::vector<Named> by_weight(const Situation& situation, const Reasons& reasons) {
  std::vector<Named> named;
  for (const Measure& measure : situation.measures()) {
    if (measure.observation.status() == relais::ObservationStatus::pending) continue;
    const Category weight = reasons.weight_of_evidence(measure.observation.id());
    const std::string name = fr::name(measure);
    const auto known = std::find_if(named.begin(), named.end(), [&](const Named& one) { return one.name == name; });
    if (known == named.end()) {
      named.push_back({name, weight});
    } else {
      known->weight = std::max(known->weight, weight);
    }
  }
  std::stable_sort(named.begin(), named.end(), [](const Named& a, const Named& b) { return a.weight > b.weight; });
  return named;
}

}  // namespace

std::string title(const Situation& situation, const Reasons& reasons, Category category) {
  const std::vector<Named> named = by_weight(situation, reasons);
  std::string names;
  for (const Named& one : named) {
    if (names.size() < names_bytes) names += (names.empty() ? "" : ", ") + one.name;
  }
  std::string title = fr::category(category) + " : biologie";
  if (!names.empty()) title += ", " + names;
  const auto to_see = std::count_if(named.begin(), named.end(),
                                    [](const Named& one) { return one.weight >= Category::a_voir; });
  if (named.size() < 2) return title;
  title += to_see == 0 ? " (" + std::to_string(named.size()) + " résultats)"
                       : " (" + std::to_string(to_see) + " à voir sur " + std::to_string(named.size()) + " résultats)";
  return title;
}

}  // namespace bio
