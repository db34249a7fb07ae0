// SPDX-License-Identifier: Apache-2.0
// Tries the doors around the sandbox itself.
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "beast.h"

ZOO_BEAST() {
  if (which == "io-uring") {
    char parameters[120] = {};
    return zoo::told(syscall(SYS_io_uring_setup, 1, parameters) >= 0);
  }
  if (which == "namespace") return zoo::told(unshare(CLONE_NEWUSER) == 0);
  // Onto what does not exist: should the sandbox fail one day, the machine that runs the test stays whole.
  if (which == "mount") return zoo::told(mount("none", "/no-such-folder", "tmpfs", 0, nullptr) == 0);
  if (which == "memory-file") return zoo::told(syscall(SYS_memfd_create, "x", 0) >= 0);
  if (which == "become-root") return zoo::told(setuid(0) == 0);
  if (which == "dumpable") return zoo::told(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
  if (which == "parent-death") return zoo::told(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0);
  if (which == "raise-limit") {
    const rlimit more{1U << 30U, 1U << 30U};
    return zoo::told(prlimit(0, RLIMIT_FSIZE, &more, nullptr) == 0);
  }
  if (which == "environment") return environ == nullptr || environ[0] == nullptr ? "failed: empty" : "done";
  if (which == "descriptors") {
    // 0 to 2 are /dev/null, 3 the host; gRPC's own come after and lead nowhere else.
    for (int number = 0; number < 3; ++number) {
      char byte = 0;
      if (read(number, &byte, 1) > 0) return "done";
    }
    return "failed: nothing to read";
  }
  return "unknown deed";
}
