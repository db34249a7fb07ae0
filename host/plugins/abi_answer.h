// SPDX-License-Identifier: Apache-2.0
// One call of a plugin's evaluate: what it answers through the host's functions, checked and copied.
#pragma once

#include <relais/relais.h>

#include <atomic>
#include <string_view>

#include "domain/error.h"
#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

// Opaque for a plugin.
struct relais_call;

namespace relais::plugins {

// What one answer may hold; more is refused with RELAIS_TOO_MUCH.
struct AnswerLimits {
  static constexpr std::size_t text_bytes = 4096;     // one text
  static constexpr std::size_t reasons = 64;          // of one finding
  static constexpr std::size_t evidence = 256;        // of one reason
  static constexpr std::size_t effects = 16;          // of one subject
  static constexpr std::size_t body_bytes = 64 * 1024;  // body of an effect
  static constexpr int log_lines = 256;               // of one call
};

// Gathers the answer to one batch. The batch and the manifest must outlive it. The first refusal of a subject decides:
// its findings and effects are dropped and it is not evaluated.
class Answer {
 public:
  Answer(const worker::v1::Batch& batch, const Manifest& manifest, const std::atomic<bool>& cancelled);

  relais_status finding(std::size_t slice_index, const relais_finding* finding);
  relais_status effect(std::size_t slice_index, const relais_effect* effect);
  relais_status not_evaluated(std::size_t slice_index, relais_str code);
  void log(std::uint32_t level, relais_str code, std::int64_t number);
  bool cancelled() const { return cancelled_.load(); }
  std::int64_t read_document(relais_str handle, std::uint64_t offset, void* buffer, std::size_t capacity) const;

  // Marks every subject as not evaluated.
  void refuse_all(Code code);
  // True once a subject outside the batch was named: then nothing of the answer can be trusted.
  bool named_an_outsider() const { return outsider_; }
  worker::v1::BatchResult take() { return std::move(result_); }

 private:
  relais_status refuse(std::size_t slice_index, relais_status status, Code code);
  worker::v1::Evaluation* open(std::size_t slice_index);

  const worker::v1::Batch& batch_;
  const Manifest& manifest_;
  const std::atomic<bool>& cancelled_;
  worker::v1::BatchResult result_;
  bool outsider_ = false;
};

// The table that plugins are given; static.
const relais_host& host_functions();
// `answer` as the call that the functions of the table receive.
relais_call* as_call(Answer& answer);

// One line of a plugin's log: of a code that the manifest does not list only that there was one is kept, and beyond
// AnswerLimits::log_lines nothing.
void add_log_line(google::protobuf::RepeatedPtrField<worker::v1::LogLine>& lines, const Manifest& manifest,
                  std::uint32_t level, relais_str code, std::int64_t number);

// A rule of describe_rules; nothing is added when it breaks the rules of the header.
bool add_rule(const relais_rule* rule, worker::v1::Rules& rules);

}  // namespace relais::plugins
