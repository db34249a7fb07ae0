// SPDX-License-Identifier: Apache-2.0
// The engine that the contract suite runs on: each program of the suite links one.
#pragma once

#include <string>

namespace relais::test {

// The URL of a practice that does not exist yet; another one at each call. Fails the test when the engine cannot run.
std::string fresh_practice();

// Whether the engine is PostgreSQL, for what a test says to it directly.
bool is_postgresql();

}  // namespace relais::test
