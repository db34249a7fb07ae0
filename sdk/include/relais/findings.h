// SPDX-License-Identifier: Apache-2.0
// What a plugin answers: findings with their reasons, effects, log lines by code. The host copies everything before a
// call returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <relais/text.h>
#include <relais/values.h>

namespace relais {
inline namespace sdk {

// Why, for a person: one rule that fired.
struct Reason {
  std::string rule{};                   // stable identifier, one of those that Plugin::rules lists
  std::string text{};                   // French, with value, previous value and threshold
  std::string source{};                 // where the rule comes from
  Category category = Category::none; // what this reason alone would give
  DataLevel level = DataLevel::d3;    // what a reader needs to be shown `text`
  std::vector<std::string> evidence{};  // ids of the rows it rests on
};

struct Finding {
  std::string kind{};                   // stable: findings are reconciled by (plugin, task, subject, kind)
  std::string title{};                  // French, short; shown to readers of `level`
  Category category = Category::none;
  DataLevel level = DataLevel::d3;
  bool open = false;                  // more is expected: the item stays open
  bool restricted = false;            // to be announced or seen by the doctor only
  double rank = 0;                    // order inside a category, larger first
  std::vector<Reason> reasons{};        // at least one
};

// A proposal to act outside.
struct Effect {
  std::string type{};                   // as declared in the manifest
  std::string key{};                    // stable: the same proposal keeps its key
  std::string destination{};
  std::string document_handle{};
  std::uint64_t document_version = 0;
  std::string document_sha256{};
  std::string body{};
};

// One rule of a plugin, shown to the doctor before anything is switched on.
struct Rule {
  std::string id{};
  std::string title{};                     // French
  std::string source{};
  Category category = Category::none;    // at most
  bool to_confirm = false;               // a physician must still confirm it
  std::string threshold = {};            // French: what must be met, with unit (ABI 1.1, unseen by an older host)
  std::string confirm = {};              // French: what a physician must still confirm (ABI 1.1)
};

// The host refused what it was given. Let it pass: the guard turns it into a subject that is not evaluated.
class Refused : public std::exception {
 public:
  explicit Refused(relais_status status) noexcept : status_(status) {}
  [[nodiscard]] relais_status status() const noexcept { return status_; }
  [[nodiscard]] const char* what() const noexcept override { return "the host refused what the plugin answered"; }

 private:
  relais_status status_;
};

// The answer for one slice. Valid during that call of evaluate, on its thread; cancelled() on any thread of the call.
class Findings {
 public:
  Findings(const relais_host* host, relais_call* call, std::size_t slice_index) noexcept
      : host_(host), call_(call), index_(slice_index) {}

  // Throws Refused when the host does not accept it (bad UTF-8, no reason, too many, …).
  void add(const Finding& finding) {
    std::vector<relais_reason> reasons;
    std::vector<std::vector<relais_str>> evidence;
    reasons.reserve(finding.reasons.size());
    evidence.reserve(finding.reasons.size());
    for (const Reason& reason : finding.reasons) {
      auto& ids = evidence.emplace_back();
      for (const std::string& id : reason.evidence) ids.push_back(borrow(id));
      relais_reason raw{};
      raw.size = sizeof raw;
      raw.rule = borrow(reason.rule);
      raw.text = borrow(reason.text);
      raw.source = borrow(reason.source);
      raw.category = static_cast<std::uint32_t>(reason.category);
      raw.data_level = static_cast<std::uint32_t>(reason.level);
      raw.evidence = {ids.data(), ids.size(), sizeof(relais_str)};
      reasons.push_back(raw);
    }
    relais_finding raw{};
    raw.size = sizeof raw;
    raw.kind = borrow(finding.kind);
    raw.title = borrow(finding.title);
    raw.category = static_cast<std::uint32_t>(finding.category);
    raw.data_level = static_cast<std::uint32_t>(finding.level);
    raw.open = finding.open ? 1U : 0U;
    raw.restricted = finding.restricted ? 1U : 0U;
    raw.rank = finding.rank;
    raw.reasons = {reasons.data(), reasons.size(), sizeof(relais_reason)};
    accept(RELAIS_HAS(host_, finding) && host_->finding != nullptr ? host_->finding(call_, index_, &raw)
                                                                   : RELAIS_UNSUPPORTED);
  }

  // Throws Refused, with RELAIS_UNSUPPORTED for a type that the manifest does not declare.
  void propose(const Effect& effect) {
    relais_effect raw{};
    raw.size = sizeof raw;
    raw.type = borrow(effect.type);
    raw.key = borrow(effect.key);
    raw.destination = borrow(effect.destination);
    raw.document_handle = borrow(effect.document_handle);
    raw.document_version = effect.document_version;
    raw.document_sha256 = borrow(effect.document_sha256);
    raw.body = borrow(effect.body);
    accept(RELAIS_HAS(host_, effect) && host_->effect != nullptr ? host_->effect(call_, index_, &raw)
                                                                 : RELAIS_UNSUPPORTED);
  }

  // Says that this subject could not be evaluated, with a stable code such as "bio-triage.no-report", which the manifest
  // declares among its log_codes: of another one the host keeps only that there was one. What was added for it before
  // is dropped by the host.
  void not_evaluated(std::string_view code) {
    accept(RELAIS_HAS(host_, not_evaluated) && host_->not_evaluated != nullptr
               ? host_->not_evaluated(call_, index_, borrow(code))
               : RELAIS_UNSUPPORTED);
  }

  // One line: a code that the manifest lists, and a number. Never a text, never an identity.
  void log(LogLevel level, std::string_view code, std::int64_t number = 0) noexcept {
    if (RELAIS_HAS(host_, log) && host_->log != nullptr) {
      host_->log(call_, static_cast<std::uint32_t>(level), borrow(code), number);
    }
  }

  // True when the host no longer wants the answer: return soon.
  [[nodiscard]] bool cancelled() const noexcept {
    return RELAIS_HAS(host_, cancelled) && host_->cancelled != nullptr && host_->cancelled(call_) != 0;
  }

  // Reads a document of this call's slices into `buffer` from `offset`: the number of bytes read, 0 at the end. Throws
  // Refused when the handle was not given in this call.
  [[nodiscard]] std::size_t read(std::string_view handle, std::uint64_t offset, std::span<std::byte> buffer) {
    if (!RELAIS_HAS(host_, document_read) || host_->document_read == nullptr) throw Refused(RELAIS_UNSUPPORTED);
    const std::int64_t count = host_->document_read(call_, borrow(handle), offset, buffer.data(), buffer.size());
    if (count < 0) throw Refused(RELAIS_INVALID);
    return static_cast<std::size_t>(count);
  }

 private:
  static void accept(relais_status status) {
    if (status != RELAIS_OK) throw Refused(status);
  }

  const relais_host* host_;
  relais_call* call_;
  std::size_t index_;
};

}  // namespace sdk
}  // namespace relais
