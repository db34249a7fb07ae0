// SPDX-License-Identifier: Apache-2.0
#include "app/finding_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace relais::app {
namespace {

std::string_view french(worklist::Category category) {
  switch (category) {
    case worklist::Category::none:
      return "sans catégorie";
    case worklist::Category::normal:
      return "normal";
    case worklist::Category::a_classer:
      return "à classer";
    case worklist::Category::a_voir:
      return "à voir";
    case worklist::Category::aujourdhui:
      return "aujourd'hui";
    case worklist::Category::critique:
      return "critique";
  }
  return "sans catégorie";
}

bool holds(const std::vector<worklist::Reason>& reasons, const worklist::Reason& wanted) {
  return std::find(reasons.begin(), reasons.end(), wanted) != reasons.end();
}

std::vector<std::string> told(const worklist::Finding& before, const worklist::Finding& after) {
  std::vector<std::string> lines;
  if (before.category != after.category)
    lines.push_back(fmt::format("catégorie : {} → {}", french(before.category), french(after.category)));
  if (before.title != after.title) lines.push_back(fmt::format("titre : {} → {}", before.title, after.title));
  for (const auto& reason : before.reasons)
    if (!holds(after.reasons, reason)) lines.push_back(fmt::format("motif disparu : {} {}", reason.rule, reason.text));
  for (const auto& reason : after.reasons)
    if (!holds(before.reasons, reason)) lines.push_back(fmt::format("motif nouveau : {} {}", reason.rule, reason.text));
  if (before.data_level != after.data_level)
    lines.push_back(fmt::format("niveau de données : D{} → D{}", before.data_level, after.data_level));
  if (before.restricted != after.restricted)
    lines.emplace_back(after.restricted ? "contenu restreint" : "contenu qui n'est plus restreint");
  if (before.open != after.open)
    lines.emplace_back(after.open ? "une suite est attendue" : "plus aucune suite n'est attendue");
  if (before.rank < after.rank || after.rank < before.rank)
    lines.push_back(fmt::format("rang : {} → {}", before.rank, after.rank));
  return lines;
}

}  // namespace

std::vector<FindingDifference> differences(const std::vector<worklist::Finding>& before,
                                           const std::vector<worklist::Finding>& after) {
  std::map<std::string, std::pair<const worklist::Finding*, const worklist::Finding*>> by_kind;
  for (const auto& finding : before) by_kind[finding.kind].first = &finding;
  for (const auto& finding : after) by_kind[finding.kind].second = &finding;
  std::vector<FindingDifference> all;
  for (const auto& [kind, both] : by_kind) {
    const auto& [old_one, new_one] = both;
    if (new_one == nullptr) {
      all.push_back({kind, fmt::format("n'est plus trouvé : {} ({})", old_one->title, french(old_one->category))});
    } else if (old_one == nullptr) {
      all.push_back({kind, fmt::format("trouvé en plus : {} ({})", new_one->title, french(new_one->category))});
    } else {
      for (auto& line : told(*old_one, *new_one)) all.push_back({kind, std::move(line)});
    }
  }
  return all;
}

}  // namespace relais::app
