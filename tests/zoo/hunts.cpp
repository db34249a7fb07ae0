// SPDX-License-Identifier: Apache-2.0
// Goes for the host: by signals, by a debugger's means, by having the kernel signal it.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <csignal>

#include "beast.h"

ZOO_BEAST() {
  const pid_t parent = getppid();
  if (which == "kill") return zoo::told(kill(parent, SIGKILL) == 0);
  if (which == "tgkill") return zoo::told(syscall(SYS_tgkill, parent, parent, SIGKILL) == 0);
  if (which == "tkill") return zoo::told(syscall(SYS_tkill, parent, SIGKILL) == 0);
  if (which == "queue") return zoo::told(sigqueue(parent, SIGKILL, sigval{}) == 0);
  if (which == "pidfd") return zoo::told(syscall(SYS_pidfd_open, parent, 0) >= 0);
  if (which == "owner") return zoo::told(fcntl(3, F_SETOWN, parent) == 0);
  if (which == "owner-ex") {
    const f_owner_ex owner{F_OWNER_PID, parent};
    return zoo::told(fcntl(3, F_SETOWN_EX, &owner) == 0);
  }
  if (which == "ptrace") return zoo::told(ptrace(PTRACE_SEIZE, parent, nullptr, nullptr) == 0);
  if (which == "limits") {
    const rlimit none{0, 0};
    return zoo::told(prlimit(parent, RLIMIT_NOFILE, &none, nullptr) == 0);
  }
  if (which == "read-memory") {
    char byte = 0;
    const iovec to{&byte, 1};
    return zoo::told(process_vm_readv(parent, &to, 1, &to, 1, 0) >= 0);
  }
  return "unknown deed";
}
