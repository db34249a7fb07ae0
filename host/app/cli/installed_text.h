// SPDX-License-Identifier: Apache-2.0
// An installed plugin, as the commands show it.
#pragma once

#include "relais/v1/plugin.pb.h"

namespace relais::cli {

// One line: version, state, why.
void print_plugin(const v1::Plugin& plugin);
// What it declares: tasks, data, effects, destinations; who signed it.
void print_rights(const v1::Plugin& plugin);
// What a blocked version asks for beyond the one in use, one right a line.
void print_difference(const v1::Plugin& plugin);

}  // namespace relais::cli
