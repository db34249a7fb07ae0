// SPDX-License-Identifier: Apache-2.0
#include "reasons.h"

#include <algorithm>
#include <utility>

namespace bio {

void Reasons::add(std::string_view rule, Category category, std::string text, std::string_view source,
                  std::string_view about, std::string_view evidence) {
  const auto same = std::find_if(reasons_.begin(), reasons_.end(), [&](const Kept& kept) {
    return kept.reason.rule == rule && kept.about == about && !about.empty();
  });
  if (same != reasons_.end()) {
    // The words are those of what weighs most.
    if (category > same->reason.category) {
      same->reason.category = category;
      same->reason.text = std::move(text);
      same->reason.source = source;
    }
    if (!evidence.empty()) same->reason.evidence.emplace_back(evidence);
    return;
  }
  relais::Reason reason{.rule = std::string(rule), .text = std::move(text), .source = std::string(source),
                        .category = category, .level = relais::DataLevel::d3, .evidence = {}};
  if (!evidence.empty()) reason.evidence.emplace_back(evidence);
  reasons_.push_back({std::move(reason), std::string(about)});
}

bool Reasons::fired(std::string_view rule) const {
  return std::any_of(reasons_.begin(), reasons_.end(), [&](const Kept& kept) { return kept.reason.rule == rule; });
}

bool Reasons::fired(std::string_view rule, std::string_view about) const {
  return std::any_of(reasons_.begin(), reasons_.end(),
                     [&](const Kept& kept) { return kept.reason.rule == rule && kept.about == about; });
}

Category Reasons::worst() const {
  Category worst = Category::none;
  for (const Kept& kept : reasons_) worst = std::max(worst, kept.reason.category);
  return worst;
}

Category Reasons::weight(std::string_view rule, std::string_view about) const {
  for (const Kept& kept : reasons_) {
    if (kept.reason.rule == rule && kept.about == about) return kept.reason.category;
  }
  return Category::none;
}

Category Reasons::weight_of_evidence(std::string_view id) const {
  Category worst = Category::none;
  for (const Kept& kept : reasons_) {
    const auto& evidence = kept.reason.evidence;
    if (std::find(evidence.begin(), evidence.end(), id) != evidence.end()) worst = std::max(worst, kept.reason.category);
  }
  return worst;
}

void Reasons::lower(std::string_view rule, std::string_view about, Category category) {
  for (Kept& kept : reasons_) {
    if (kept.reason.rule == rule && kept.about == about) kept.reason.category = category;
  }
}

std::vector<relais::Reason> Reasons::ordered(std::size_t limit) const {
  std::vector<relais::Reason> ordered;
  for (const Kept& kept : reasons_) ordered.push_back(kept.reason);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const relais::Reason& a, const relais::Reason& b) { return a.category > b.category; });
  if (ordered.size() > limit) {
    const std::size_t left = ordered.size() - limit + 1;
    ordered.resize(limit);
    ordered.back().text = std::to_string(left) + " autres motifs de ce compte rendu ne sont pas détaillés ici.";
    ordered.back().evidence.clear();
  }
  return ordered;
}

}  // namespace bio
