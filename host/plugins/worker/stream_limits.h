// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace relais::plugins {

// What a worker takes at once: whole batches pass without waiting for its leave. The host takes no more than gRPC asks.
constexpr int stream_frame_bytes = 1 << 20;
constexpr int stream_window_bytes = 8 << 20;

}  // namespace relais::plugins
