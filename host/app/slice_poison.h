// SPDX-License-Identifier: Apache-2.0
// Subjects that killed a plugin, remembered in the practice's database by what the slice held: the same data is not
// tried again by the same version, whatever the fence number it carries; other data, or another version, is.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "plugins/supervision/poison.h"
#include "practice/database.h"

namespace relais::app {

// SHA-256 of a slice without what changes at each sending (version, instant, civil date), as a positive number.
std::int64_t content_number(worker::v1::Slice slice);

class SlicePoison final : public plugins::PoisonMemory {
 public:
  // `database` must outlive it.
  explicit SlicePoison(practice::Database& database) : database_(database) {}

  // Called with each slice before it is given to the supervisor: what its fence number stands for.
  void sending(const std::string& plugin_id, const worker::v1::Slice& slice);
  // The answer has come: the number is forgotten.
  void answered(const std::string& plugin_id, const worker::v1::Slice& slice);

  void remember(const plugins::PoisonKey& key, const std::string& code) override;
  std::optional<std::string> recall(const plugins::PoisonKey& key) override;

 private:
  std::int64_t content_of(const plugins::PoisonKey& key);

  practice::Database& database_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> sent_;
};

}  // namespace relais::app
