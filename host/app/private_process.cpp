// SPDX-License-Identifier: Apache-2.0
#include "app/private_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#if defined(__SANITIZE_ADDRESS__)
#define RELAIS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RELAIS_ADDRESS_SANITIZER 1
#endif
#endif

namespace relais::app {

void keep_files_private() { ::umask(077); }

Result<void> leave_no_memory_image() {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return fail(Code::internal, std::generic_category().message(errno), "core");
#ifndef RELAIS_ADDRESS_SANITIZER
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail(Code::internal, std::generic_category().message(errno), "dumpable");
  }
#endif
  return {};
}

void never_wait_for_readers() {
  for (const int output : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status {};
    if (::fstat(output, &status) != 0 || (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode))) continue;
    // Where this fails the output is as it was.
    if (const int flags = ::fcntl(output, F_GETFL); flags >= 0) ::fcntl(output, F_SETFL, flags | O_NONBLOCK);
  }
}

}  // namespace relais::app
