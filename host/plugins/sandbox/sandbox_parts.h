// SPDX-License-Identifier: Apache-2.0
// The parts of the Linux sandbox, in the order in which they are applied.
#pragma once

#include "plugins/sandbox/sandbox.h"

namespace relais::plugins::sandbox {

// Memory, files, descriptors, processor time, core dumps.
Result<void> limit_resources(std::uint64_t memory_bytes);

// Restricts files (and, by ABI, TCP, signals and abstract sockets). Answers the ABI in force, 0 when it is missing.
Result<int> restrict_files(const std::vector<std::filesystem::path>& readable, std::optional<int> abi_at_most);

// Installs the system call filter.
// `may_tighten`: a further filter may be added.
Result<void> filter_system_calls(bool may_tighten);

}  // namespace relais::plugins::sandbox
