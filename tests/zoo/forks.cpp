// SPDX-License-Identifier: Apache-2.0
// Starts another process.
#include <sched.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "beast.h"

ZOO_BEAST() {
  char name[] = "true";
  char* arguments[] = {name, nullptr};
  if (which == "exec") return zoo::told(execv("/bin/true", arguments) == 0);
  long child = -1;
  if (which == "fork") child = fork();
  if (which == "vfork") child = syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
  if (which == "clone3") {
    struct {
      std::uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } about{0, 0, 0, 0, SIGCHLD, 0, 0, 0};
    child = syscall(SYS_clone3, &about, sizeof about);
  }
  if (which == "spawn") {
    pid_t spawned = -1;
    errno = posix_spawn(&spawned, "/bin/true", nullptr, nullptr, arguments, nullptr);
    if (errno == 0) child = spawned;
  }
  if (child == 0) _exit(0);
  return zoo::told(child > 0);
}
