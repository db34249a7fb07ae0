// SPDX-License-Identifier: Apache-2.0
// What a plugin answered about one subject, and the host's side of one call that gathers it.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <relais/findings.h>
#include <relais/rows.h>
#include <relais/testing/record.h>

namespace relais {
inline namespace sdk {
namespace testing {

struct LogLine {
  LogLevel level = LogLevel::info;
  std::string code;
  std::int64_t number = 0;
};

struct Answer {
  relais_status status = RELAIS_OK;  // what evaluate returned
  std::string not_evaluated;         // code; empty when it was evaluated
  std::string refused;               // what a host would have refused of this answer; empty when it takes everything
  std::vector<Finding> findings;
  std::vector<Effect> effects;
  std::vector<LogLine> logs;

  // It was evaluated, and a host would have taken every word of it.
  [[nodiscard]] bool evaluated() const { return status == RELAIS_OK && not_evaluated.empty() && refused.empty(); }
  // The finding of this kind, or null.
  [[nodiscard]] const Finding* finding(std::string_view kind) const {
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const auto& one) { return one.kind == kind; });
    return found == findings.end() ? nullptr : &*found;
  }
  // The first reason of this rule, in any finding, or null.
  [[nodiscard]] const Reason* reason(std::string_view rule) const {
    for (const auto& one : findings) {
      for (const auto& why : one.reasons) {
        if (why.rule == rule) return &why;
      }
    }
    return nullptr;
  }
  // The most severe.
  [[nodiscard]] Category category() const {
    Category worst = Category::none;
    for (const auto& one : findings) worst = std::max(worst, one.category);
    return worst;
  }
};

namespace detail {

// Behind relais_call during one call.
struct Call {
  const Record* record = nullptr;
  Answer answer;

  relais_status refuse(relais_status status, const char* why) {
    if (answer.refused.empty()) answer.refused = why;
    return status;
  }
};

inline Call& call_of(relais_call* call) { return *reinterpret_cast<Call*>(call); }

// As the host: a letter first, then letters, digits, '.', '_' and '-'; at most 64 bytes.
inline bool is_code(relais_str text) {
  const auto code = view(text);
  const auto letter = [](char one) { return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z'); };
  return !code.empty() && code.size() <= 64 && letter(code.front()) && std::all_of(code.begin(), code.end(), [&](char one) {
    return letter(one) || (one >= '0' && one <= '9') || one == '.' || one == '_' || one == '-';
  });
}

inline relais_status take_finding(relais_call* raw_call, std::size_t index, const relais_finding* raw) {
  Call& call = call_of(raw_call);
  if (index != 0) return call.refuse(RELAIS_OUT_OF_SUBJECT, "a subject that is not in the batch");
  if (raw == nullptr || !is_code(raw->kind)) return call.refuse(RELAIS_INVALID, "a finding without a kind");
  if (raw->title.length == 0) return call.refuse(RELAIS_INVALID, "a finding without a title");
  if (raw->category == 0 || raw->category > RELAIS_CATEGORY_CRITIQUE) {
    return call.refuse(RELAIS_INVALID, "a finding without a category");
  }
  if (raw->reasons.count == 0) return call.refuse(RELAIS_INVALID, "a finding without a reason");
  if (call.answer.finding(view(raw->kind)) != nullptr) return call.refuse(RELAIS_INVALID, "two findings of one kind");
  Finding made;
  made.kind = view(raw->kind);
  made.title = view(raw->title);
  made.category = static_cast<Category>(raw->category);
  made.level = static_cast<DataLevel>(raw->data_level);
  made.open = raw->open != 0;
  made.restricted = raw->restricted != 0;
  made.rank = raw->rank;
  for (std::size_t at = 0; at < raw->reasons.count; ++at) {
    const auto* const from = reinterpret_cast<const relais_reason*>(static_cast<const std::byte*>(raw->reasons.data) +
                                                                    at * raw->reasons.stride);
    if (!is_code(from->rule)) return call.refuse(RELAIS_INVALID, "a reason without a rule");
    if (from->text.length == 0) return call.refuse(RELAIS_INVALID, "a reason without a text");
    Reason reason;
    reason.rule = view(from->rule);
    reason.text = view(from->text);
    reason.source = view(from->source);
    reason.category = static_cast<Category>(from->category);
    reason.level = static_cast<DataLevel>(from->data_level);
    for (std::size_t each = 0; each < from->evidence.count; ++each) {
      reason.evidence.emplace_back(view(*reinterpret_cast<const relais_str*>(
          static_cast<const std::byte*>(from->evidence.data) + each * from->evidence.stride)));
    }
    made.reasons.push_back(std::move(reason));
  }
  call.answer.findings.push_back(std::move(made));
  return RELAIS_OK;
}

inline relais_status take_effect(relais_call* raw_call, std::size_t index, const relais_effect* raw) {
  Call& call = call_of(raw_call);
  if (index != 0) return call.refuse(RELAIS_OUT_OF_SUBJECT, "a subject that is not in the batch");
  if (raw == nullptr || !is_code(raw->type)) return call.refuse(RELAIS_INVALID, "an effect without a type");
  if (raw->key.length == 0) return call.refuse(RELAIS_INVALID, "an effect without a key");
  Effect made;
  made.type = view(raw->type);
  made.key = view(raw->key);
  made.destination = view(raw->destination);
  made.document_handle = view(raw->document_handle);
  made.document_version = raw->document_version;
  made.document_sha256 = view(raw->document_sha256);
  made.body = view(raw->body);
  call.answer.effects.push_back(std::move(made));
  return RELAIS_OK;
}

inline relais_status take_not_evaluated(relais_call* raw_call, std::size_t index, relais_str code) {
  Call& call = call_of(raw_call);
  if (index != 0) return call.refuse(RELAIS_OUT_OF_SUBJECT, "a subject that is not in the batch");
  if (!is_code(code)) return call.refuse(RELAIS_INVALID, "not evaluated for something that is no code");
  call.answer.not_evaluated = view(code);
  call.answer.findings.clear();
  call.answer.effects.clear();
  return RELAIS_OK;
}

inline void take_log(relais_call* raw_call, std::uint32_t level, relais_str code, std::int64_t number) {
  call_of(raw_call).answer.logs.push_back({static_cast<LogLevel>(level), std::string(view(code)), number});
}

inline int never_cancelled(relais_call*) { return 0; }

inline std::int64_t read_document(relais_call* raw_call, relais_str handle, std::uint64_t offset, void* buffer,
                                  std::size_t capacity) {
  const std::string* const content = call_of(raw_call).record->document(view(handle));
  if (content == nullptr) return -1;
  if (offset >= content->size()) return 0;
  const std::size_t count = std::min(capacity, content->size() - static_cast<std::size_t>(offset));
  std::memcpy(buffer, content->data() + offset, count);
  return static_cast<std::int64_t>(count);
}

inline const void* no_extension(const char*) { return nullptr; }

}  // namespace detail
}  // namespace testing
}  // namespace sdk
}  // namespace relais
