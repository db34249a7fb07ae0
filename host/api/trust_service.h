// SPDX-License-Identifier: Apache-2.0
// PluginService's calls on the keys of plugin authors (plugin.proto): whom the practice trusts.
#pragma once

#include "api/installed_plugins.h"
#include "api/registry.h"
#include "practice/database.h"
#include "practice/ledger.h"

namespace relais::api {

// ListTrustedKeys, TrustKey, ReplaceKey, RevokeKeys. All must outlive the server.
void register_trust(Registry& registry, practice::Database& database, practice::Ledger& ledger,
                    InstalledPlugins& installed);

}  // namespace relais::api
