// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "plugins/supervision/events.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

// Whether a subject is evaluated a second time, in a fresh worker and another order.
using Sampler = std::function<bool(std::string_view plugin_id, const worker::v1::Slice& slice)>;

// One subject in `one_in`, always the same ones for the same data; 0: none.
Sampler sample_one_in(std::uint32_t one_in);

struct SupervisionOptions {
  // Failures within the window after which the plugin is disabled.
  std::uint32_t failures_allowed = 5;
  std::chrono::milliseconds failure_window = std::chrono::minutes(10);
  // Before the restart after the first failure; doubled after each further one, up to the longest.
  std::chrono::milliseconds first_back_off{100};
  std::chrono::milliseconds longest_back_off = std::chrono::seconds(30);
  // Workers that one bisection may lose before it leaves the rest of its batch without an answer.
  std::uint32_t bisection_losses = 24;
  // To load the plugin, and to describe its rules.
  std::chrono::milliseconds load_deadline = std::chrono::seconds(10);
  Sampler sampler = sample_one_in(32);
  BatchObserver measured;  // may be empty
};

}  // namespace relais::plugins
