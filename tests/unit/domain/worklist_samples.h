// SPDX-License-Identifier: Apache-2.0
// Small findings, replies and people for the tests of the worklist.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/reconcile.h"
#include "domain/worklist.h"

namespace relais::worklist::samples {

inline Instant at(int minutes) { return Instant{std::chrono::milliseconds{1'795'420'800'000}} + std::chrono::minutes{minutes}; }

inline Scope scope(std::string item = "report-1") {
  return {"bio-triage", "bio-triage", {std::move(item), "patient-1", "marchand"}};
}

inline Finding finding(Category category, std::string kind = "result", std::vector<std::string> rows = {"row-1"}) {
  Finding found;
  found.kind = std::move(kind);
  found.title = "Potassium";
  found.category = category;
  found.data_level = 3;
  found.reasons.push_back({"F1", "texte", "source", category, 3, std::move(rows)});
  return found;
}

inline Reply reply(std::int64_t version, std::vector<Finding> findings, bool clinical = true) {
  Reply answer;
  answer.scope = scope();
  answer.slice_version = version;
  answer.basis = {"1.0.0", "slice-a", "fp-marchand-perrin", 2};
  answer.clinical_task = clinical;
  answer.findings = std::move(findings);
  return answer;
}

// Sends a slice and takes its answer at once.
inline Held answered(Held held, Reply answer, Instant now) {
  held.fence.issued = answer.slice_version = held.fence.issued + 1;
  const auto result = reconcile(held, answer, now);
  return apply(std::move(held), result);
}

inline Actor doctor(std::string id = "marchand") { return {std::move(id), Role::doctor, {}}; }
inline Actor assistant(std::string id = "perrin") { return {std::move(id), Role::assistant, {}}; }

}  // namespace relais::worklist::samples
