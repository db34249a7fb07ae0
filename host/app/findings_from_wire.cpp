// SPDX-License-Identifier: Apache-2.0
#include "app/findings_from_wire.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <set>

namespace relais::app {

std::vector<worklist::Finding> findings_from_wire(const worker::v1::Evaluation& evaluation) {
  std::vector<worklist::Finding> findings;
  for (const auto& one : evaluation.findings()) {
    auto& finding = findings.emplace_back();
    finding.kind = one.kind();
    finding.title = one.title();
    // The numbers are the same on the wire, in the ABI and in the domain.
    finding.category = static_cast<worklist::Category>(one.category());
    finding.data_level = one.data_level();
    finding.open = one.open();
    finding.restricted = one.restricted();
    finding.rank = one.rank();
    for (const auto& why : one.reasons()) {
      auto& reason = finding.reasons.emplace_back();
      reason.rule = why.rule();
      reason.text = why.text();
      reason.source = why.source();
      reason.category = static_cast<worklist::Category>(why.category());
      reason.data_level = why.data_level();
      reason.evidence.assign(why.evidence().begin(), why.evidence().end());
    }
  }
  return findings;
}

std::vector<practice::ItemProposal> proposals_from_wire(const worker::v1::Evaluation& evaluation) {
  std::vector<practice::ItemProposal> proposals;
  for (const auto& one : evaluation.effects())
    proposals.push_back({one.type(), one.key(), one.destination(), one.body(), {}});
  return proposals;
}

std::vector<std::string> rules_of(const std::vector<worklist::Finding>& findings) {
  std::set<std::string> rules;
  for (const auto& finding : findings)
    for (const auto& reason : finding.reasons) rules.insert(reason.rule);
  constexpr std::size_t most = 64;
  std::vector<std::string> kept(rules.begin(), rules.end());
  if (kept.size() > most) kept.resize(most);
  return kept;
}

std::set<std::string> declared_rules(const Result<std::vector<worker::v1::Rule>>& rules) {
  std::set<std::string> ids;
  if (!rules) return ids;
  for (const auto& rule : *rules) {
    const auto fits = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
    if (rule.id().size() <= 64 && std::all_of(rule.id().begin(), rule.id().end(), fits)) ids.insert(rule.id());
  }
  return ids;
}

void keep_declared_rules(worker::v1::Evaluation& evaluation, const std::set<std::string>& declared) {
  for (auto& finding : *evaluation.mutable_findings())
    for (auto& reason : *finding.mutable_reasons())
      if (!declared.contains(reason.rule())) reason.set_rule("hors-liste");
}

std::string declaration_digest(const plugins::Manifest& manifest, const worker::v1::Slice& slice) {
  std::string text;
  for (const auto& kind : manifest.slice) {
    text += fmt::format("{} {}\n", kind.kind, kind.days.value_or(-1));
    for (const auto& code : kind.codes) text += code + "\n";
  }
  for (const auto& setting : slice.settings())
    text += fmt::format("{}={} {}\n", setting.key(), setting.number(), setting.text());
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::string hex(crypto_hash_sha256_BYTES * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash, sizeof hash);
  hex.pop_back();
  return hex;
}

}  // namespace relais::app
