// SPDX-License-Identifier: Apache-2.0
#include "plugins/abi_feedback.h"

#include "plugins/abi_answer.h"

namespace relais::plugins {
namespace {

thread_local FeedbackLines* feedback_now = nullptr;

}  // namespace

FeedbackLines::FeedbackLines(const Manifest& manifest, Lines& lines) : manifest_(manifest), lines_(lines) {
  feedback_now = this;
}

FeedbackLines::~FeedbackLines() { feedback_now = nullptr; }

void FeedbackLines::write(std::uint32_t level, relais_str code, std::int64_t number) {
  if (feedback_now == nullptr) return;
  add_log_line(feedback_now->lines_, feedback_now->manifest_, level, code, number);
}

const relais_feedback_log& FeedbackLines::feature() {
  static const relais_feedback_log made = [] {
    relais_feedback_log table{};
    table.size = sizeof table;
    table.log = &FeedbackLines::write;
    return table;
  }();
  return made;
}

}  // namespace relais::plugins
