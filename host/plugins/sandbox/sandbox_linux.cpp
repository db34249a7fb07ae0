// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "plugins/sandbox/sandbox_parts.h"

namespace relais::plugins {

Result<SandboxState> enter_sandbox(const SandboxPolicy& policy) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(Code::plugin_sandbox_unavailable, std::strerror(errno), "no_new_privs");
  }
  if (auto limited = sandbox::limit_resources(policy.memory_bytes); !limited) {
    return tl::make_unexpected(limited.error());
  }
  auto abi = sandbox::restrict_files(policy.readable, policy.landlock_abi_at_most);
  if (!abi) return tl::make_unexpected(abi.error());
  if (*abi == 0 && policy.require_landlock) {
    return fail(Code::plugin_sandbox_unavailable, "required by the host's configuration", "landlock");
  }
  if (auto filtered = sandbox::filter_system_calls(policy.may_forbid_files); !filtered) return tl::make_unexpected(filtered.error());
  return SandboxState{*abi, true};
}

Result<void> tie_to_parent(int parent_pid) {
  // Advice to the kernel only: a container may refuse it, and the memory limit does not depend on it. Before the
  // process is hidden, which takes its own files in /proc away from it.
  if (const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); file >= 0) {
    static_cast<void>(!write(file, "1000", 4));
    close(file);
  }
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail(Code::plugin_sandbox_unavailable, std::strerror(errno), "prctl");
  }
  // The parent may have ended before the signal was asked for.
  if (getppid() != parent_pid) return fail(Code::plugin_sandbox_unavailable, "the host is gone", "parent");
  return {};
}

}  // namespace relais::plugins
