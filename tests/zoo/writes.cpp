// SPDX-License-Identifier: Apache-2.0
// Changes files: by content, length, rights, dates, names.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utime.h>

#include "beast.h"

namespace {

std::string append_by(int file) {
  if (file < 0) return zoo::told(false);
  return zoo::told(write(file, "x", 1) == 1);
}

}  // namespace

ZOO_BEAST() {
  const std::string& canary = target("canary");
  const std::string beside = target("folder") + "/new";
  if (which == "write") return append_by(open(canary.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (which == "read-write") return append_by(open(canary.c_str(), O_RDWR | O_CLOEXEC));
  if (which == "create") return append_by(open(beside.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (which == "create-read-only") return zoo::told(open(beside.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
  if (which == "open-truncate") return zoo::told(open(canary.c_str(), O_RDONLY | O_TRUNC | O_CLOEXEC) >= 0);
  if (which == "temporary") return append_by(open(target("folder").c_str(), O_TMPFILE | O_WRONLY, 0600));
  if (which == "openat2") {
    struct {
      std::uint64_t flags, mode, resolve;
    } how{O_WRONLY | O_APPEND, 0, 0};
    return append_by(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, canary.c_str(), &how, sizeof how)));
  }
  if (which == "own-package") {
    return append_by(open((target("package") + "/new").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  }
  if (which == "truncate") return zoo::told(truncate(canary.c_str(), 0) == 0);
  if (which == "chmod") return zoo::told(chmod(canary.c_str(), 0777) == 0);
  if (which == "chown") return zoo::told(chown(canary.c_str(), 12345, 12345) == 0);
  if (which == "utime") return zoo::told(utime(canary.c_str(), nullptr) == 0);
  if (which == "rename") return zoo::told(rename(canary.c_str(), beside.c_str()) == 0);
  if (which == "link") return zoo::told(link(canary.c_str(), beside.c_str()) == 0);
  if (which == "symlink") return zoo::told(symlink(canary.c_str(), beside.c_str()) == 0);
  if (which == "unlink") return zoo::told(unlink(canary.c_str()) == 0);
  if (which == "mkdir") return zoo::told(mkdir(beside.c_str(), 0700) == 0);
  if (which == "map-shared") {
    const int file = open((target("package") + "/manifest.yaml").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return "no manifest";
    return zoo::told(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0) != MAP_FAILED);
  }
  return "unknown deed";
}
