// SPDX-License-Identifier: Apache-2.0
// PluginService (plugin.proto): the plugins of the practice, how they are, and what a doctor tunes.
#pragma once

#include <functional>
#include <string>

#include "api/installed_plugins.h"
#include "api/plugin_journal.h"
#include "api/registry.h"
#include "plugins/worker/supervisor.h"
#include "practice/database.h"

namespace relais::api {

// Whether this assistant works with this doctor's settings of this plugin: a fiche in force between the two.
using WorksWithSettings =
    std::function<Result<bool>(const Caller& assistant, const std::string& doctor_id, const std::string& plugin_id)>;

// Every method but those of trust_service.h and trial_service.h. All must outlive the server.
void register_plugin_service(Registry& registry, practice::Database& database, InstalledPlugins& installed,
                             plugins::Supervisor& supervisor, const PluginJournal& journal,
                             WorksWithSettings works_with);

}  // namespace relais::api
