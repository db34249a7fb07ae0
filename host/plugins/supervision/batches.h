// SPDX-License-Identifier: Apache-2.0
// How slices are grouped into batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

// Positions of slices, in order.
using Positions = std::vector<std::size_t>;

struct Cut {
  std::vector<Positions> batches;  // in order, none empty
  Positions too_large;             // alone over the limit
};

// The largest answer about one subject, and the largest batch: together they keep an answer under gRPC's limit.
constexpr std::size_t answer_bytes = 256U << 10U;
constexpr std::size_t batch_slices = 256;
constexpr int reply_bytes = static_cast<int>(answer_bytes * batch_slices) + (4 << 20);

// Groups `candidates`, kept in order, so that no batch holds more than `limit` bytes of slices nor batch_slices of
// them.
Cut cut_by_bytes(const std::vector<worker::v1::Slice>& slices, const Positions& candidates, std::uint64_t limit);

}  // namespace relais::plugins
