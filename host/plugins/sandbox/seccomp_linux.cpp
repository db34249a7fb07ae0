// SPDX-License-Identifier: Apache-2.0
// The filter that carries the guarantee. Deny by default; three answers:
// - allowed: computing, memory, threads of this process, the inherited socket, reading files (which Landlock bounds);
// - killed: what no pure function ever does. The host sees the signal SIGSYS and tells it as plugin.forbidden-call;
// - EPERM for everything else, so that a library that probes for a feature goes on without it.
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>

#include "plugins/sandbox/sandbox_parts.h"

namespace relais::plugins::sandbox {
namespace {

constexpr const char* allowed[] = {
    // Memory; mmap has its own rule below.
    "brk", "munmap", "mprotect", "mremap", "madvise", "membarrier",
    // Threads and time. `clone`, `clone3`, `tgkill` and `prctl` have their own rules below.
    "futex", "futex_time64", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "gettid", "sched_yield",
    "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
    "clock_gettime", "clock_getres", "gettimeofday", "time", "nanosleep", "clock_nanosleep", "getcpu",
    // Signals within this process, and its end.
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "exit", "exit_group",
    // The inherited socket and what gRPC waits with.
    "read", "readv", "pread64", "write", "writev", "sendmsg", "recvmsg", "shutdown", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "poll", "ppoll", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "eventfd2", "pipe2", "close", "lseek",
    // Reading files; `open` and `openat` have their own rules below.
    "stat", "fstat", "lstat", "newfstatat", "fstatat64", "statx", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getdents64", "getcwd", "statfs", "fstatfs",
    // Who and where am I.
    "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo", "getrandom", "getrusage",
    "getrlimit", "arch_prctl",
};

constexpr const char* killed[] = {
    // Reaching another process or machine.
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmmsg", "kill", "tkill",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open", "pidfd_send_signal", "pidfd_getfd", "ptrace",
    "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp",
    // Starting another program.
    "fork", "vfork", "execve", "execveat",
    // Changing files.
    "creat", "truncate", "ftruncate", "fallocate", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link",
    "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "chmod", "fchmod", "fchmodat",
    "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr",
    "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "copy_file_range", "sendfile", "splice",
    "memfd_create", "memfd_secret", "shmget", "shmat", "msgget", "semget", "mq_open",
    // The machine itself.
    "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "userfaultfd", "keyctl",
    "add_key", "request_key", "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "setuid", "setgid",
    "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "capset", "setrlimit", "personality", "reboot",
    "init_module", "finit_module", "delete_module", "kexec_load", "swapon", "swapoff", "settimeofday",
    "clock_settime", "sethostname", "open_by_handle_at", "name_to_handle_at", "fanotify_init", "inotify_init1",
};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// Adds one rule; a system call that this architecture does not have cannot be made, so it needs none.
int add(void* filter, std::uint32_t action, const char* name, std::initializer_list<scmp_arg_cmp> conditions = {}) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number < 0) return 0;
  return seccomp_rule_add_exact_array(filter, action, number, static_cast<unsigned>(conditions.size()),
                                      conditions.begin());
}

scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}
scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }

int add_conditional_rules(void* filter) {
  int result = 0;
  const auto rule = [&](std::uint32_t action, const char* name, std::initializer_list<scmp_arg_cmp> conditions) {
    if (result == 0) result = add(filter, action, name, conditions);
  };
  // Only private mappings: shared ones escape the memory limit, and could write to a file.
  rule(SCMP_ACT_ALLOW, "mmap", {masked(3, MAP_TYPE, MAP_PRIVATE)});
  // Threads of this process only. glibc falls back to clone when clone3 does not exist; EPERM would end the thread.
  rule(SCMP_ACT_ALLOW, "clone", {masked(0, CLONE_THREAD, CLONE_THREAD)});
  rule(SCMP_ACT_KILL_PROCESS, "clone", {masked(0, CLONE_THREAD, 0)});
  rule(SCMP_ACT_ERRNO(ENOSYS), "clone3", {});
  // openat2 carries its flags in memory, out of the filter's sight.
  rule(SCMP_ACT_ERRNO(ENOSYS), "openat2", {});
  constexpr scmp_datum_t forbidden_open = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
  rule(SCMP_ACT_ALLOW, "open", {masked(1, forbidden_open, O_RDONLY)});
  rule(SCMP_ACT_ALLOW, "openat", {masked(2, forbidden_open, O_RDONLY)});
  for (const scmp_datum_t bit : {scmp_datum_t{O_WRONLY}, scmp_datum_t{O_RDWR}, scmp_datum_t{O_CREAT},
                                 scmp_datum_t{O_TRUNC}}) {
    rule(SCMP_ACT_KILL_PROCESS, "open", {masked(1, bit, bit)});
    rule(SCMP_ACT_KILL_PROCESS, "openat", {masked(2, bit, bit)});
  }
  // abort() signals its own process; no other.
  rule(SCMP_ACT_ALLOW, "tgkill", {equal(0, static_cast<scmp_datum_t>(getpid()))});
  rule(SCMP_ACT_KILL_PROCESS, "tgkill", {{0, SCMP_CMP_NE, static_cast<scmp_datum_t>(getpid()), 0}});
  // Reading limits, not setting them.
  rule(SCMP_ACT_ALLOW, "prlimit64", {equal(2, 0)});
  // F_SETOWN would have the kernel signal another process.
  for (const int command : {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC}) {
    rule(SCMP_ACT_ALLOW, "fcntl", {equal(1, static_cast<scmp_datum_t>(command))});
  }
  for (const int command : {F_SETOWN, F_SETSIG, F_SETOWN_EX}) {
    rule(SCMP_ACT_KILL_PROCESS, "fcntl", {equal(1, static_cast<scmp_datum_t>(command))});
  }
  // Names of threads; nothing else of prctl.
  rule(SCMP_ACT_ALLOW, "prctl", {equal(0, PR_SET_NAME)});
  rule(SCMP_ACT_ALLOW, "prctl", {equal(0, PR_GET_NAME)});
  return result;
}

}  // namespace

Result<void> filter_system_calls(bool may_tighten) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return fail(Code::plugin_sandbox_unavailable, "seccomp_init", "seccomp");
  int result = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // A decision tree: the filter runs at every system call.
  if (result == 0) result = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const char* name : allowed) {
    if (result == 0) result = add(filter.get(), SCMP_ACT_ALLOW, name);
  }
  for (const char* name : killed) {
    if (result == 0) result = add(filter.get(), SCMP_ACT_KILL_PROCESS, name);
  }
  if (result == 0) result = add_conditional_rules(filter.get());
  if (result == 0 && may_tighten) result = add(filter.get(), SCMP_ACT_ALLOW, "seccomp");
  if (result == 0) result = seccomp_load(filter.get());
  if (result != 0) return fail(Code::plugin_sandbox_unavailable, std::strerror(-result), "seccomp");
  return {};
}

}  // namespace relais::plugins::sandbox

namespace relais::plugins {

Result<void> forbid_files() {
  const sandbox::Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return fail(Code::plugin_sandbox_unavailable, "seccomp_init", "seccomp");
  // No-new-privileges is set already, and setting it again is one of the calls that the first filter refuses.
  int result = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_NNP, 0);
  for (const char* name : {"open", "openat", "openat2"}) {
    if (result == 0) result = sandbox::add(filter.get(), SCMP_ACT_KILL_PROCESS, name);
  }
  if (result == 0) result = seccomp_load(filter.get());
  if (result != 0) return fail(Code::plugin_sandbox_unavailable, std::strerror(-result), "seccomp");
  return {};
}

}  // namespace relais::plugins
