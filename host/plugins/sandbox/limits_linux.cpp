// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "plugins/sandbox/sandbox_parts.h"

#if defined(__SANITIZE_ADDRESS__)
#define RELAIS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RELAIS_ADDRESS_SANITIZER 1
#endif
#endif

namespace relais::plugins::sandbox {
namespace {

Result<void> limit(int resource, rlim_t value, const char* name) {
  rlimit current{};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &current) != 0) {
    return fail(Code::plugin_sandbox_unavailable, std::strerror(errno), name);
  }
  const rlim_t bounded = std::min(value, current.rlim_max);
  const rlimit wanted{bounded, bounded};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &wanted) != 0) {
    return fail(Code::plugin_sandbox_unavailable, std::strerror(errno), name);
  }
  return {};
}

#ifndef RELAIS_ADDRESS_SANITIZER
// Private writable memory the process holds already (VmData of /proc/self/status), in bytes.
Result<std::uint64_t> data_in_use() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmData: %llu kB", &kilobytes) == 1) return kilobytes * 1024U;
  }
  return fail(Code::plugin_sandbox_unavailable, "VmData not found", "/proc/self/status");
}
#endif

}  // namespace

Result<void> limit_resources([[maybe_unused]] std::uint64_t memory_bytes) {
  // What gRPC needs of its own: the stacks of its threads and two arenas of malloc.
  [[maybe_unused]] constexpr std::uint64_t transport_bytes = 192ULL << 20U;
  struct Limit {
    int resource;
    rlim_t value;
    const char* name;
  };
  // RLIMIT_CPU counts the whole life of a worker: it is only the backstop of the host's deadline per batch.
  // RLIMIT_NPROC counts every thread of the account: a low value would stop gRPC on a busy desktop.
  constexpr Limit limits[] = {
      {RLIMIT_CORE, 0, "core"},      {RLIMIT_FSIZE, 0, "fsize"},        {RLIMIT_NOFILE, 64, "nofile"},
      {RLIMIT_NPROC, 8192, "nproc"}, {RLIMIT_CPU, 24U * 3600U, "cpu"},  {RLIMIT_MEMLOCK, 0, "memlock"},
      {RLIMIT_MSGQUEUE, 0, "msgqueue"},
  };
  for (const auto& each : limits) {
    if (auto done = limit(each.resource, each.value, each.name); !done) return done;
  }
#ifndef RELAIS_ADDRESS_SANITIZER
  // RLIMIT_DATA counts what is written to; RLIMIT_AS would count gRPC's unused reservations. The filter refuses shared
  // mappings, which RLIMIT_DATA does not count. AddressSanitizer's shadow alone is terabytes: no limit there.
  const auto used = data_in_use();
  if (!used) return tl::make_unexpected(used.error());
  return limit(RLIMIT_DATA, *used + memory_bytes + transport_bytes, "data");
#else
  return {};
#endif
}

}  // namespace relais::plugins::sandbox
