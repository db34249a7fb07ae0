// SPDX-License-Identifier: Apache-2.0
#include "plugins/supervision/batches.h"

namespace relais::plugins {

Cut cut_by_bytes(const std::vector<worker::v1::Slice>& slices, const Positions& candidates, std::uint64_t limit) {
  Cut cut;
  std::uint64_t held = 0;
  for (const auto position : candidates) {
    // Tag and length of the field come on top of the message itself.
    const std::uint64_t bytes = slices[position].ByteSizeLong() + 6U;
    if (bytes > limit) {
      cut.too_large.push_back(position);
      continue;
    }
    if (cut.batches.empty() || held + bytes > limit || cut.batches.back().size() == batch_slices) {
      cut.batches.emplace_back();
      held = 0;
    }
    cut.batches.back().push_back(position);
    held += bytes;
  }
  return cut;
}

}  // namespace relais::plugins
