// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "plugins/sandbox/sandbox_parts.h"

namespace relais::plugins::sandbox {
namespace {

// The kernel's struct as of ABI 6: Debian 12's own header stops at ABI 2, a newer kernel offers more.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // ABI 4
  std::uint64_t scoped = 0;              // ABI 6
};
constexpr std::uint64_t access_fs_refer = 1ULL << 13U;      // ABI 2
constexpr std::uint64_t access_fs_truncate = 1ULL << 14U;   // ABI 3
constexpr std::uint64_t access_fs_ioctl_dev = 1ULL << 15U;  // ABI 5
constexpr std::uint64_t access_net_bind_and_connect_tcp = 0x3;
constexpr std::uint64_t scope_abstract_socket_and_signal = 0x3;

RulesetAttributes attributes_for(int abi) {
  RulesetAttributes attributes;
  attributes.handled_access_fs = (1ULL << 13U) - 1U;
  if (abi >= 2) attributes.handled_access_fs |= access_fs_refer;
  if (abi >= 3) attributes.handled_access_fs |= access_fs_truncate;
  if (abi >= 4) attributes.handled_access_net = access_net_bind_and_connect_tcp;
  if (abi >= 5) attributes.handled_access_fs |= access_fs_ioctl_dev;
  if (abi >= 6) attributes.scoped = scope_abstract_socket_and_signal;
  return attributes;
}

std::size_t attributes_size(int abi) {
  if (abi >= 6) return sizeof(RulesetAttributes);
  return abi >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

Result<void> allow_reading(int ruleset, const std::filesystem::path& path, bool must_exist) {
  const int parent = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (parent < 0) {
    if (errno == ENOENT && !must_exist) return {};
    return fail(Code::plugin_sandbox_unavailable, std::strerror(errno), "landlock: " + path.string());
  }
  struct stat about {};
  const bool folder = fstat(parent, &about) == 0 && S_ISDIR(about.st_mode);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
  if (folder) rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
  rule.parent_fd = parent;
  const auto added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  const int reason = errno;
  close(parent);
  if (added != 0) return fail(Code::plugin_sandbox_unavailable, std::strerror(reason), "landlock: " + path.string());
  return {};
}

Result<void> fill_and_apply(int ruleset, const std::vector<std::filesystem::path>& readable) {
  // Where the loader finds shared libraries, and the time zones a plugin may need; nothing of the practice is there.
  for (const char* system_path : {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
                                  "/usr/share/zoneinfo"}) {
    if (auto allowed = allow_reading(ruleset, system_path, false); !allowed) return allowed;
  }
  for (const auto& path : readable) {
    if (auto allowed = allow_reading(ruleset, path, true); !allowed) return allowed;
  }
  if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
    return fail(Code::plugin_sandbox_unavailable, std::strerror(errno), "landlock");
  }
  return {};
}

}  // namespace

Result<int> restrict_files(const std::vector<std::filesystem::path>& readable, std::optional<int> abi_at_most) {
  const auto offered = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  int abi = offered > 0 ? static_cast<int>(offered) : 0;
  if (abi_at_most) abi = std::min(abi, *abi_at_most);
  if (abi <= 0) return 0;
  const auto attributes = attributes_for(abi);
  const auto created = syscall(SYS_landlock_create_ruleset, &attributes, attributes_size(abi), 0);
  if (created < 0) return fail(Code::plugin_sandbox_unavailable, std::strerror(errno), "landlock");
  const int ruleset = static_cast<int>(created);
  const auto applied = fill_and_apply(ruleset, readable);
  close(ruleset);
  if (!applied) return tl::make_unexpected(applied.error());
  return abi;
}

}  // namespace relais::plugins::sandbox
