// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/installed_plugins.h"
#include "relais/v1/plugin.pb.h"

namespace relais::api {

// A package as the contract shows it: what it declares, how it is, and why.
v1::Plugin to_message(const InstalledPlugins::Installed& installed);

}  // namespace relais::api
