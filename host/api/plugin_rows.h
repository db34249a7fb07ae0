// SPDX-License-Identifier: Apache-2.0
// Which of a plugin's rows is the version in use.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "domain/error.h"
#include "practice/plugin_state.h"

namespace relais::api {

// Reason of a version that waits for a doctor.
inline std::string blocked_code() { return std::string(stable_code(Code::plugin_blocked)); }

// The enabled version, else the one that was disabled last; null when the plugin is not there or only waits. Points into
// `rows`.
inline const practice::InstalledPlugin* current_of(const std::vector<practice::InstalledPlugin>& rows,
                                                   const std::string& id) {
  const practice::InstalledPlugin* latest = nullptr;
  for (const auto& row : rows) {
    if (row.id != id || row.state == practice::PluginState::installed) continue;
    if (row.state == practice::PluginState::enabled) return &row;
    if (latest == nullptr || row.changed >= latest->changed) latest = &row;
  }
  return latest;
}

}  // namespace relais::api
