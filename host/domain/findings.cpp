// SPDX-License-Identifier: Apache-2.0
#include "domain/findings.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace relais::worklist {

namespace {

// Length before text, so that no two lists of fields give the same bytes.
void append(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

std::string hash(std::string_view text) {
  std::array<unsigned char, 16> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

std::string text_of(const Scope& scope) {
  std::string text;
  append(text, scope.plugin);
  append(text, scope.task);
  append(text, scope.subject.item_id);
  append(text, scope.subject.patient_id);
  append(text, scope.subject.doctor_id);
  return text;
}

}  // namespace

std::string scope_id(const Scope& scope) { return hash(text_of(scope)); }

std::string item_id(const FindingKey& key) {
  auto text = text_of(key.scope);
  append(text, key.kind);
  return hash(text);
}

std::string fingerprint(const Reason& reason) {
  auto rows = reason.evidence;
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::string text;
  append(text, reason.rule);
  for (const auto& row : rows) append(text, row);
  return hash(text);
}

std::vector<std::string> fingerprints(const Finding& finding) {
  std::vector<std::string> all;
  all.reserve(finding.reasons.size());
  for (const auto& reason : finding.reasons) all.push_back(fingerprint(reason));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool is_clinical(const Item& item) {
  return item.clinical_task || std::max(item.finding.category, item.unseen_peak) >= Category::a_voir;
}

}  // namespace relais::worklist
