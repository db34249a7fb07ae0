// SPDX-License-Identifier: Apache-2.0
// Slices that a host could make of a manifest: only what it declares, whatever a record may hold. The same seed gives
// the same slices.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

enum class SliceStyle {
  ordinary,   // a practice's own
  empty,      // nothing but the subject
  texts,      // as long as a batch carries, or of one rare character
  dates,      // first and last years, days that no calendar has, none at all
  numbers,    // the ends of what a number can be
  withheld,   // kinds that are incomplete or unknown
  nobody,     // the patient is not known
  settings,   // every setting at one of its bounds
};

class SliceGenerator {
 public:
  SliceGenerator(const plugins::Manifest& manifest, std::uint64_t seed);
  worker::v1::Slice make(SliceStyle style);
  std::vector<worker::v1::Slice> make(SliceStyle style, std::size_t count);

 private:
  bool one_in(int count);
  std::size_t below(std::size_t limit);
  std::string pick(const std::vector<std::string>& words);
  std::string text();
  std::string day();
  std::int64_t moment();
  double number();
  std::string code(std::string_view kind, const std::vector<std::string>& usual);
  std::size_t rows();
  void fill(worker::v1::Slice& slice, const plugins::SliceKind& declared);
  void fill_result(worker::v1::Slice& slice, v1::Observation& result);

  const plugins::Manifest& manifest_;
  std::mt19937_64 random_;
  SliceStyle style_ = SliceStyle::ordinary;
  std::int64_t as_of_ = 0;
  int next_id_ = 0;
};

}  // namespace relais::app
