// SPDX-License-Identifier: Apache-2.0
// Where the parts of Relais lie beside the running program, in a build folder and in an installation alike.
#pragma once

#include <filesystem>
#include <vector>

namespace relais::app {

// relais-worker: beside the program, or in ../libexec/relais. The first that exists, else the installed place.
std::filesystem::path worker_executable();

// Where the plugins that came with Relais lie around the program: lib/relais/plugins of an installation, and of the one
// that a build makes of itself. Those that exist.
std::vector<std::filesystem::path> shipped_plugins();

}  // namespace relais::app
