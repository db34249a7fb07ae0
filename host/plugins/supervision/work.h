// SPDX-License-Identifier: Apache-2.0
// One call of evaluate: the slices that came in and the answers they have so far.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "plugins/supervision/answers.h"
#include "plugins/supervision/batches.h"
#include "plugins/supervision/runner.h"

namespace relais::plugins {

struct PluginRunner::Work {
  explicit Work(std::vector<worker::v1::Slice> given) : slices(std::move(given)), answers(slices.size()) {}

  // Moves the slices into a batch: they are megabytes, a copy would cost more than the transport.
  worker::v1::Batch lend(const Positions& positions, std::int64_t id) {
    worker::v1::Batch batch;
    batch.set_id(id);
    batch.mutable_slices()->Reserve(static_cast<int>(positions.size()));
    for (const auto position : positions) *batch.add_slices() = std::move(slices[position]);
    return batch;
  }

  void take_back(worker::v1::Batch& batch, const Positions& positions) {
    for (std::size_t index = 0; index < positions.size(); ++index) {
      slices[positions[index]] = std::move(*batch.mutable_slices(static_cast<int>(index)));
    }
  }

  std::vector<worker::v1::Subject> subjects(const Positions& positions) const {
    std::vector<worker::v1::Subject> named;
    named.reserve(positions.size());
    for (const auto position : positions) named.push_back(slices[position].subject());
    return named;
  }

  // Runs every batch, keeping a worker that takes several supplied.
  void run(PluginRunner& runner, const std::vector<Positions>& batches);

  std::vector<worker::v1::Slice> slices;
  std::vector<worker::v1::Evaluation> answers;
  std::uint32_t losses = 0;   // workers lost by the bisection under way
  bool found = false;         // that bisection found a subject to blame

 private:
  std::size_t run_ahead(PluginRunner& runner, std::span<const Positions> batches);
};

inline PoisonKey poison_key(const Package& package, const worker::v1::Slice& slice) {
  return {package.manifest.id, package.manifest.version, slice.subject(), slice.version()};
}

}  // namespace relais::plugins
