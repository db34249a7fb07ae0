// SPDX-License-Identifier: Apache-2.0
// What one version of a plugin asks for beyond another: what a doctor has to accept before it runs.
#pragma once

#include <string>
#include <vector>

#include "plugins/manifest.h"

namespace relais::api {

// One French line for each right that `wanted` asks for and `held` does not give; empty when it asks for nothing more.
// Rights are tasks, triggers, data with their codes and depth, effects, destinations, a lower profile of assistant and
// the budget.
std::vector<std::string> rights_added(const plugins::Manifest& held, const plugins::Manifest& wanted);

// `wanted` with no more data and no other task than `held` gives: what a version may be shown that nobody accepted yet.
plugins::Manifest within_rights(const plugins::Manifest& held, plugins::Manifest wanted);

}  // namespace relais::api
