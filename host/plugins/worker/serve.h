// SPDX-License-Identifier: Apache-2.0
// The worker's side of the stream.
#pragma once

#include <functional>

#include "plugins/loaded_plugin.h"

namespace relais::plugins {

// Serves Worker.Run on the connected socket `descriptor` (owned from here on) until the stream ends. First message is
// `hello`; without a plugin (it was refused) nothing follows it.
// `before_evaluating` runs before each batch, on a thread that then calls the plugin and ends; false ends the process.
void serve(int descriptor, const worker::v1::Hello& hello, LoadedPlugin* plugin,
           const std::function<bool()>& before_evaluating = {});

}  // namespace relais::plugins
