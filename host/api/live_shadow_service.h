// SPDX-License-Identifier: Apache-2.0
// Another version of a plugin beside the one in use, while it works.
#pragma once

#include <string>

#include "api/practice_services.h"
#include "practice/ledger.h"
#include "relais/v1/plugin.pb.h"

namespace relais::api {

// How it is carried out is the host's. Thread-safe; nothing here waits for a plugin.
class LiveShadows {
 public:
  virtual ~LiveShadows() = default;
  // `by`: the ledger entry of who asks, completed with the plugin and its version. shadow.running; relais.not-found;
  // plugin.version-not-installed; relais.invalid-argument for the version in use; package.revoked-key.
  virtual Result<v1::LiveShadow> start(practice::LedgerEntry by, const std::string& doctor, const std::string& plugin,
                                       const std::string& version, Instant until) = 0;
  // shadow.none when none goes on.
  virtual Result<v1::LiveShadow> stop(practice::LedgerEntry by, const std::string& doctor,
                                      const std::string& plugin) = 0;
  // The doctor's last one, `examples` differences at most. shadow.none.
  virtual Result<v1::LiveShadow> report(const std::string& doctor, const std::string& plugin, int examples) = 0;
};

// PluginService.StartLiveShadow, StopLiveShadow and GetLiveShadow. Both references outlive the server.
void register_live_shadows(Registry& registry, const PracticeServices& context, LiveShadows& shadows);

}  // namespace relais::api
