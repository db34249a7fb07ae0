// SPDX-License-Identifier: Apache-2.0
#include "plugins/supervision/failures.h"

#include <algorithm>
#include <functional>
#include <string>

namespace relais::plugins {

void FailureHistory::count(Instant at, bool back_off) {
  recent_.push_back(at);
  while (recent_.front() + options_.failure_window < at) recent_.pop_front();
  if (!back_off) return;
  constexpr std::uint32_t doublings = 20;  // far beyond the longest, far from overflow
  const auto delay = options_.first_back_off * (1U << std::min(in_a_row_, doublings));
  start_from_ = at + std::min<std::chrono::milliseconds>(delay, options_.longest_back_off);
  ++in_a_row_;
}

Sampler sample_one_in(std::uint32_t one_in) {
  return [one_in](std::string_view plugin_id, const worker::v1::Slice& slice) {
    if (one_in == 0) return false;
    const auto& subject = slice.subject();
    std::string text(plugin_id);
    text.append(subject.item_id()).append("\n").append(subject.doctor_id()).append("\n").append(subject.task_id());
    text.append(std::to_string(slice.version()));
    return std::hash<std::string>{}(text) % one_in == 0;
  };
}

}  // namespace relais::plugins
