// SPDX-License-Identifier: Apache-2.0
// Locks the calling process in, for good. What each platform enforces is written in README.md beside this file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "domain/error.h"

namespace relais::plugins {

struct SandboxPolicy {
  // Folders that may be read besides the system's shared libraries and time zones; nothing may be written anywhere.
  std::vector<std::filesystem::path> readable;
  // What may be allocated from now on.
  std::uint64_t memory_bytes = 256ULL << 20U;
  // Uses at most this Landlock ABI; 0 acts as a kernel without Landlock. Empty: the kernel's.
  std::optional<int> landlock_abi_at_most;
  // Refuses to go on where Landlock is missing. Without it a plugin could read what the account of the host can read.
  bool require_landlock = false;
  // Leaves forbid_files() possible, which tightens it further.
  bool may_forbid_files = false;
};

// What holds the process now.
struct SandboxState {
  int landlock_abi = 0;  // 0: Landlock is missing, files that the account can read can be read
  bool seccomp = false;
};

// Locks the calling process in. Call before any plugin code is loaded and before any thread is started: what runs
// already is not covered. Fails with plugin.sandbox-unavailable where a part that carries the guarantee (no-new-
// privileges, limits, system call filter) cannot be installed; the process must then load nothing.
Result<SandboxState> enter_sandbox(const SandboxPolicy& policy);

// From now on the process is killed when the calling thread opens a file, as by a forbidden call. Only after
// enter_sandbox with may_forbid_files.
Result<void> forbid_files();

// Has the process killed when the thread that started it ends, hides it from the debuggers of the same account, and
// lets the kernel take it first when memory is short. `parent_pid` is the process expected as parent: fails when it
// is already gone.
Result<void> tie_to_parent(int parent_pid);

}  // namespace relais::plugins
