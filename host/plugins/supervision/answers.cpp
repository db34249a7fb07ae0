// SPDX-License-Identifier: Apache-2.0
#include "plugins/supervision/answers.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "plugins/supervision/batches.h"

namespace relais::plugins {
namespace {

constexpr std::size_t identifier_bytes = 128;
constexpr std::size_t text_bytes = 4096;
constexpr int highest_data_level = 5;

bool identifier(const std::string& text) { return !text.empty() && text.size() <= identifier_bytes; }

bool text(const std::string& given) { return !given.empty() && given.size() <= text_bytes; }

// The stable form of codes: what may reach a log, the ledger and a screen as it is.
bool stable_form(const std::string& code) {
  return identifier(code) && std::all_of(code.begin(), code.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                  (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.';
         });
}

// A code that somebody wrote down before any patient was seen: one of Relais, or one that the manifest declares. Any
// other could be a name, and would stand in the ledger.
bool declared(const std::string& code, const Manifest& manifest) {
  static const std::set<std::string_view> own{
#define RELAIS_CODE(identifier, stable, french) stable,
#include "domain/codes.def"
#undef RELAIS_CODE
  };
  return own.contains(code) ||
         std::find(manifest.log_codes.begin(), manifest.log_codes.end(), code) != manifest.log_codes.end();
}

bool known(relais::v1::Category category) {
  return category >= relais::v1::CATEGORY_NORMAL && category <= relais::v1::CATEGORY_CRITIQUE;
}

bool known_level(int level) { return level >= 0 && level <= highest_data_level; }

bool sound(const worker::v1::Reason& reason) {
  return identifier(reason.rule()) && reason.text().size() <= text_bytes && reason.source().size() <= text_bytes &&
         reason.category() >= relais::v1::CATEGORY_UNSPECIFIED && reason.category() <= relais::v1::CATEGORY_CRITIQUE &&
         known_level(reason.data_level()) && std::all_of(reason.evidence().begin(), reason.evidence().end(), text);
}

bool sound(const worker::v1::Finding& finding) {
  return identifier(finding.kind()) && finding.title().size() <= text_bytes && known(finding.category()) &&
         known_level(finding.data_level()) && std::isfinite(finding.rank()) && finding.reasons_size() > 0 &&
         std::all_of(finding.reasons().begin(), finding.reasons().end(),
                     [](const auto& reason) { return sound(reason); });
}

std::optional<Code> fault_of_effects(const worker::v1::Evaluation& answer, const Manifest& manifest) {
  std::set<std::string> keys;
  for (const auto& effect : answer.effects()) {
    if (std::find(manifest.effects.begin(), manifest.effects.end(), effect.type()) == manifest.effects.end()) {
      return Code::plugin_undeclared_effect;
    }
    if (!text(effect.key()) || !keys.insert(effect.key()).second) return Code::plugin_garbage;
  }
  return std::nullopt;
}

std::optional<Code> fault_of(const worker::v1::Evaluation& answer, const worker::v1::Slice& slice,
                             const Manifest& manifest) {
  if (!same_subject(answer.subject(), slice.subject())) return Code::plugin_out_of_subject;
  if (answer.version() != slice.version()) return Code::plugin_wrong_version;
  if (answer.ByteSizeLong() > answer_bytes) return Code::plugin_too_much;
  const auto findings = static_cast<std::uint32_t>(answer.findings_size());
  if (findings > manifest.budget.findings_per_subject) return Code::plugin_too_much;
  if (!answer.not_evaluated().empty()) {
    const bool empty = answer.findings_size() == 0 && answer.effects_size() == 0;
    if (!stable_form(answer.not_evaluated()) || !empty) return Code::plugin_garbage;
    return std::nullopt;
  }
  std::set<std::string> kinds;
  for (const auto& finding : answer.findings()) {
    if (!sound(finding) || !kinds.insert(finding.kind()).second) return Code::plugin_garbage;
  }
  return fault_of_effects(answer, manifest);
}

worker::v1::Evaluation in_order(worker::v1::Evaluation answer) {
  answer.clear_slice_index();
  std::sort(answer.mutable_findings()->begin(), answer.mutable_findings()->end(),
            [](const auto& left, const auto& right) { return left.kind() < right.kind(); });
  std::sort(answer.mutable_effects()->begin(), answer.mutable_effects()->end(),
            [](const auto& left, const auto& right) { return left.key() < right.key(); });
  return answer;
}

}  // namespace

bool same_subject(const worker::v1::Subject& left, const worker::v1::Subject& right) {
  return left.item_id() == right.item_id() && left.patient_id() == right.patient_id() &&
         left.doctor_id() == right.doctor_id() && left.task_id() == right.task_id();
}

worker::v1::Evaluation not_evaluated(const worker::v1::Slice& slice, std::size_t position, std::string_view code) {
  worker::v1::Evaluation answer;
  answer.set_slice_index(static_cast<int>(position));
  *answer.mutable_subject() = slice.subject();
  answer.set_version(slice.version());
  answer.set_not_evaluated(std::string(code));
  return answer;
}

CheckedAnswers check_answers(const worker::v1::Batch& batch, worker::v1::BatchResult result,
                             const Manifest& manifest) {
  const auto slices = static_cast<std::size_t>(batch.slices_size());
  CheckedAnswers checked;
  std::vector<worker::v1::Evaluation*> first(slices, nullptr);
  std::vector<std::optional<Code>> faults(slices);
  for (auto& answer : *result.mutable_evaluations()) {
    const auto position = static_cast<std::size_t>(answer.slice_index());
    if (answer.slice_index() < 0 || position >= slices) {
      checked.refused.push_back({std::nullopt, Code::plugin_out_of_subject});
    } else if (first[position] != nullptr) {
      faults[position] = Code::plugin_garbage;
    } else {
      first[position] = &answer;
      faults[position] = fault_of(answer, batch.slices(static_cast<int>(position)), manifest);
    }
  }
  checked.evaluations.reserve(slices);
  for (std::size_t position = 0; position < slices; ++position) {
    if (first[position] == nullptr) faults[position] = Code::plugin_no_answer;
    if (const auto fault = faults[position]) {
      const auto& slice = batch.slices(static_cast<int>(position));
      checked.refused.push_back({position, *fault});
      checked.evaluations.push_back(not_evaluated(slice, position, stable_code(*fault)));
    } else {
      auto& kept = *first[position];
      if (!kept.not_evaluated().empty() && !declared(kept.not_evaluated(), manifest)) {
        kept.set_not_evaluated(std::string(stable_code(Code::plugin_undeclared_log)));
      }
      checked.evaluations.push_back(std::move(kept));
    }
  }
  return checked;
}

bool same_answer(const worker::v1::Evaluation& left, const worker::v1::Evaluation& right) {
  // Without maps and unknown fields, equal messages serialise to equal bytes.
  return in_order(left).SerializeAsString() == in_order(right).SerializeAsString();
}

}  // namespace relais::plugins
