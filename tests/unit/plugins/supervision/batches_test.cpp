// SPDX-License-Identifier: Apache-2.0
#include "plugins/supervision/batches.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "fakes.h"

namespace relais::plugins::test {
namespace {

Positions all(const std::vector<worker::v1::Slice>& slices) {
  Positions positions(slices.size());
  std::iota(positions.begin(), positions.end(), 0U);
  return positions;
}

}  // namespace

TEST_CASE("no batch holds more bytes than its limit and no slice is lost or moved") {
  std::vector<worker::v1::Slice> slices;
  for (std::size_t index = 0; index < 100; ++index) slices.push_back(slice_of("item", index * 37));
  constexpr std::size_t limit = 8000;
  const auto cut = cut_by_bytes(slices, all(slices), limit);
  CHECK(cut.too_large.empty());
  Positions joined;
  for (const auto& batch : cut.batches) {
    worker::v1::Batch message;
    for (const auto position : batch) *message.add_slices() = slices[position];
    CHECK(message.ByteSizeLong() <= limit);
    joined.insert(joined.end(), batch.begin(), batch.end());
  }
  CHECK(joined == all(slices));
  CHECK(cut.batches.size() > 20);
}

TEST_CASE("a slice alone over the limit is set apart") {
  const std::vector<worker::v1::Slice> slices = {slice_of("a"), slice_of("b", 5000), slice_of("c")};
  const auto cut = cut_by_bytes(slices, all(slices), 1000);
  CHECK(cut.too_large == Positions{1});
  CHECK(cut.batches == std::vector<Positions>{{0, 2}});
}

TEST_CASE("a slice too large for its plugin is not evaluated and the others are") {
  auto package = package_of();
  package.manifest.budget.batch_bytes = 1000;
  Bench bench({}, Bench::without_sample(), package);
  CHECK(bench.codes({slice_of("a"), slice_of("b", 5000), slice_of("c")}) ==
        std::vector<std::string>{"", "plugin.slice-too-large", ""});
}

TEST_CASE("small slices are bounded by number so that the answer fits") {
  const auto slices = slices_of(600);
  const auto cut = cut_by_bytes(slices, all(slices), 1U << 20U);
  REQUIRE(cut.batches.size() == 3);
  CHECK(cut.batches[0].size() == batch_slices);
}

}  // namespace relais::plugins::test
