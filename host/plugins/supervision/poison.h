// SPDX-License-Identifier: Apache-2.0
// Subjects that killed a plugin, so that they do not kill it again.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

// Another version of the plugin, or of the slice, deserves another try.
struct PoisonKey {
  std::string plugin_id;
  std::string plugin_version;
  worker::v1::Subject subject;
  std::int64_t slice_version = 0;
};

class PoisonMemory {
 public:
  virtual ~PoisonMemory() = default;
  // Thread-safe, both. `code` is the stable code of how it killed.
  virtual void remember(const PoisonKey& key, const std::string& code) = 0;
  virtual std::optional<std::string> recall(const PoisonKey& key) = 0;
};

// Forgets with the process.
class InMemoryPoison final : public PoisonMemory {
 public:
  void remember(const PoisonKey& key, const std::string& code) override;
  std::optional<std::string> recall(const PoisonKey& key) override;

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> codes_;
};

}  // namespace relais::plugins
