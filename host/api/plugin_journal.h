// SPDX-License-Identifier: Apache-2.0
// What plugins' workers told since the host started, for whoever looks into a plugin: codes and numbers only.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "plugins/supervision/events.h"

namespace relais::api {

// Thread-safe. Keeps the latest events of each host run, at most `most` of each plugin, so that a talkative one does not
// push out what another told.
class PluginJournal {
 public:
  struct Line {
    std::string plugin_id;
    std::string plugin_version;
    std::string kind;  // "started", "failed", …
    std::string code;
    std::int32_t subjects = 0;
    Instant at{};
    std::int64_t call = 0;
    std::int64_t number = 0;
  };

  explicit PluginJournal(std::size_t most = 500) : most_(most) {}

  void tell(const plugins::PluginEvent& event);
  // Latest first; `plugin_id` empty: of every plugin.
  std::vector<Line> lines(const std::string& plugin_id) const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::deque<Line> lines_;  // oldest first
};

}  // namespace relais::api
